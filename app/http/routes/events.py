"""`POST /v1/events`: CloudEvents in, acknowledged when they are durable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from app.http.bodies import read_body
from app.http.errors import MediaTypeUnsupported
from app.http.exchange import State
from app.http.routes.forms import JSON, NDJSON
from app.http.routes.operation import Operation
from app.ingest import Decoded, Told, binary_event, structured_events
from graph.access import Principal, Scope
from graph.errors import Problem
from graph.ontology.advice import told as as_told
from graph.state import EventsRefused

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
# None of these can be sent by a page of a foreign site without asking first; neither can a header of our own.
TAKEN: Final = (STRUCTURED, BATCH, NDJSON, JSON)

TOLD: Final = 1_000
"""Refusals that are listed; the others are counted."""

_BRIEF: Final = 20_000
"""Bytes that are decoded in less time than a thread is worth."""


class RefusedEvent(BaseModel):
    """An event that was not taken, and why. `index` counts from 0, in the order they were sent."""

    index: int
    code: str
    message: str
    place: str | None = None
    expected: str | None = None
    actual: str | None = None
    hint: str | None = None


class EventsAnswer(BaseModel):
    """What became of the events that were sent."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    accepted: Annotated[int, Field(description="Durable now; to send them again changes nothing")]
    late: Annotated[int, Field(description="Of these: something as new or newer was known, so they are history alone")]
    refused: int
    state_revision: Annotated[int, Field(description="Newest revision of the tenant's states that they made, or 0")]
    problems: list[RefusedEvent]


async def take_events(request: Request[State], principal: Principal) -> Response:
    """Decode the body, take what can be taken, and tell what became of each."""
    decode = _decoder(request)
    body = await read_body(request)
    decoded = await asyncio.to_thread(decode, body) if len(body) > _BRIEF else decode(body)
    told = await request.state["service"].intake.take(principal, decoded, transport="http")
    if told.outcomes and not told.accepted:
        raise _all_refused(told)
    names = request.state["service"].limits.names
    return Response(orjson.dumps(_answer(told, names=names)), media_type=JSON)


EVENTS: Final = Operation(
    path="/v1/events",
    method="POST",
    summary="Send events",
    description=(
        "CloudEvents 1.0: structured, a batch, NDJSON with an event a line, or binary with attributes as `ce-` "
        "headers. `subject` is the asset's id, `data` holds values by channel. Answered once everything accepted is "
        "durable; each event is taken or refused alone, and to send the same again changes nothing. Where none is "
        "taken the answer is EVENTS_REFUSED."
    ),
    handler=take_events,
    scope=Scope.OPERATE,
    takes=TAKEN,
    answers={JSON: EventsAnswer},
    codes=("MEDIA_TYPE_UNSUPPORTED", "BODY_TOO_LARGE", "EVENT_INVALID", "EVENTS_REFUSED", "TOO_MANY_EVENTS"),
)


def _decoder(request: Request[State]) -> Callable[[bytes], list[Decoded]]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in (STRUCTURED, BATCH):
        return structured_events
    if media_type == NDJSON:
        return _lines
    if media_type == JSON and "ce-specversion" in request.headers:
        headers = dict(request.headers)
        return lambda body: binary_event(headers, body)
    raise MediaTypeUnsupported(
        "The body must be CloudEvents",
        expected=f"Content-Type: {STRUCTURED}, {BATCH} or {NDJSON}; or {JSON} with ce- headers",
        actual=media_type[:80] or "none",
    )


def _lines(body: bytes) -> list[Decoded]:
    return structured_events(body, lines=True)


def _all_refused(told: Told) -> EventsRefused:
    problems = told.problems
    return EventsRefused(
        "The event was refused" if len(problems) == 1 else f"All {len(problems)} events were refused", problems[:TOLD]
    )


def _answer(told: Told, *, names: bool) -> dict[str, object]:
    problems = told.problems
    answer = EventsAnswer(
        accepted=told.accepted,
        late=told.late,
        refused=len(problems),
        state_revision=told.revision,
        problems=[_refused(as_told(each, names=names)) for each in problems[:TOLD]],
    )
    return answer.model_dump(by_alias=True, exclude_none=True)


def _refused(problem: Problem) -> RefusedEvent:
    return RefusedEvent(
        index=problem.change or 0,
        code=problem.code,
        message=problem.message,
        place=problem.place,
        expected=problem.expected,
        actual=problem.actual,
        hint=problem.hint,
    )
