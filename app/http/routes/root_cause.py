"""`POST /v1/root-cause`: the contract's question and answer about root causes."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.answers import RootCauseAnswer, RootCauseBody, RootCauseLine, root_cause_document, root_cause_lines
from app.http.bodies import read_model
from app.http.exchange import State
from app.http.routes.asking import answered_by, document
from app.http.routes.forms import JSON, NDJSON, streamed, wanted_form
from app.http.routes.operation import Operation
from graph.access import Principal, Scope


async def ask_root_cause(request: Request[State], principal: Principal) -> Response:
    """Answer a question about root causes in the form that the caller takes."""
    form = wanted_form(request)
    body = await read_model(request, RootCauseBody)
    schema, context = answered_by(request, principal)
    if form == NDJSON:
        return await streamed(request, root_cause_lines(schema, context, body))
    answer = await root_cause_document(schema, context, body)
    return document(answer)


ROOT_CAUSE: Final = Operation(
    path="/v1/root-cause",
    method="POST",
    summary="Ask what is behind symptoms",
    description=(
        "The question and the answer are GraphQL's `rootCause`: candidates, likeliest first, each with what it "
        "explains and the proof of that, what it leaves unexplained, and what is known healthy yet would have fallen. "
        "As NDJSON they come a candidate a line."
    ),
    handler=ask_root_cause,
    scope=Scope.READ,
    body=RootCauseBody,
    answers={JSON: RootCauseAnswer, NDJSON: RootCauseLine},
    codes=(
        "UNKNOWN_ASSET",
        "SYMPTOMS_INVALID",
        "VALUE_INVALID",
        "LIMIT_EXCEEDED",
        "IMPACT_BUDGET_SPENT",
        "NOT_ACCEPTABLE",
    ),
    examples={
        "two symptoms": {"symptoms": [{"asset": "R01-PDU-A"}, {"asset": "R02-PDU-A"}]},
        "onsets, and what works": {
            "symptoms": [{"asset": "CRAH-1", "since": "2026-03-01T10:05:00Z"}, {"asset": "DC-HALL"}],
            "healthy": ["CH-1"],
            "maxCauses": 2,
        },
    },
)
