"""Levels of channels: what the newest reading says of its asset, at a moment. Pure: the moment is handed in.

Values alone are the same whatever the order of events; with hysteresis or hold-down a level depends on the one before,
so it is this process's reading of the stream, and begins anew with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from graph.impact import EXACTLY_FULL, UNKNOWN, Bounds, Level, Operability
from graph.ontology.channel_names import by_any_name, kept_as
from graph.ontology.model import ChannelDefinition, Ontology, Threshold
from graph.ontology.priority import Priority
from graph.state import Quality, Reading

_MICROSECONDS: Final = 1_000_000
_OK: Final = Level.OK
_BAD: Final = Quality.BAD.value
RANK: Final = {Level.OK: 0, Level.DEGRADED: 1, Level.UNKNOWN: 2, Level.DOWN: 3}
"""Levels of an asset from its best to its worst: one that nobody knows may be anything."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is remembered of a channel: the place of its threshold (that after the last: OK), better since when."""

    place: int
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a channel says: its level and operability, whether it is stale, and when that may change by itself.

    `until` is in microseconds since 1970, None where only another reading changes it.
    """

    level: Level
    own: Bounds
    stale: bool
    until: int | None = None
    held: Held | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRule:
    """How one channel is judged; times in microseconds. `key` is the name that its readings are kept under."""

    definition: ChannelDefinition
    key: str
    stale_after: int | None
    hold_down: int
    meanings: tuple[tuple[Level, Bounds], ...]
    """What each threshold means, and last what none of them does."""
    remembers: bool
    """Whether a level depends on the one before."""
    lasts: bool
    """Whether what was said last counts when it is stale."""
    unsaid: Judged
    """What is so where nothing was said, or nothing that counts; made once, for many assets never say something."""

    @classmethod
    def of(cls, channel: ChannelDefinition) -> ChannelRule:
        """Return the rule of a channel."""
        hold_down = round(channel.hold_down * _MICROSECONDS)
        known = channel.when_stale == "OK"
        return cls(
            definition=channel,
            key=kept_as(channel),
            stale_after=None if channel.stale_after is None else round(channel.stale_after * _MICROSECONDS),
            hold_down=hold_down,
            meanings=(*map(_meant, channel.thresholds), (Level.OK, EXACTLY_FULL)),
            remembers=bool(channel.hysteresis or hold_down),
            lasts=channel.when_stale == "LAST",
            unsaid=Judged(*((Level.OK, EXACTLY_FULL) if known else (Level.UNKNOWN, UNKNOWN)), stale=True),
        )

    def priority(self, level: Level) -> Priority | None:
        """Return the priority that the ontology gives alarms on a level, None where it says nothing."""
        return next((each.priority for each in self.definition.thresholds if each.level == level), None)

    def judge(self, reading: Reading | None, now: int, held: Held | None = None) -> Judged:
        """Return what a channel says at a moment, its newest reading being `reading` (None: it was never seen)."""
        if reading is None or reading.value is None or reading.quality == _BAD:
            return self._unsaid(held)
        until = None if self.stale_after is None else reading.time + self.stale_after
        stale = until is not None and now > until
        if stale:
            if not self.lasts:
                return self._unsaid(held)
            until = None
        if not self.remembers:
            level, own = self.meanings[self._place(reading, len(self.definition.thresholds))]
            return Judged(level, own, stale, until, None)
        now_held, due = self._held(reading, now, held)
        level, own = self.meanings[now_held.place]
        if until is None or (due is not None and due < until):
            until = due
        return Judged(level, own, stale, until, now_held)

    def _unsaid(self, held: Held | None) -> Judged:
        return self.unsaid if held is None else replace(self.unsaid, held=held)

    def _place(self, reading: Reading, held: int) -> int:
        """The place of the threshold that a value is past; `held` is where it stood, and is harder to leave."""
        value, hysteresis = reading.value, self.definition.hysteresis
        number = 0
        for each in self.definition.thresholds:
            if _past(each, value, hysteresis if number >= held else 0.0):
                break
            number += 1
        return number

    def _held(self, reading: Reading, now: int, before: Held | None) -> tuple[Held, int | None]:
        """The threshold that holds now, and when a better one will, if nothing else comes."""
        held = len(self.definition.thresholds) if before is None else before.place
        place = self._place(reading, held)
        if before is None or place <= held or not self.hold_down:
            return Held(place), None
        since = reading.time if before.since is None else before.since
        due = since + self.hold_down
        return (Held(place), None) if now >= due else (Held(held, since), due)


class LevelRules:
    """The channels with levels of each type of one ontology, and what a type's assets are before anything was seen.

    `of_type` has them by the name that readings are kept under, `called` that name by each name that they answer to.
    """

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.of_type = {
            name: {kept_as(each): ChannelRule.of(each) for each in kind.channels.values()}
            for name, kind in ontology.asset_types.items()
        }
        self.called = {
            name: {called: kept_as(each) for called, each in by_any_name(kind.channels.values()).items()}
            for name, kind in ontology.asset_types.items()
        }
        self.levelled = {
            name: tuple(rule for rule in rules.values() if rule.definition.thresholds)
            for name, rules in self.of_type.items()
        }
        self.unseen = {
            name: combined([(rule, rule.judge(None, 0)) for rule in rules]) for name, rules in self.levelled.items()
        }


def combined(judged: Iterable[tuple[ChannelRule, Judged]]) -> tuple[Level, Bounds]:
    """Return what channels say of their asset together: the worst level, and the least own operability.

    The level counts all of them, the operability those that set it.
    """
    level, own = _OK, EXACTLY_FULL
    for rule, each in judged:
        if each.level is not level and RANK[each.level] > RANK[level]:
            level = each.level
        if rule.definition.sets_operability and each.own is not EXACTLY_FULL:
            own = Bounds(lower=min(own.lower, each.own.lower), upper=min(own.upper, each.own.upper))
    return level, own


def _meant(found: Threshold) -> tuple[Level, Bounds]:
    return Level(found.level), Bounds(lower=Operability(found.operability), upper=Operability(found.operability))


def _past(threshold: Threshold, value: object, margin: float) -> bool:
    """Whether a value is past a threshold that was moved back by `margin`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if threshold.above is not None and value > threshold.above - margin:
            return True
        if threshold.below is not None and value < threshold.below + margin:
            return True
    if threshold.equals is None:
        return False
    among = threshold.equals if isinstance(threshold.equals, list) else [threshold.equals]
    return any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in among)
