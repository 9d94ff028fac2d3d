"""How many relationships of a type an asset may and must have, judged on the end state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from graph.changes.images import End, Link
from graph.changes.rules import LinkRule
from graph.changes.trial import Trial
from graph.ontology.model import Multiplicity


class _Spot(NamedTuple):
    """Where to count: the relationships of one type at one asset in one role."""

    asset: str
    type: str
    end: End


def judge_multiplicity(trial: Trial) -> None:
    """Refuse too many where something was added, too few where something was taken or should have come along."""
    gained, lost = _moved(trial)
    for spot, change in gained.items():
        limit = trial.world.rules.links[spot.type].limit(spot.end)
        if limit.maximum is not None and trial.world.counts[spot] > limit.maximum:
            _refuse(trial, spot, limit, change, hint=f"Delete others of its {spot.type} in the same change set")
    if not trial.draft.request.checks.minima:
        return
    for spot, change in (lost | _newcomers(trial)).items():
        limit = trial.world.rules.links[spot.type].limit(spot.end)
        if trial.world.counts[spot] < limit.minimum and spot.asset not in trial.doubtful:
            _refuse(trial, spot, limit, change, hint=f"Give it the {spot.type} it needs in the same change set")


def _moved(trial: Trial) -> tuple[dict[_Spot, int], dict[_Spot, int]]:
    gained: dict[_Spot, int] = {}
    lost: dict[_Spot, int] = {}
    for link, before, after in trial.world.changed_links():
        rule = trial.world.rules.links[link.type]
        if not rule.bounded or (before is None) == (after is None):
            continue
        for spot in _spots(link, rule):
            if spot.end in rule.bounded and trial.world.assets.get(spot.asset) is not None:
                (gained if before is None else lost)[spot] = trial.origin[link]
    return gained, lost


def _newcomers(trial: Trial) -> dict[_Spot, int]:
    return {
        _Spot(asset, name, end): trial.origin[asset]
        for asset, before, after in trial.world.changed_assets()
        if after is not None and (before is None or before.type != after.type)
        for name, end in trial.world.rules.assets[after.type].minima
    }


def _spots(link: Link, rule: LinkRule) -> Iterator[_Spot]:
    yield _Spot(link.target, link.type, End.IN)
    yield _Spot(link.source, link.type, End.OUT)
    if rule.type.symmetric and link.source != link.target:
        yield _Spot(link.source, link.type, End.IN)
        yield _Spot(link.target, link.type, End.OUT)


def _refuse(trial: Trial, spot: _Spot, limit: Multiplicity, change: int, *, hint: str) -> None:
    image = trial.world.assets[spot.asset]
    assert image is not None
    count = trial.world.counts[spot]
    other, way = ("sources", "into") if spot.end is End.IN else ("targets", "out of")
    trial.refuse(
        "MULTIPLICITY",
        f"{spot.type} would go {count} times {way} {image.type} {spot.asset}",
        change=change,
        asset=spot.asset,
        expected=f"{limit} {other} by {spot.type}",
        actual=str(count),
        hint=hint,
    )
