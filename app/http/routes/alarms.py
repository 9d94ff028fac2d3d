"""`/v1/alarms`: what is the matter, who has seen it, and what is out of sight."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.answers import (
    FIRST_ALARMS,
    AcknowledgementBody,
    AlarmAnswer,
    AlarmOf,
    AlarmsAnswer,
    AlarmsDone,
    ShelvingBody,
    UnshelvingBody,
    acknowledged_document,
    alarm_document,
    alarms_document,
    shelved_document,
    unshelved_document,
)
from app.http.bodies import read_model
from app.http.exchange import State
from app.http.routes.asking import answered_by, document
from app.http.routes.forms import JSON, wanted_form
from app.http.routes.operation import Operation, Parameter
from app.http.routes.parameters import flag, number
from graph.access import Principal, Scope

_ID: Final = Parameter(name="id", where="path", meaning="The alarm's id", example="6c1f0e9f5a0b4d7c8e21a3f4")
_LISTS: Final = {
    "state": "states",
    "priority": "priorities",
    "level": "levels",
    "asset": "assets",
    "type": "types",
    "flood": "floods",
}
"""Parameters that may be repeated, and what GraphQL's `AlarmFilter` calls them."""

_NAMES: Final = ("state", "priority", "level")


async def list_alarms(request: Request[State], principal: Principal) -> Response:
    """Answer with a page of alarms."""
    wanted_form(request, (JSON,))
    schema, context = answered_by(request, principal)
    query = request.query_params
    wanted: dict[str, object] = {} if flag(request, "all") else {"open": True}
    for name, field in _LISTS.items():
        if values := query.getlist(name):
            wanted[field] = [each.upper() for each in values] if name in _NAMES else values
    if (within := query.get("within")) is not None:
        wanted["within"] = within
    first = number(request, "first", FIRST_ALARMS)
    return document(await alarms_document(schema, context, wanted, first=first, after=query.get("after")))


async def show_alarm(request: Request[State], principal: Principal) -> Response:
    """Answer with one alarm and all that happened to it."""
    wanted_form(request, (JSON,))
    schema, context = answered_by(request, principal)
    return document(await alarm_document(schema, context, request.path_params["id"]))


async def acknowledge(request: Request[State], principal: Principal) -> Response:
    """Note that alarms were seen, and answer with them."""
    wanted_form(request, (JSON,))
    body = await read_model(request, AcknowledgementBody)
    schema, context = answered_by(request, principal)
    return document(await acknowledged_document(schema, context, body.ids, comment=body.comment))


async def shelve(request: Request[State], principal: Principal) -> Response:
    """Put an alarm out of sight, and answer with it."""
    wanted_form(request, (JSON,))
    body = await read_model(request, ShelvingBody)
    schema, context = answered_by(request, principal)
    return document(await shelved_document(schema, context, request.path_params["id"], body))


async def unshelve(request: Request[State], principal: Principal) -> Response:
    """Bring an alarm back, and answer with it."""
    wanted_form(request, (JSON,))
    body = await read_model(request, UnshelvingBody)
    schema, context = answered_by(request, principal)
    return document(await unshelved_document(schema, context, request.path_params["id"], comment=body.comment))


