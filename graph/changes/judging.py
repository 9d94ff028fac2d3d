"""One change set against the world: all operations in order, then every rule on the state they lead to.

Pure: what the rules ask must be known to the world before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from graph.changes.assets import place_asset, require_values, write_asset
from graph.changes.containment import judge_containment
from graph.changes.deletion import delete_asset, refuse_orphans
from graph.changes.draft import AssetDelete, AssetWrite, Draft, LinkDelete, LinkWrite, Operation
from graph.changes.groups import judge_groups
from graph.changes.multiplicity import judge_multiplicity
from graph.changes.relationships import delete_link, require_link_values, write_link
from graph.changes.request import LIMITS, Limits
from graph.changes.trial import Trial
from graph.changes.uniqueness import judge_uniqueness
from graph.changes.world import World
from graph.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of what a change set created, updated and deleted."""

    assets_created: int = 0
    assets_updated: int = 0
    assets_deleted: int = 0
    relationships_created: int = 0
    relationships_updated: int = 0
    relationships_deleted: int = 0


def judge(world: World, draft: Draft, limits: Limits = LIMITS) -> tuple[Problem, ...]:
    """Put the change set into the world, as a trial that the caller keeps or undoes, and return all its problems."""
    trial = Trial(world, draft)
    for operation in draft.operations:
        _perform(trial, operation, limits)
    trial.nothing_comes()
    for waiting in trial.postponed:
        if isinstance(waiting, AssetWrite):
            place_asset(trial, waiting)
        else:
            write_link(trial, waiting)
    require_values(trial)
    require_link_values(trial)
    refuse_orphans(trial)
    judge_uniqueness(trial)
    judge_multiplicity(trial)
    judge_containment(trial)
    judge_groups(trial)
    return tuple(sorted(trial.problems, key=_position))


def tally(world: World) -> Tally:
    """Count what the trial changes."""
    assets = [_kind(before, after) for _, before, after in world.changed_assets()]
    links = [_kind(before, after) for _, before, after in world.changed_links()]
    return Tally(
        assets_created=assets.count("created"),
        assets_updated=assets.count("updated"),
        assets_deleted=assets.count("deleted"),
        relationships_created=links.count("created"),
        relationships_updated=links.count("updated"),
        relationships_deleted=links.count("deleted"),
    )


def _perform(trial: Trial, operation: Operation, limits: Limits) -> None:
    match operation:
        case AssetWrite():
            write_asset(trial, operation)
        case LinkWrite():
            write_link(trial, operation)
        case AssetDelete():
            delete_asset(trial, operation, limits)
        case LinkDelete():
            delete_link(trial, operation)
        case _:
            assert_never(operation)


def _kind(before: object, after: object) -> str:
    if before is None:
        return "created"
    return "updated" if after is not None else "deleted"


def _position(problem: Problem) -> tuple[int, str]:
    return (-1 if problem.change is None else problem.change, problem.code)
