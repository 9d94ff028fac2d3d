"""What can raise alarms, seen from what is in memory: channels of assets with levels, and their health.

Channels speak by their levels, as thresholds, hysteresis and hold-down make them; one that is stale says nothing. An
asset's health speaks where its providers surely let it down: what it says of itself is its channels' business.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from graph.alarms.model import HEALTH, Seen, Sighting
from graph.health import LEVELS, Standing, View
from graph.impact import Level
from graph.kernel.arrays import ONE


def sighted(standing: Standing, view: View, assets: Iterable[str], now: int) -> list[Sighting]:
    """Return what is so at assets at a moment, in microseconds; of one that is no more that nothing is."""
    return [_sighted(standing, view, asset, now) for asset in assets]


def suspects(standing: Standing, view: View) -> list[str]:
    """Return all assets at which there may be something the matter. Cost: a look at each, in arrays."""
    there = view.snapshot.there == 1
    own = np.flatnonzero((view.owned.codes != 0) & there).tolist()
    let_down = np.flatnonzero((view.let_down == 1) & there).tolist()
    ids = view.snapshot.ids
    found = dict.fromkeys(asset for asset in (ids[at] for at in own) if asset in standing.readings)
    return list(found | dict.fromkeys(ids[at] for at in let_down))


def _sighted(standing: Standing, view: View, asset: str, now: int) -> Sighting:
    kind = view.snapshot.kind_of(asset)
    if kind is None:
        return Sighting(asset=asset, kind="", points={})
    points: dict[str, Seen] = {}
    readings = standing.readings.get(asset, {})
    for rule in standing.rules.levelled.get(kind, ()):
        name = rule.definition.name
        reading = readings.get(name)
        if reading is not None and reading.value is not None:  # deleted: what it said is over
            level = standing.judged(asset, kind, name, now).level
            priority = rule.priority(level)
            points[name] = Seen(level=level, time=reading.time, value=reading.value, priority=priority)
    points[HEALTH] = _health(view, asset, now)
    return Sighting(asset=asset, kind=kind, points=points)


def _health(view: View, asset: str, now: int) -> Seen:
    at = view.snapshot.ids.find(asset)
    assert at is not None, "it has a kind"
    level = LEVELS[int(view.levels[at])]
    if level is not Level.UNKNOWN and not view.let_down[at]:
        level = Level.OK
    return Seen(level=level, time=now, value=int(view.lower[at]) / ONE)
