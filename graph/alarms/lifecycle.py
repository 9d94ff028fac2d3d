"""How an alarm goes from state to state: pure, the moment is handed in.

    (nothing) --raised--> UNACK --acknowledged--> ACKED --returned--> NORMAL
                            |                       ^ worsened: UNACK again
                            +--returned--> RTN_UNACK --acknowledged--> NORMAL; raised again: UNACK
    NORMAL --raised again by the same reading--> UNACK
    any of them --shelved--> SHELVED --its time is over, or unshelved--> UNACK, or NORMAL where nothing is the matter

Each step returns the alarm after it and what happened, None where nothing did.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeAlias

from graph.alarms.errors import AlarmStateConflict, ShelfInvalid
from graph.alarms.model import Action, Alarm, Seen, Sighting, State, alarm_id, priority_of
from graph.identity import Tenant
from graph.impact import Level

Step: TypeAlias = tuple[Alarm, Action]

LONGEST_SHELF: Final = 30 * 86_400 * 1_000_000
"""An alarm that is out of sight for longer should be mended at its threshold, or taken out of the ontology."""

_WORSE: Final = {Level.DEGRADED: 1, Level.DOWN: 2}


def is_alarming(level: Level) -> bool:
    """Whether a level raises an alarm. One that nobody knows neither raises nor ends any."""
    return level in _WORSE


def raised(tenant: Tenant, sighting: Sighting, channel: str, now: int) -> Alarm:
    """Return the alarm that what is seen at a point raises."""
    seen = sighting.points[channel]
    return Alarm(
        id=alarm_id(tenant, sighting.asset, channel, seen.time),
        asset=sighting.asset,
        channel=channel,
        kind=sighting.kind,
        level=seen.level,
        priority=seen.priority or priority_of(seen.level, channel),
        value=seen.value,
        active=True,
        acknowledged=False,
        raised=seen.time,
        changed=now,
    )


def followed(alarm: Alarm, seen: Seen | None, now: int) -> Step | None:
    """What comes of an alarm by what is seen at its point now; `seen` None: there is no such point any more.

    One that was closed is open again where the same reading alarms anew; it has left its flood.
    """
    if seen is None or seen.level is Level.OK:
        return _returned(alarm, now) if alarm.active else None
    if not is_alarming(seen.level):
        return None
    priority = seen.priority or priority_of(seen.level, alarm.channel)
    found = replace(alarm, level=seen.level, priority=priority, value=seen.value, changed=now)
    if not alarm.active:
        found = replace(found, closed=False, flood=None if alarm.closed else alarm.flood)
        return replace(found, active=True, acknowledged=False, raises=alarm.raises + 1), Action.RERAISED
    if _WORSE[seen.level] > _WORSE[alarm.level]:
        return replace(found, acknowledged=False), Action.WORSENED
    return (found, Action.EASED) if seen.level is not alarm.level else None


def acknowledged(alarm: Alarm, now: int) -> Step | None:
    """Somebody has seen it. Raises AlarmStateConflict of one that is shelved."""
    if alarm.closed or alarm.acknowledged:
        return None
    if alarm.shelved_until is not None:
        raise _conflict(alarm, "acknowledged", "Unshelve it first")
    done = replace(alarm, acknowledged=True, closed=not alarm.active, changed=now)
    return done, Action.ACKNOWLEDGED


def shelved(alarm: Alarm, until: int, now: int) -> Step:
    """Put it out of sight until a moment. Raises AlarmStateConflict of one that is closed, ShelfInvalid."""
    if alarm.closed:
        raise _conflict(alarm, "shelved", "It is over; shelve the next one, or change the threshold")
    if not now < until <= now + LONGEST_SHELF:
        expected = f"within the next {LONGEST_SHELF // (86_400 * 1_000_000)} days"
        raise ShelfInvalid("An alarm can't be shelved until then", place="until", expected=expected)
    return replace(alarm, shelved_until=until, changed=now), Action.SHELVED


def unshelved(alarm: Alarm, now: int) -> Step:
    """Bring it back: to be looked at anew where it is active, over where it isn't. Raises AlarmStateConflict."""
    if alarm.shelved_until is None:
        raise _conflict(alarm, "unshelved", "Nothing is to be done")
    back = replace(alarm, shelved_until=None, acknowledged=False, closed=not alarm.active, changed=now)
    return back, Action.UNSHELVED


def _returned(alarm: Alarm, now: int) -> Step:
    over = alarm.acknowledged and alarm.shelved_until is None
    return replace(alarm, active=False, closed=over, changed=now), Action.RETURNED


def _conflict(alarm: Alarm, what: str, hint: str) -> AlarmStateConflict:
    wanted = {
        "acknowledged": f"{State.UNACK} or {State.RTN_UNACK}",
        "shelved": "an alarm that is open",
        "unshelved": State.SHELVED,
    }
    return AlarmStateConflict(
        f"The alarm {alarm.id} can't be {what} now", expected=wanted[what], actual=alarm.state, hint=hint
    )
