"""What a question works on: the twin of the settings with all services."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from graphql import GraphQLError
from pydantic import BaseModel, ValidationError

from app.answers import (
    ComparisonBody,
    ImpactBody,
    MaintenanceBody,
    RootCauseBody,
    comparison_document,
    impact_document,
    maintenance_document,
    place_of,
    root_cause_document,
)
from app.cli.local import found_endpoint
from app.cli.refusals import refusal_of
from app.graphql import Context
from app.main import Twin, opened_twin
from app.settings import Settings
from graph.access import operator
from graph.clock import SystemClock
from graph.errors import InvalidInput, ManyProblems, Problem, TwinError
from graph.identity import parse_tenant

Body = TypeVar("Body", bound=BaseModel)


class QuestionRefused(ManyProblems, InvalidInput):
    """A question that isn't one; all problems at once."""

    code = "BODY_REFUSED"


@dataclass(frozen=True, slots=True)
class LocalGateway:
    """The twin of the settings, asked as its operator."""

    twin: Twin

    async def graphql(self, document: str, variables: Mapping[str, object]) -> Mapping[str, Any]:
        """Return the data of an operation; raise TwinError for its first error."""
        edition = self.twin.editions.current()
        result = await edition.schema.answer(document, dict(variables), self._context())
        if result.errors:
            raise _cause_of(result.errors[0])
        return result.data or {}

    async def impact(self, question: Mapping[str, object], *, first: int) -> Mapping[str, Any]:
        """Return the answer of POST /v1/impact."""
        edition = self.twin.editions.current()
        body = _checked(ImpactBody, question, "impact")
        return await impact_document(edition.schema, self._context(), body, first=first)

    async def compare(self, questions: Mapping[str, object], *, first: int) -> Mapping[str, Any]:
        """Return the answer of POST /v1/impact/compare."""
        body = _checked(ComparisonBody, questions, "compare")
        schema = self.twin.editions.current().schema
        return await comparison_document(schema, self._context(), body, first=first)

    async def check_maintenance(self, question: Mapping[str, object], *, first: int) -> Mapping[str, Any]:
        """Return the answer of POST /v1/maintenance-check."""
        body = _checked(MaintenanceBody, question, "maintenance-check")
        schema = self.twin.editions.current().schema
        return await maintenance_document(schema, self._context(), body, first=first)

    async def root_cause(self, question: Mapping[str, object]) -> Mapping[str, Any]:
        """Return the answer of POST /v1/root-cause."""
        body = _checked(RootCauseBody, question, "root-cause")
        return await root_cause_document(self.twin.editions.current().schema, self._context(), body)

    async def events(self, events: Sequence[Mapping[str, object]]) -> Mapping[str, Any]:
        """Take CloudEvents as POST /v1/events does."""
        from app.ingest import Intake, structured_events

        intake = Intake(self.twin.services.states, SystemClock())
        principal = operator(parse_tenant(self.twin.settings.tenant))
        told = await intake.take(principal, structured_events(orjson.dumps(events)), transport="command line")
        return {"accepted": told.accepted, "refused": len(told.problems), "problems": told.problems}

    def _context(self) -> Context:
        principal = operator(parse_tenant(self.twin.settings.tenant))
        return self.twin.editions.current().context(principal, "command line")


def _cause_of(error: GraphQLError) -> TwinError:
    """Return the error of the twin behind an error of GraphQL."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause if isinstance(cause, TwinError) else refusal_of(dict(error.formatted))


def _checked(model: type[Body], question: Mapping[str, object], verb: str) -> Body:
    try:
        return model.model_validate(question)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        problems = tuple(
            Problem(code="VALUE_INVALID", message=fault["msg"], place=place_of(fault["loc"])) for fault in faults
        )
        hint = f"`twin {verb} --help` has examples"
        raise QuestionRefused(f"That is no question for `twin {verb}`", problems, hint=hint) from error


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[LocalGateway]:
    """Open the twin of the settings for its operator."""
    async with opened_twin(settings, find=found_endpoint) as twin:
        yield LocalGateway(twin)
