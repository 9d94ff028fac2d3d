"""Alarms as documents: what GraphQL says of them, for doors that take no GraphQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, cast

from pydantic import Field

from app.answers.bodies import Body, Brief, LevelName, Listed
from app.answers.executing import BRIEF, Document, executed
from app.graphql import Context, TwinSchema
from graph.alarms import UnknownAlarm
from graph.ontology.model import Json

FIRST_ALARMS: Final = 50
COMMENT: Final = "What is said to it; at most 2,000 characters"

_ALARM: Final = """
fragment One on Alarm {
  id asset { ...Brief } assetId assetType channel level priority state active value raised changed raisedCount
  shelvedUntil
}
"""
_LIST: Final = (
    BRIEF
    + _ALARM
    + """
query Alarms($filter: AlarmFilter, $first: Int!, $after: String) {
  alarms(filter: $filter, first: $first, after: $after) {
    nodes { ...One flood { id } } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
)
_ONE: Final = (
    BRIEF
    + _ALARM
    + """
query Alarm($id: ID!) {
  alarm(id: $id) {
    ...One
    transitions { number action state level time by comment }
    flood {
      id began ended alarmCount notes
      causes { assets { ...Brief } assetIds score explainsCount unexplainedCount contradictedByCount }
    }
  }
}"""
)
_ACKNOWLEDGE: Final = (
    BRIEF
    + _ALARM
    + """
mutation Acknowledge($ids: [ID!]!, $comment: String) { acknowledgeAlarms(ids: $ids, comment: $comment) { ...One } }"""
)
_SHELVE: Final = (
    BRIEF
    + _ALARM
    + """
mutation Shelve($id: ID!, $until: DateTime!, $reason: String!) {
  shelveAlarm(id: $id, until: $until, reason: $reason) { ...One }
}"""
)
_UNSHELVE: Final = (
    BRIEF
    + _ALARM
    + """
mutation Unshelve($id: ID!, $comment: String) { unshelveAlarm(id: $id, comment: $comment) { ...One } }"""
)

StateName = Literal["UNACK", "ACKED", "RTN_UNACK", "SHELVED", "NORMAL"]


class FloodOf(Body):
    """The flood that an alarm came in."""

    id: str


class AlarmOf(Body):
    """An alarm: one occurrence at a channel of an asset, or (`channel` null) at its health."""

    id: str
    asset: Brief | None = Field(description="Null where it was deleted")
    asset_id: str
    asset_type: str
    channel: str | None
    level: LevelName
    priority: Literal["HIGH", "MEDIUM", "LOW"]
    state: StateName
    active: bool
    value: Any
    raised: datetime
    changed: datetime
    raised_count: int
    shelved_until: datetime | None


class ListedAlarm(AlarmOf):
    """An alarm of a page."""

    flood: FloodOf | None


class AlarmsAnswer(Listed[ListedAlarm]):
    """A page of alarms, those raised last first."""


class AlarmStep(Body):
    """One step of an alarm: what it was in after it, by whom (`twin`: nobody asked for it), and what they said."""

    number: int
    action: str
    state: StateName
    level: LevelName
    time: datetime
    by: str
    comment: str


class CauseOf(Body):
    """What may be behind a flood; together these assets explain what they explain."""

    assets: list[Brief]
    asset_ids: list[str]
    score: float
    explains_count: int
    unexplained_count: int
    contradicted_by_count: int


class WholeFlood(FloodOf):
    """So many alarms in so short a time that nobody can look at each; the likeliest cause first."""

    began: datetime
    ended: datetime | None
    alarm_count: int
    notes: list[str]
    causes: list[CauseOf]


class AlarmAnswer(AlarmOf):
    """An alarm with all that happened to it, oldest first, and what may be behind the flood that it came in."""

    transitions: list[AlarmStep]
    flood: WholeFlood | None


class AlarmsDone(Body):
    """Alarms as they are after something was done to them."""

    alarms: list[AlarmOf]


class AcknowledgementBody(Body):
    """Which alarms somebody has seen."""

    ids: list[str] = Field(min_length=1)
    comment: str = Field(default="", description=COMMENT)


class ShelvingBody(Body):
    """Until when an alarm is out of sight, and why."""

    until: datetime = Field(description="At most 30 days ahead")
    reason: str


class UnshelvingBody(Body):
    """What is said to an alarm that comes back."""

    comment: str = Field(default="", description=COMMENT)


async def alarms_document(
    schema: TwinSchema, context: Context, wanted: Mapping[str, object], *, first: int, after: str | None
) -> Document:
    """A page of the alarms that GraphQL's `AlarmFilter` means."""
    return await executed(schema, context, _LIST, {"filter": wanted, "first": first, "after": after})


async def alarm_document(schema: TwinSchema, context: Context, alarm: str) -> Document:
    """One alarm. Raises UnknownAlarm."""
    found = cast("Document | None", await executed(schema, context, _ONE, {"id": alarm}))
    if found is None:
        raise UnknownAlarm("There is no such alarm", place="id", actual=repr(alarm[:80]))
    return found


async def acknowledged_document(schema: TwinSchema, context: Context, ids: Sequence[str], *, comment: str) -> Document:
    """Alarms after they were acknowledged, all or none."""
    found: Json = await executed(schema, context, _ACKNOWLEDGE, {"ids": [*ids], "comment": comment})
    return {"alarms": found}


async def shelved_document(schema: TwinSchema, context: Context, alarm: str, body: ShelvingBody) -> Document:
    """An alarm after it was shelved."""
    given = {"id": alarm, **body.model_dump(mode="json")}
    return await executed(schema, context, _SHELVE, given)


async def unshelved_document(schema: TwinSchema, context: Context, alarm: str, *, comment: str) -> Document:
    """An alarm after it came back."""
    return await executed(schema, context, _UNSHELVE, {"id": alarm, "comment": comment})
