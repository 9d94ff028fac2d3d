"""`POST /v1/impact`: the contract's question and answer about impact, as one document or line by line."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.answers import FIRST, ImpactAnswer, ImpactBody, ImpactLine, impact_document, impact_lines
from app.http.bodies import read_model
from app.http.errors import BodyInvalid
from app.http.exchange import State
from app.http.routes.asking import answered_by, document
from app.http.routes.forms import JSON, NDJSON, streamed, wanted_form
from app.http.routes.operation import Operation, Parameter
from graph.access import Principal, Scope

FIRST_ITEMS: Final = Parameter(
    name="first",
    where="query",
    meaning=f"How many items of each list, {FIRST} unless told; for JSON alone",
    kind="integer",
    example=FIRST,
)
IMPACT_CODES: Final = (
    "UNKNOWN_ASSET",
    "UNKNOWN_TYPE",
    "UNKNOWN_RELATIONSHIP",
    "AMBIGUOUS",
    "QUESTION_INVALID",
    "VALUE_INVALID",
    "PROPERTIES_INVALID",
    "BASELINE_UNAVAILABLE",
    "LIMIT_EXCEEDED",
    "IMPACT_BUDGET_SPENT",
    "NOT_ACCEPTABLE",
)
"""What may go wrong with a question about impact."""


async def ask_impact(request: Request[State], principal: Principal) -> Response:
    """Answer a question about impact in the form that the caller takes."""
    form = wanted_form(request)
    body = await read_model(request, ImpactBody)
    schema, context = answered_by(request, principal)
    if form == JSON:
        container = request.query_params.get("container")
        answer = await impact_document(schema, context, body, first=_first(request), container=container)
        return document(answer)
    return await streamed(request, impact_lines(schema, context, body))


IMPACT: Final = Operation(
    path="/v1/impact",
    method="POST",
    summary="Ask what a failure does",
    description=(
        "The question and the answer are GraphQL's `impact`. As JSON, each list comes with its first items, their "
        "number and where to go on in GraphQL; as NDJSON the whole answer comes, an item a line, all of one analysis."
    ),
    handler=ask_impact,
    scope=Scope.READ,
    body=ImpactBody,
    answers={JSON: ImpactAnswer, NDJSON: ImpactLine},
    parameters=(
        FIRST_ITEMS,
        Parameter(
            name="container",
            where="query",
            meaning="An asset type: count by the assets of it that contain what is impacted; for JSON alone",
            example="Room",
        ),
    ),
    codes=IMPACT_CODES,
    examples={
        "one failure": {"failures": [{"asset": "UPS-1"}]},
        "a failure during maintenance": {"failures": [{"asset": "SRV-2"}], "maintenance": ["SRV-1"]},
        "what if a feed is taken away": {
            "removedRelationships": [{"type": "POWERS", "from": "UPS-1", "to": "PDU-1"}],
            "horizon": "PT4H",
        },
    },
)


def _first(request: Request[State]) -> int:
    given = request.query_params.get("first")
    if given is None:
        return FIRST
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise BodyInvalid("Not a number of items", place="first", expected="a whole number", actual=given[:80])
    return int(given)