LIST_ALARMS: Final = Operation(
    path="/v1/alarms",
    method="GET",
    summary="List alarms",
    description=(
        "The alarms that are open, or with `all=true` those that are over too, raised last first: GraphQL's `alarms`. "
        "All that is asked for must hold; what is repeated may be any of these."
    ),
    handler=list_alarms,
    scope=Scope.READ,
    answers={JSON: AlarmsAnswer},
    parameters=(
        Parameter(
            name="state",
            where="query",
            meaning="UNACK, ACKED, RTN_UNACK, SHELVED, NORMAL; may be repeated",
            example="UNACK",
        ),
        Parameter(name="priority", where="query", meaning="HIGH, MEDIUM, LOW; may be repeated", example="HIGH"),
        Parameter(name="level", where="query", meaning="DOWN, DEGRADED; may be repeated"),
        Parameter(name="asset", where="query", meaning="Of this asset; may be repeated"),
        Parameter(name="type", where="query", meaning="Of assets of this type and its subtypes; may be repeated"),
        Parameter(name="within", where="query", meaning="Of this asset and all that it contains", example="NBR-DC"),
        Parameter(name="flood", where="query", meaning="Of this flood; may be repeated"),
        Parameter(name="all", where="query", meaning="true: those that are over too", kind="boolean"),
        Parameter(
            name="first",
            where="query",
            meaning=f"How many, {FIRST_ALARMS} unless told",
            kind="integer",
            example=FIRST_ALARMS,
        ),
        Parameter(name="after", where="query", meaning="The endCursor of the page before"),
    ),
    codes=(
        "UNKNOWN_TYPE",
        "REQUEST_INVALID",
        "LIMIT_EXCEEDED",
        "CURSOR_INVALID",
        "ALARMS_UNAVAILABLE",
        "NOT_ACCEPTABLE",
    ),
)
SHOW_ALARM: Final = Operation(
    path="/v1/alarms/{id}",
    method="GET",
    summary="Look at an alarm",
    description="One alarm with all that happened to it and what may be behind its flood: GraphQL's `alarm`.",
    handler=show_alarm,
    scope=Scope.READ,
    answers={JSON: AlarmAnswer},
    parameters=(_ID,),
    codes=("UNKNOWN_ALARM", "ALARMS_UNAVAILABLE", "NOT_ACCEPTABLE"),
)
ACKNOWLEDGE_ALARMS: Final = Operation(
    path="/v1/alarms/acknowledge",
    method="POST",
    summary="Acknowledge alarms",
    description=(
        "Says that alarms were seen, all or none; one that has returned to normal is over then. "
        "Needs scope `operate` as well."
    ),
    handler=acknowledge,
    scope=Scope.READ,
    body=AcknowledgementBody,
    answers={JSON: AlarmsDone},
    codes=("UNKNOWN_ALARM", "ALARM_STATE_CONFLICT", "LIMIT_EXCEEDED", "ALARMS_UNAVAILABLE", "NOT_ACCEPTABLE"),
    examples={"seen": {"ids": ["6c1f0e9f5a0b4d7c8e21a3f4"], "comment": "on my way"}},
    writes=True,
)
SHELVE_ALARM: Final = Operation(
    path="/v1/alarms/{id}/shelve",
    method="POST",
    summary="Shelve an alarm",
    description=(
        "Puts an alarm out of sight until a moment, at most 30 days ahead. It comes back by itself: to be looked at "
        "anew where it is active, over where it isn't. Needs scope `operate` as well."
    ),
    handler=shelve,
    scope=Scope.READ,
    body=ShelvingBody,
    answers={JSON: AlarmOf},
    parameters=(_ID,),
    codes=(
        "UNKNOWN_ALARM",
        "ALARM_STATE_CONFLICT",
        "SHELF_INVALID",
        "VALUE_INVALID",
        "LIMIT_EXCEEDED",
        "ALARMS_UNAVAILABLE",
        "NOT_ACCEPTABLE",
    ),
    examples={"for a repair": {"until": "2026-12-01T16:00:00Z", "reason": "sensor is being replaced"}},
    writes=True,
)
UNSHELVE_ALARM: Final = Operation(
    path="/v1/alarms/{id}/unshelve",
    method="POST",
    summary="Bring an alarm back",
    description="Brings an alarm back before its time on the shelf is over. Needs scope `operate` as well.",
    handler=unshelve,
    scope=Scope.READ,
    body=UnshelvingBody,
    answers={JSON: AlarmOf},
    parameters=(_ID,),
    codes=("UNKNOWN_ALARM", "ALARM_STATE_CONFLICT", "LIMIT_EXCEEDED", "ALARMS_UNAVAILABLE", "NOT_ACCEPTABLE"),
    examples={"mended": {"comment": "sensor replaced"}},
    writes=True,
)
