"""Alarms, their states and transitions, in the words of ISA-18.2; times are microseconds since 1970.

An alarm is one occurrence at one point: a channel of an asset, or (`channel` is the empty text) the asset's own health
where its providers let it down. It begins when it is raised and is closed when all is normal again and somebody has
acknowledged it; what another reading raises at the same point afterwards is another alarm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from graph.identity import Tenant
from graph.impact import Level
from graph.ontology.model import Json
from graph.ontology.priority import Priority
from graph.reading.cursors import write_cursor

HEALTH: Final = ""
"""The channel of alarms about an asset's health, which no channel is called."""

ITSELF: Final = "twin"
"""Who did what nobody asked for: raised, returned, unshelved when the time was over."""


class State(StrEnum):
    """Where an alarm is; NORMAL is closed."""

    UNACK = "UNACK"
    ACKED = "ACKED"
    RTN_UNACK = "RTN_UNACK"
    SHELVED = "SHELVED"
    NORMAL = "NORMAL"


class Action(StrEnum):
    """What happened to an alarm."""

    RAISED = "RAISED"
    RERAISED = "RERAISED"
    WORSENED = "WORSENED"
    EASED = "EASED"
    RETURNED = "RETURNED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    SHELVED = "SHELVED"
    UNSHELVED = "UNSHELVED"


def priority_of(level: Level, channel: str) -> Priority:
    """Return the usual priority: what an asset says of itself goes before what its providers do to it."""
    if level is Level.DOWN:
        return Priority.MEDIUM if channel == HEALTH else Priority.HIGH
    return Priority.LOW if channel == HEALTH else Priority.MEDIUM


def alarm_id(tenant: Tenant, asset: str, channel: str, raised: int) -> str:
    """Return the id of an alarm: the same whoever raises it, and however often."""
    return _digest(tenant, asset, channel, str(raised))


def flood_id(alarm: str, began: int) -> str:
    """Return the id of the flood that began with an alarm at a moment: one that is raised again may begin others."""
    return _digest(alarm, str(began))


def _digest(*parts: str) -> str:
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm. `kind` is the asset's exact type, `value` what the channel said (of health: the operability).

    `active`: what it is about is so now. `shelved_until` None: it isn't shelved. `raised` is the event's time,
    `changed` the service's at the last transition; `raises` counts how often it was raised, `flood` is what it came in.
    """

    id: str
    asset: str
    channel: str
    kind: str
    level: Level
    priority: Priority
    value: Json
    active: bool
    acknowledged: bool
    raised: int
    changed: int
    raises: int = 1
    shelved_until: int | None = None
    closed: bool = False
    flood: str | None = None

    @property
    def state(self) -> State:
        """Where it is."""
        if self.closed:
            return State.NORMAL
        if self.shelved_until is not None:
            return State.SHELVED
        if self.active:
            return State.ACKED if self.acknowledged else State.UNACK
        return State.RTN_UNACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step of an alarm: what it was in after it, when, by whom, and what they said. `number` counts a tenant's."""

    number: int
    alarm: str
    action: Action
    state: State
    level: Level
    time: int
    by: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A transition, and the alarm as it is now."""

    alarm: Alarm
    transition: Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is so at one point: its level (UNKNOWN says nothing), since when, and the value behind it.

    `priority` is what the ontology says of an alarm on that level, None: nothing.
    """

    level: Level
    time: int
    value: Json = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """All that can raise an alarm at one asset, by channel; what is left out of `points` can't be any more."""

    asset: str
    kind: str
    points: Mapping[str, Seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What may be behind a flood: assets that together explain so many of the symptoms. `score` is in 0..1."""

    assets: tuple[str, ...]
    score: float
    explains: int
    unexplained: int
    contradicted_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """Many alarms that came together, and what may be behind them, the likeliest first. `ended` None: it goes on.

    `asked` is how many alarms there were when causes were sought last, 0 before; `notes` say what was left out of it.
    """

    id: str
    began: int
    alarms: int
    ended: int | None = None
    asked: int = 0
    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFilter:
    """Which alarms; all that is given must hold, None asks for nothing. `types` are exact ones, `assets` ids."""

    ids: tuple[str, ...] | None = None
    states: tuple[State, ...] | None = None
    priorities: tuple[Priority, ...] | None = None
    levels: tuple[Level, ...] | None = None
    assets: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    floods: tuple[str, ...] | None = None

    def fits(self, alarm: Alarm) -> bool:
        """Whether an alarm is meant."""
        pairs = (
            (self.ids, alarm.id),
            (self.states, alarm.state),
            (self.priorities, alarm.priority),
            (self.levels, alarm.level),
            (self.assets, alarm.asset),
            (self.types, alarm.kind),
            (self.floods, alarm.flood),
        )
        return all(wanted is None or value in wanted for wanted, value in pairs)


EVERY: Final = AlarmFilter()

Floods: TypeAlias = Mapping[str, Flood]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPage:
    """Alarms, those raised last first; `total` counts all that are meant."""

    asked: str
    alarms: tuple[Alarm, ...]
    more: bool
    total: int

    def cursor(self, number: int) -> str:
        """The cursor of alarm `number` of this page."""
        each = self.alarms[number]
        return write_cursor(self.asked, (each.raised, each.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoints:
    """What is open at the points of a tenant: the level of each alarm that is active, and the flood that goes on.

    `recent` are open alarms that were raised since a moment and are counted to no flood, each with when.
    """

    active: Mapping[tuple[str, str], Level] = field(default_factory=dict[tuple[str, str], Level])
    flood: Flood | None = None
    recent: tuple[tuple[int, str], ...] = ()
