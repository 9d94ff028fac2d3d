"""Levels of channels: what the newest reading says of its asset, at a moment. Pure: the moment is handed in.

Values alone are the same whatever the order of events; with hysteresis or hold-down a level depends on the one before,
so it is this process's reading of the stream, and begins anew with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from graph.impact import EXACTLY_FULL, UNKNOWN, Bounds, Level, Operability
from graph.ontology.model import ChannelDefinition, Ontology, Threshold
from graph.ontology.priority import Priority
from graph.state import Quality, Reading

_MICROSECONDS: Final = 1_000_000
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
    """How one channel is judged; times in microseconds."""

    definition: ChannelDefinition
    stale_after: int | None
    hold_down: int

    @classmethod
    def of(cls, channel: ChannelDefinition) -> ChannelRule:
        """Return the rule of a channel."""
        stale_after = None if channel.stale_after is None else round(channel.stale_after * _MICROSECONDS)
        return cls(definition=channel, stale_after=stale_after, hold_down=round(channel.hold_down * _MICROSECONDS))

    @property
    def remembers(self) -> bool:
        """Whether a level depends on the one before."""
        return bool(self.definition.hysteresis or self.hold_down)

    def priority(self, level: Level) -> Priority | None:
        """Return the priority that the ontology gives alarms on a level, None where it says nothing."""
        return next((each.priority for each in self.definition.thresholds if each.level == level), None)

    def judge(self, reading: Reading | None, now: int, held: Held | None = None) -> Judged:
        """Return what a channel says at a moment, its newest reading being `reading` (None: it was never seen)."""
        said = reading is not None and reading.value is not None and reading.quality != Quality.BAD
        expires = None if reading is None or self.stale_after is None else reading.time + self.stale_after
        stale = not said or (expires is not None and now > expires)
        if not said or (stale and self.definition.when_stale != "LAST"):
            known = self.definition.when_stale == "OK"
            level, own = (Level.OK, EXACTLY_FULL) if known else (Level.UNKNOWN, UNKNOWN)
            return Judged(level, own, stale, None, held)
        assert reading is not None, "it said something"
        now_held, due = self._held(reading, now, held)
        level, own = _meant(self.definition.thresholds, now_held.place)
        until = min((each for each in (None if stale else expires, due) if each is not None), default=None)
        return Judged(level, own, stale, until, now_held if self.remembers else None)

    def _held(self, reading: Reading, now: int, before: Held | None) -> tuple[Held, int | None]:
        """The threshold that holds now, and when a better one will, if nothing else comes."""
        thresholds = self.definition.thresholds
        best = len(thresholds)
        held = best if before is None else before.place
        place = next(
            (
                number
                for number, each in enumerate(thresholds)
                if _past(each, reading.value, self.definition.hysteresis if number >= held else 0.0)
            ),
            best,
        )
        if before is None or place <= held or not self.hold_down:
            return Held(place), None
        since = reading.time if before.since is None else before.since
        due = since + self.hold_down
        return (Held(place), None) if now >= due else (Held(held, since), due)


class LevelRules:
    """The channels with levels of each type of one ontology, and what a type's assets are before anything was seen."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.of_type = {
            name: {each.name: ChannelRule.of(each) for each in kind.channels.values()}
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
    level, lower, upper = Level.OK, EXACTLY_FULL.lower, EXACTLY_FULL.upper
    for rule, each in judged:
        if RANK[each.level] > RANK[level]:
            level = each.level
        if rule.definition.sets_operability:
            lower, upper = min(lower, each.own.lower), min(upper, each.own.upper)
    return level, Bounds(lower=lower, upper=upper)


def _meant(thresholds: tuple[Threshold, ...], place: int) -> tuple[Level, Bounds]:
    if place == len(thresholds):
        return Level.OK, EXACTLY_FULL
    found = thresholds[place]
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
