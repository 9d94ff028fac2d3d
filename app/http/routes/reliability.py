"""`GET /v1/spof/{id}` and `/v1/cut-sets/{id}`: what brings an asset down."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.answers import (
    FIRST_FOUND,
    CutSetLine,
    CutSetsAnswer,
    SinglePointLine,
    SinglePointsAnswer,
    cut_sets_document,
    cut_sets_lines,
    single_points_document,
    single_points_lines,
)
from app.http.bodies import parse_object
from app.http.errors import BodyInvalid
from app.http.exchange import State
from app.http.routes.asking import answered_by, document
from app.http.routes.forms import JSON, NDJSON, streamed, wanted_form
from app.http.routes.operation import Operation, Parameter
from app.http.routes.parameters import number
from graph.access import Principal, Scope

_ID: Final = Parameter(name="id", where="path", meaning="The asset's id, percent-encoded", example="PDU-1")


async def ask_single_points(request: Request[State], principal: Principal) -> Response:
    """Answer with single points of failure; all of them, line by line, for who takes NDJSON."""
    form = wanted_form(request)
    schema, context = answered_by(request, principal)
    asset, level = request.path_params["id"], _level(request)
    if form == NDJSON:
        return await streamed(request, single_points_lines(context, asset, level=level))
    wanted = number(request, "first", FIRST_FOUND)
    answer = await single_points_document(schema, context, asset, level=level, first=wanted)
    return document(answer)


async def ask_cut_sets(request: Request[State], principal: Principal) -> Response:
    """Answer with minimal cut sets; all of them, line by line, for who takes NDJSON."""
    form = wanted_form(request)
    schema, context = answered_by(request, principal)
    arguments: dict[str, object] = {"maxOrder": number(request, "maxOrder", 3)}
    if (among := request.query_params.get("among")) is not None:
        arguments["among"] = parse_object(among, place="among")
    for name in ("probabilityBy", "missionTime"):
        if (value := request.query_params.get(name)) is not None:
            arguments[name] = value
    asset = request.path_params["id"]
    if form == NDJSON:
        return await streamed(request, cut_sets_lines(schema, context, asset, arguments))
    wanted = number(request, "first", FIRST_FOUND)
    answer = await cut_sets_document(schema, context, asset, arguments, first=wanted)
    return document(answer)


SINGLE_POINTS: Final = Operation(
    path="/v1/spof/{id:path}",
    method="GET",
    summary="Find single points of failure",
    description=(
        "The assets whose failure alone brings the asset DOWN, or with `level=DEGRADED` makes it fall at all, as "
        "GraphQL's `singlePointsOfFailure` gives them. As NDJSON all of them come, an asset a line."
    ),
    handler=ask_single_points,
    scope=Scope.READ,
    answers={JSON: SinglePointsAnswer, NDJSON: SinglePointLine},
    parameters=(
        _ID,
        Parameter(name="level", where="query", meaning="DOWN (unless told) or DEGRADED", example="DEGRADED"),
        Parameter(
            name="first",
            where="query",
            meaning=f"How many, {FIRST_FOUND} unless told; for JSON alone",
            kind="integer",
            example=FIRST_FOUND,
        ),
    ),
    codes=(
        "UNKNOWN_ASSET",
        "VALUE_INVALID",
        "LIMIT_EXCEEDED",
        "REQUEST_INVALID",
        "IMPACT_BUDGET_SPENT",
        "NOT_ACCEPTABLE",
    ),
    conditional=True,
)

CUT_SETS: Final = Operation(
    path="/v1/cut-sets/{id:path}",
    method="GET",
    summary="Find minimal cut sets",
    description=(
        "The smallest sets of assets whose joint failure brings the asset DOWN, how many there are, and where "
        "probabilities are known how probable that is and what matters most: GraphQL's `cutSets`. As NDJSON all of "
        "them come, a set a line (100,000 at most), then the importance of every asset in them."
    ),
    handler=ask_cut_sets,
    scope=Scope.READ,
    answers={JSON: CutSetsAnswer, NDJSON: CutSetLine},
    parameters=(
        _ID,
        Parameter(
            name="among",
            where="query",
            meaning="Which assets may fail: GraphQL's AssetFilter as a JSON object; all upstream unless told",
            example='{"types": ["Pump"]}',
        ),
        Parameter(
            name="maxOrder",
            where="query",
            meaning="The largest size of a set, 3 unless told",
            kind="integer",
            example=2,
        ),
        Parameter(
            name="first",
            where="query",
            meaning=f"How many sets, and of how many assets the importance, {FIRST_FOUND} unless told; for JSON alone",
            kind="integer",
            example=FIRST_FOUND,
        ),
        Parameter(
            name="probabilityBy",
            where="query",
            meaning="The float property that holds the probability that an asset is failed, from 0 to 1, or its "
            "failures per time",
            example="unavailability",
        ),
        Parameter(
            name="missionTime",
            where="query",
            meaning="How long failures per time are waited for without repair, an ISO 8601 duration",
            example="P30D",
        ),
    ),
    codes=(
        "UNKNOWN_ASSET",
        "UNKNOWN_TYPE",
        "UNKNOWN_PROPERTY",
        "VALUE_INVALID",
        "LIMIT_EXCEEDED",
        "REQUEST_INVALID",
        "NOT_ACCEPTABLE",
    ),
)


def _level(request: Request[State]) -> str:
    given = request.query_params.get("level", "DOWN").upper()
    if given not in ("DOWN", "DEGRADED"):
        raise BodyInvalid("No such level here", place="level", expected="DOWN or DEGRADED", actual=given[:80])
    return given
