"""What taking versions back comes to on the data that is there; read-only."""

from __future__ import annotations

from dataclasses import dataclass

from graph.database import Database, ReadUnit
from graph.errors import Problem
from migrations.ledger import read_facts
from migrations.planning import edits_placed
from migrations.project import Project
from migrations.running.undoing import Undoing, plan_undoing
from migrations.steps import breaches, hindrances, left_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RetreatStage:
    """One version: its steps over data, each with how many assets or relationships it changes at most."""

    revision: str
    parent: str
    steps: tuple[tuple[str, int], ...]
    commands: tuple[str, ...]
    in_the_way: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retreat:
    """What `rollback` would do, newest version first. What is in the way of later stages shows only then."""

    stages: tuple[RetreatStage, ...]


async def retreat(project: Project, database: Database, to: str | None = None, *, erase: bool = False) -> Retreat:
    """Return what `rollback` would do to `database` now; changes nothing and needs no lock. Errors as it has them."""
    async with edits_placed(database, project.history):
        found = plan_undoing(project.history, await read_facts(database), to)
    return Retreat(
        stages=tuple([await _stage(stage, database, erase=erase, first=stage is found[0]) for stage in found])
    )


async def _stage(stage: Undoing, database: Database, *, erase: bool, first: bool) -> RetreatStage:
    async def look(unit: ReadUnit) -> tuple[list[tuple[str, int]], tuple[Problem, ...]]:
        steps = [(str(each), await left_of(unit, each)) for each in every]
        if not first:
            return steps, ()
        found = (*await breaches(unit, stage.in_the_way(erase=erase)), *await hindrances(unit, stage.rewiring))
        return steps, tuple(each.problem for each in found)

    every = (*(stage.returns(erase=erase) if stage.returning else ()), *stage.leaves(erase=erase))
    steps, problems = await database.read(None, look)
    return RetreatStage(
        revision=stage.migration.revision,
        parent=stage.parent,
        steps=tuple((step, number) for step, number in steps if number),
        commands=(*stage.opening, *stage.closed, *stage.ending, *stage.dropped),
        in_the_way=problems,
    )
