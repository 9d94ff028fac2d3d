"""`POST /v1/impact/compare` and `POST /v1/maintenance-check`: what is asked before something is done."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.answers import (
    FIRST,
    FIRST_COMBINATIONS,
    ComparisonAnswer,
    ComparisonBody,
    ComparisonLine,
    MaintenanceAnswer,
    MaintenanceBody,
    comparison_document,
    comparison_lines,
    maintenance_document,
)
from app.http.bodies import read_model
from app.http.exchange import State
from app.http.routes.asking import answered_by, document
from app.http.routes.forms import JSON, NDJSON, streamed, wanted_form
from app.http.routes.impact import FIRST_ITEMS, IMPACT_CODES
from app.http.routes.operation import Operation, Parameter
from app.http.routes.parameters import number
from graph.access import Principal, Scope


async def compare_impact(request: Request[State], principal: Principal) -> Response:
    """Answer what differs between two questions, in the form that the caller takes."""
    form = wanted_form(request)
    body = await read_model(request, ComparisonBody)
    schema, context = answered_by(request, principal)
    if form == JSON:
        answer = await comparison_document(schema, context, body, first=number(request, "first", FIRST))
        return document(answer)
    return await streamed(request, comparison_lines(schema, context, body))


async def check_maintenance(request: Request[State], principal: Principal) -> Response:
    """Answer which planned works don't go together."""
    wanted_form(request, (JSON,))
    body = await read_model(request, MaintenanceBody)
    schema, context = answered_by(request, principal)
    first = number(request, "first", FIRST_COMBINATIONS)
    answer = await maintenance_document(schema, context, body, first=first)
    return document(answer)


COMPARE: Final = Operation(
    path="/v1/impact/compare",
    method="POST",
    summary="Ask what a change does to an answer",
    description=(
        "Two questions as `/v1/impact` takes them, both answered at the same revision: which assets are newly impacted "
        "or no longer, worse or better off, or fall sooner or later. As JSON, each list comes with its first items, "
        "their number and where to go on in GraphQL; as NDJSON the whole answer comes, an item a line."
    ),
    handler=compare_impact,
    scope=Scope.READ,
    body=ComparisonBody,
    answers={JSON: ComparisonAnswer, NDJSON: ComparisonLine},
    parameters=(FIRST_ITEMS,),
    codes=IMPACT_CODES,
    examples={
        "what a second feed saves": {
            "before": {"failures": [{"asset": "UPS-1"}]},
            "after": {
                "failures": [{"asset": "UPS-1"}],
                "addedRelationships": [{"type": "POWERS", "from": "UPS-2", "to": "PDU-1"}],
            },
        },
        "what maintenance adds to a failure": {
            "before": {"failures": [{"asset": "SRV-2"}]},
            "after": {"failures": [{"asset": "SRV-2"}], "maintenance": ["SRV-1"]},
        },
        "what a change does by itself": {
            "after": {"removedRelationships": [{"type": "POWERS", "from": "UPS-1", "to": "PDU-1"}]}
        },
    },
)
MAINTENANCE_CHECK: Final = Operation(
    path="/v1/maintenance-check",
    method="POST",
    summary="Ask which planned works don't go together",
    description=(
        "Which works, in progress at once, bring down what no smaller part of them does: from when to when, and what. "
        "Beside it what each work takes down alone. `first` counts combinations; of each the first 20 assets come."
    ),
    handler=check_maintenance,
    scope=Scope.READ,
    body=MaintenanceBody,
    answers={JSON: MaintenanceAnswer},
    parameters=(
        Parameter(
            name="first",
            where="query",
            meaning=f"How many combinations, {FIRST_COMBINATIONS} unless told",
            kind="integer",
            example=FIRST_COMBINATIONS,
        ),
    ),
    codes=(
        "UNKNOWN_ASSET",
        "UNKNOWN_TYPE",
        "UNKNOWN_PROPERTY",
        "WORKS_INVALID",
        "VALUE_INVALID",
        "LIMIT_EXCEEDED",
        "IMPACT_BUDGET_SPENT",
        "NOT_ACCEPTABLE",
    ),
    examples={
        "two works": {
            "works": [
                {
                    "name": "Battery change",
                    "assets": ["UPS-1"],
                    "start": "2026-12-01T08:00:00Z",
                    "end": "2026-12-01T16:00:00Z",
                },
                {
                    "name": "Switchgear inspection",
                    "assets": ["SG-2A", "SG-2B"],
                    "start": "2026-12-01T15:00:00+01:00",
                    "duration": "PT4H",
                },
            ]
        },
        "anything lowered, of some types": {
            "works": [
                {"name": "Chiller 1", "assets": ["CH-1"], "start": "2026-12-01T08:00:00Z", "duration": "P1D"},
                {"name": "Chiller 2", "assets": ["CH-2"], "start": "2026-12-01T20:00:00Z", "duration": "P1D"},
            ],
            "level": "DEGRADED",
            "types": ["Room"],
            "weightBy": "area",
        },
    },
)
