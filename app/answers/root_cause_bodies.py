"""The contract's RootCauseInput as a JSON body, and the answer's shape as the API's description has it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.answers.bodies import AssetRef, Body, Brief, Why

Moment = Annotated[str, Field(examples=["2026-03-01T10:00:00Z"], description="ISO 8601 with offset")]


class SymptomBody(Body):
    """An asset that is seen to suffer, and since when, if that is known."""

    asset: AssetRef
    since: Moment | None = None


class RootCauseBody(Body):
    """A question about root causes."""

    symptoms: tuple[SymptomBody, ...]
    healthy: tuple[AssetRef, ...] = Field(default=(), description="Known to work; not all that isn't a symptom")
    max_causes: int = Field(default=3, description="Of one candidate, at most")
    first: int = Field(default=10, description="How many candidates")

    @property
    def given(self) -> dict[str, object]:
        """The body as the contract's RootCauseInput."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class ExplainedSymptom(Body):
    """A symptom that the causes explain, and why it falls by them."""

    symptom: Brief
    evidence: Why


class RankedCause(Body):
    """Assets whose failure, alone or together, may be behind the symptoms; of each list the first 20."""

    causes: list[Brief]
    score: float = Field(description="0 to 1, comparable within one answer")
    explains_count: int
    unexplained_count: int
    contradicted_by_count: int
    explains: list[ExplainedSymptom]
    unexplained: list[Brief]
    contradicted_by: list[Brief] = Field(description="Known healthy, yet predicted to fall")


class RootCauseAnswer(Body):
    """Candidates for the causes of symptoms, best first, exact at its revision."""

    revision: int
    candidates: list[RankedCause]
    notes: list[str] = Field(description="What was left out of the search, and why")
