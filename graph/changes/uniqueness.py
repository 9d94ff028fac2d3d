"""Values and external ids that only one asset of a tenant may hold, judged on the end state: two may swap theirs."""

from __future__ import annotations

from graph.changes.images import ExternalRef
from graph.changes.trial import Trial
from graph.changes.world import Unique


def judge_uniqueness(trial: Trial) -> None:
    """Refuse what two assets would hold, once for each value."""
    world = trial.world
    values: set[Unique] = set()
    names: set[ExternalRef] = set()
    for asset, before, after in world.changed_assets():
        if after is None:
            continue
        for unique in world.rules.unique_values(after):
            if len(world.holders[unique]) > 1 and unique not in values:
                values.add(unique)
                _refuse_value(trial, asset, unique)
        for name in after.external_ids if before is None or before.external_ids != after.external_ids else ():
            if len(world.names[name]) > 1 and name not in names:
                names.add(name)
                _refuse_name(trial, asset, name)


def _refuse_value(trial: Trial, asset: str, unique: Unique) -> None:
    holder, asset = _holder_and_newcomer(trial, trial.world.holders[unique], asset)
    name = unique[1]
    image = trial.world.assets[asset]
    assert image is not None
    shown = trial.world.rules.assets[image.type].values.shown(name, image.properties[name])
    trial.refuse(
        "NOT_UNIQUE",
        f"{name} {shown!r} belongs to {holder} already",
        change=trial.origin.get(asset),
        at=f".properties.{name}",
        asset=asset,
        property=name,
        expected="a value that no other asset of the tenant has",
        actual=f"{shown!r}, held by {holder}",
        hint=f"Give another value, or change that of {holder} in the same change set",
    )


def _refuse_name(trial: Trial, asset: str, name: ExternalRef) -> None:
    holder, asset = _holder_and_newcomer(trial, trial.world.names[name], asset)
    trial.refuse(
        "NOT_UNIQUE",
        f"{name.system} calls {holder} {name.id!r} already",
        change=trial.origin.get(asset),
        at=".externalIds",
        asset=asset,
        expected="an external id that no other asset of the tenant has",
        actual=f"{name.id!r} in {name.system}, held by {holder}",
        hint=f"Check the id, or take it from {holder} in the same change set",
    )


def _holder_and_newcomer(trial: Trial, holders: set[str], asset: str) -> tuple[str, str]:
    """Blame the asset that was written last in the change set; those it does not write held the value before."""
    ranked = sorted(holders, key=lambda holder: (trial.origin.get(holder, -1), holder))
    newcomer = ranked[-1] if ranked[-1] in trial.origin else asset
    return next(holder for holder in ranked if holder != newcomer), newcomer
