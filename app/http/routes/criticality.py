"""`GET /v1/criticality`: whose failure does most; `/v1/criticality/progress`: how far that is counted."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.answers import (
    FIRST_FOUND,
    CriticalityAnswer,
    CriticalityLine,
    CriticalityProgress,
    criticality_document,
    criticality_lines,
    progress_document,
)
from app.http.exchange import State
from app.http.routes.asking import answered_by, document
from app.http.routes.forms import JSON, NDJSON, streamed, wanted_form
from app.http.routes.operation import Operation, Parameter
from app.http.routes.parameters import number
from graph.access import Principal, Scope

_WEIGHT_BY: Final = Parameter(
    name="weightBy",
    where="query",
    meaning="A property that is a number: what goes down weighs its value instead of 1",
    example="ratedFlow",
)


async def ask_criticality(request: Request[State], principal: Principal) -> Response:
    """Answer with the most critical assets; all of them, line by line, for who takes NDJSON."""
    form = wanted_form(request)
    schema, context = answered_by(request, principal)
    types = request.query_params.getlist("type") or None
    if form == NDJSON:
        return await streamed(
            request, criticality_lines(context, types=types, weight_by=request.query_params.get("weightBy"))
        )
    given = {name: request.query_params[name] for name in ("weightBy", "after") if name in request.query_params}
    arguments: dict[str, object] = {**given, "types": types}
    wanted = number(request, "first", FIRST_FOUND)
    answer = await criticality_document(schema, context, arguments, first=wanted)
    return document(answer)


async def tell_progress(request: Request[State], principal: Principal) -> Response:
    """Answer with how far criticality is counted."""
    wanted_form(request, (JSON,))
    schema, context = answered_by(request, principal)
    answer = await progress_document(schema, context, request.query_params.get("weightBy"))
    return document(answer)


CRITICALITY: Final = Operation(
    path="/v1/criticality",
    method="GET",
    summary="Rank assets by what their failure takes down",
    description=(
        "Every asset by what its failure alone does, the most critical first: GraphQL's `criticality`. It is counted "
        "once a revision in the background; while that takes longer than a request may, the answer is 503 "
        "STILL_COUNTING with Retry-After, and who asks again finds it further on. As NDJSON all assets come."
    ),
    handler=ask_criticality,
    scope=Scope.READ,
    answers={JSON: CriticalityAnswer, NDJSON: CriticalityLine},
    parameters=(
        Parameter(name="type", where="query", meaning="Only these and their subtypes; may be repeated", example="Pump"),
        _WEIGHT_BY,
        Parameter(
            name="first",
            where="query",
            meaning=f"How many, {FIRST_FOUND} unless told; for JSON alone",
            kind="integer",
            example=FIRST_FOUND,
        ),
        Parameter(name="after", where="query", meaning="The endCursor of the page before"),
    ),
    codes=(
        "UNKNOWN_TYPE",
        "UNKNOWN_PROPERTY",
        "VALUE_INVALID",
        "LIMIT_EXCEEDED",
        "CURSOR_INVALID",
        "STILL_COUNTING",
        "IMPACT_BUDGET_SPENT",
        "NOT_ACCEPTABLE",
    ),
    conditional=True,
)

PROGRESS: Final = Operation(
    path="/v1/criticality/progress",
    method="GET",
    summary="See how far criticality is counted",
    description="GraphQL's `criticalityProgress`: answers at once, and begins the count where it isn't yet.",
    handler=tell_progress,
    scope=Scope.READ,
    answers={JSON: CriticalityProgress},
    parameters=(_WEIGHT_BY,),
    codes=("UNKNOWN_PROPERTY", "VALUE_INVALID", "STILL_COUNTING", "IMPACT_BUDGET_SPENT", "NOT_ACCEPTABLE"),
)
