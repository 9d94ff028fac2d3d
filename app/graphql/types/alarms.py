"""Alarms, what happened to them, and floods of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import strawberry
from strawberry import UNSET

from app.graphql.fields import shown
from app.graphql.scalars import JSON, Long
from app.graphql.types.assets import Asset
from app.graphql.types.paging import PageInfo
from app.graphql.types.words import Level


@strawberry.enum(
    description="UNACK: active, seen by nobody yet; ACKED: active and seen; RTN_UNACK: returned to normal, seen by "
    "nobody yet; SHELVED: out of sight for a time; NORMAL: over."
)
class AlarmState(StrEnum):
    """Where an alarm is, as ISA-18.2 calls it."""

    UNACK = "UNACK"
    ACKED = "ACKED"
    RTN_UNACK = "RTN_UNACK"
    SHELVED = "SHELVED"
    NORMAL = "NORMAL"


@strawberry.enum(description="How soon somebody has to look.")
class AlarmPriority(StrEnum):
    """A priority."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


@strawberry.enum(description="WORSENED and EASED: another level while it is active.")
class AlarmAction(StrEnum):
    """What happened to an alarm."""

    RAISED = "RAISED"
    RERAISED = "RERAISED"
    WORSENED = "WORSENED"
    EASED = "EASED"
    RETURNED = "RETURNED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    SHELVED = "SHELVED"
    UNSHELVED = "UNSHELVED"


@strawberry.type(description="One step of an alarm.")
class AlarmTransition:
    """A transition."""

    number: Long = shown("Counts those of the tenant")
    action: AlarmAction = shown()
    state: AlarmState = shown("After it")
    level: Level = shown("After it")
    time: datetime = shown("When it was done")
    by: str = shown("A principal; `twin` where nobody asked for it")
    comment: str = shown("What they said; of a shelved one, the reason")


@strawberry.type(description="What may be behind a flood; together these assets explain what they explain.")
class AlarmCause:
    """A candidate."""

    assets: list[Asset] = shown("Those that are still there")
    asset_ids: list[strawberry.ID] = shown()
    score: float = shown("0 to 1, comparable within one flood")
    explains_count: int = shown()
    unexplained_count: int = shown()
    contradicted_by_count: int = shown("Assets that work by what they say themselves, and would not")


@strawberry.type(description="So many alarms in so short a time that nobody can look at each.")
class AlarmFlood:
    """A flood."""

    id: strawberry.ID = shown()
    began: datetime = shown()
    ended: datetime | None = shown("When the last one was raised; null while it goes on")
    alarm_count: int = shown("Alarms raised in it, those that were raised again counted again")
    causes: list[AlarmCause] = shown("The likeliest first; sought a second after it began, and as it grows")
    notes: list[str] = shown("What was left out of the search, and why")


@strawberry.type(description="An alarm: one occurrence at a channel of an asset, or at its health.")
class Alarm:
    """An alarm."""

    id: strawberry.ID = shown()
    asset: Asset | None = shown("Null where it was deleted")
    asset_id: strawberry.ID = shown()
    asset_type: str = shown("Its exact type when the alarm was raised")
    channel: str | None = shown("Null where the asset's providers let it down, by its health")
    level: Level = shown("DEGRADED or DOWN: the last one that was alarming")
    priority: AlarmPriority = shown()
    state: AlarmState = shown()
    active: bool = shown("What it is about is so now")
    value: JSON | None = shown("What the channel said, in its unit; of health, the operability")
    raised: datetime = shown("When it was first so: the event's own time")
    changed: datetime = shown("When its last transition was")
    raised_count: int = shown("How often it was raised before somebody looked at it")
    shelved_until: datetime | None = shown()
    flood: AlarmFlood | None = shown()
    transitions: list[AlarmTransition] = shown("Oldest first")


@strawberry.type
class AlarmEdge:
    """An alarm with its cursor."""

    cursor: str = shown()
    node: Alarm = shown()


@strawberry.type(description="A page of alarms, those raised last first.")
class AlarmConnection:
    """Alarms."""

    edges: list[AlarmEdge] = shown()
    nodes: list[Alarm] = shown()
    page_info: PageInfo = shown()
    total_count: int = shown()


@strawberry.type(description="Something happened to an alarm.")
class AlarmChange:
    """A transition, with the alarm as it is after it."""

    alarm: Alarm = shown()
    transition: AlarmTransition = shown()


@strawberry.input(description="Which alarms; all that is given must hold.")
class AlarmFilter:
    """A filter of alarms."""

    open: bool | None = strawberry.field(description="true: those that are not NORMAL", default=UNSET)
    states: list[AlarmState] | None = UNSET
    priorities: list[AlarmPriority] | None = UNSET
    levels: list[Level] | None = UNSET
    assets: list[strawberry.ID] | None = UNSET
    types: list[str] | None = strawberry.field(description="Of their assets, with subtypes", default=UNSET)
    within: strawberry.ID | None = strawberry.field(
        description="Their asset is this one, or contained in it", default=UNSET
    )
    floods: list[strawberry.ID] | None = UNSET
