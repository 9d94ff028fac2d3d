"""When a channel's level changed, told from what it said: thresholds, hysteresis, hold-down and staleness.

Pure: by event time, so what came late stands where it belongs, and it is the same on every replica. What a process saw
as it came, with levels that were held, may differ for a while; its alarms say that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.health.levels import ChannelRule, Judged
from graph.history import Point
from graph.impact import Level
from graph.ontology.model import Json
from graph.state import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelTransition:
    """A channel's level from a moment on (microseconds since 1970), and what it had said last."""

    time: int
    level: Level
    value: Json


def transitions_of(rule: ChannelRule, points: Iterable[Point], until: int) -> Iterator[LevelTransition]:
    """Yield what a channel's level was, oldest first, each time that it changed; the first with its first point.

    `points` are in their order; `until` is the moment up to which time alone may change a level.
    """
    level: Level | None = None
    judged: Judged | None = None
    before: Point | None = None

    def told(time: int, point: Point, found: Judged) -> Iterator[LevelTransition]:
        nonlocal level, judged
        if found.level is not level:
            yield LevelTransition(time=time, level=found.level, value=point.value)
        level, judged = found.level, found

    for point in points:
        if before is not None and judged is not None:
            for time, found in _passing(rule, before, judged, point.time):
                yield from told(time, before, found)
        held = None if judged is None else judged.held
        yield from told(point.time, point, rule.judge(_reading(point), point.time, held))
        before = point
    if before is not None and judged is not None:
        for time, found in _passing(rule, before, judged, until):
            yield from told(time, before, found)


def _passing(rule: ChannelRule, point: Point, judged: Judged, until: int) -> Iterator[tuple[int, Judged]]:
    """What time alone makes of a channel after a point: it goes stale, or a level was held for long enough."""
    reading, found = _reading(point), judged
    while found.until is not None and found.until < until:
        moment = found.until + 1
        found = rule.judge(reading, moment, found.held)
        yield moment, found


def _reading(point: Point) -> Reading:
    return Reading(
        asset=point.asset,
        channel=point.channel,
        value=point.value,
        time=point.time,
        epoch=point.epoch,
        sequence=point.sequence,
        event=point.event,
        source=point.source,
        quality=point.quality,
        received=point.time,
    )
