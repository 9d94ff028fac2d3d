"""Deleting assets, alone or with what they contain."""

from __future__ import annotations

from graph.changes.assets import refuse_unknown_asset
from graph.changes.draft import AssetDelete
from graph.changes.images import Link
from graph.changes.request import Limits
from graph.changes.trial import Trial


def delete_asset(trial: Trial, delete: AssetDelete, limits: Limits) -> None:
    """Take the asset, its relationships and, by cascade, what only it contains, out of the world."""
    found = trial.world.assets.get(delete.id)
    if found is None:
        if delete.sound and delete.id not in trial.phantoms:
            refuse_unknown_asset(trial, delete.index, ".id", delete.id)
        return
    if delete.type not in (None, found.type):
        _refuse_type(trial, delete, found.type)
        return
    if delete.cascade and delete.id in trial.world.vast:
        _refuse_vast(trial, delete, limits)
        return
    doomed = _with_contents(trial, delete.id) if delete.cascade else [delete.id]
    for asset in doomed:
        for link in sorted(trial.world.incident[asset]):
            trial.origin[link] = delete.index
            if asset == delete.id and not delete.cascade and _contains(trial, asset, link):
                trial.orphaned.setdefault(asset, []).append(link.target)
            trial.world.put_link(link, None)
        trial.origin[asset] = delete.index
        trial.world.put_asset(asset, None)


def refuse_orphans(trial: Trial) -> None:
    """Refuse deletions that left something behind which they contained."""
    for asset, contents in trial.orphaned.items():
        # What the world has never heard of is in the database, for there was a relationship to it.
        left = sorted(child for child in contents if trial.world.assets.get(child, child) is not None)
        if left:
            trial.refuse(
                "NOT_EMPTY",
                f"{asset} contains {len(left)} asset{'s' if len(left) > 1 else ''}",
                change=trial.origin[asset],
                asset=asset,
                expected="an asset that contains nothing, or cascade",
                actual=", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else ""),
                hint="Move its contents elsewhere first, delete them in the same change set, or set cascade",
            )


def _refuse_type(trial: Trial, delete: AssetDelete, actual: str) -> None:
    trial.refuse(
        "TYPE_FIXED",
        f"{delete.id} is a {actual}, not a {delete.type}",
        change=delete.index,
        at=".id",
        asset=delete.id,
        expected=f"an asset that is exactly a {delete.type}",
        actual=actual,
        hint=f"Delete it as a {actual}, if it is the one you mean",
    )


def _contains(trial: Trial, asset: str, link: Link) -> bool:
    return link.type in trial.world.rules.containment and link.source == asset and link.target != asset


def _with_contents(trial: Trial, root: str) -> list[str]:
    world = trial.world
    doomed = {root: None}
    waiting = [root]
    while waiting:
        asset = waiting.pop()
        for child in sorted({link.target for link in world.children[asset]}):
            if child not in doomed and all(link.source in doomed for link in world.parents[child]):
                doomed[child] = None
                waiting.append(child)
    return list(doomed)


def _refuse_vast(trial: Trial, delete: AssetDelete, limits: Limits) -> None:
    trial.refuse(
        "LIMIT_EXCEEDED",
        f"{delete.id} contains too much to be deleted at once",
        change=delete.index,
        asset=delete.id,
        expected=f"at most {limits.deleted} assets taken along",
        actual=f"more than {limits.deleted}",
        hint="Delete what it contains part by part",
    )
