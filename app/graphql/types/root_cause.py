"""Answers about root causes."""

from __future__ import annotations

import strawberry

from app.graphql.fields import shown
from app.graphql.scalars import Long
from app.graphql.types.assets import Asset
from app.graphql.types.impact import FIRST_20, Proof


@strawberry.type(description="A symptom that the causes explain, and why it falls by them.")
class Explained:
    """An explained symptom."""

    symptom: Asset = shown()
    evidence: Proof = shown(
        "Computed only when asked for; of a symptom that is itself a cause, the group `own`, without path or members"
    )


@strawberry.type(description="Assets whose failure, alone or together, may be behind the symptoms.")
class RootCause:
    """A candidate."""

    causes: list[Asset] = shown("Usually one; together they explain")
    score: float = shown("0 to 1, comparable within one answer")
    explains_count: int = shown()
    unexplained_count: int = shown()
    contradicted_by_count: int = shown()
    explains: list[Explained] = shown(None, FIRST_20)
    unexplained: list[Asset] = shown(None, FIRST_20)
    contradicted_by: list[Asset] = shown("Known healthy, yet predicted to fall", FIRST_20)


@strawberry.type(description="Candidates for the causes of symptoms, best first.")
class RootCauseAnalysis:
    """An answer about root causes, exact at its revision."""

    revision: Long = shown()
    candidates: list[RootCause] = shown()
    notes: list[str] = shown("What was left out of the search, and why")
