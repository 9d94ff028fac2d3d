"""What a plan comes to on the data that is there: how much is written, and what is in the way."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.database import Database, ReadUnit
from graph.errors import Problem
from migrations.effects import Demand, demands, unmet
from migrations.ledger import read_facts
from migrations.planning.plan import Plan, make_plan
from migrations.planning.stages import Stage
from migrations.project import Project
from migrations.steps import (
    Breach,
    Compute,
    DataStep,
    Follow,
    breaches,
    erasing,
    filling,
    left_by,
    left_of,
    steps_rules,
    tried,
    unconvertible,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How many assets or relationships a step over data changes."""

    revision: str
    step: str
    objects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A plan, what it writes, and what data does not meet of what it asks, each under its revision.

    `later`: the same for what is not part of the plan yet, as it waits to be completed. `unmet` are requirements that
    don't hold.
    """

    plan: Plan
    efforts: tuple[Effort, ...]
    breaches: tuple[tuple[str, Breach], ...]
    later: tuple[tuple[str, Breach], ...]
    unmet: tuple[Problem, ...] = ()


async def forecast(project: Project, database: Database, *, complete: bool = False) -> Forecast:
    """Return what `apply` (or `complete`) would do to `database` now; changes nothing and needs no lock.

    Where nothing else is written in between, it does exactly that. What stages after the first come to can be told only
    once it is applied, so only the first is looked at. Cost: a look at all that is of the types concerned.
    """
    found = make_plan(project.history, await read_facts(database), complete=complete)
    if not found.stages:
        return Forecast(plan=found, efforts=(), breaches=(), later=())
    stage = found.stages[0]

    async def look(unit: ReadUnit) -> Forecast:
        revision = stage.migration.revision
        steps = _steps(stage)
        efforts = [Effort(revision=revision, step=str(step), objects=await left_of(unit, step)) for step in steps]
        return Forecast(
            plan=found,
            efforts=tuple(efforts),
            breaches=tuple((revision, each) for each in await breaches(unit, _asked(stage, now=True))),
            later=tuple((revision, each) for each in await breaches(unit, _asked(stage, now=False))),
        )

    seen = await database.read(None, look)
    if stage.backfill:
        seen = await _tried(seen, stage, database)
    lacking = await unmet(database, stage.migration) if stage.expand else ()
    return replace(seen, unmet=(*lacking, *seen.unmet))


async def _tried(seen: Forecast, stage: Stage, database: Database) -> Forecast:
    """Take values that can't be converted off what is written, and put them among what is in the way later."""
    revision = stage.migration.revision
    efforts = list(seen.efforts)
    later = list(seen.later)
    failing: list[Problem] = []
    rules = steps_rules(stage.middle)
    for number, step in enumerate(_steps(stage)):
        if isinstance(step, Compute):
            changed, problem = await tried(step, database, rules)
            efforts[number] = replace(efforts[number], objects=changed)
            failing.extend([] if problem is None else [problem])
        breach = await unconvertible(database, step) if isinstance(step, Follow) else None
        if breach is not None:
            efforts[number] = replace(efforts[number], objects=efforts[number].objects - breach.number)
            later.append((revision, breach))
    return replace(seen, efforts=tuple(efforts), later=tuple(later), unmet=tuple(failing))


def _steps(stage: Stage) -> tuple[DataStep, ...]:
    now = filling(stage.migration, stage.middle) if stage.backfill else ()
    return (*now, *(erasing(stage.migration, stage.middle) if stage.contract else ()))


def _asked(stage: Stage, *, now: bool) -> tuple[Demand, ...]:
    """What the phases that run now ask, or those that wait; what is filled or erased before isn't in the way then."""
    asked: list[Demand] = []
    if stage.expand and stage.before is not None and now:
        asked.extend(demands(stage.before, stage.middle))
    if stage.contract is now:
        steps = (*filling(stage.migration, stage.middle), *erasing(stage.migration, stage.middle))
        wanted = (*demands(stage.middle, stage.closing), *demands(stage.closing, stage.after, stage.heirs))
        asked.extend(left_by(steps, wanted))
    return tuple(asked)
