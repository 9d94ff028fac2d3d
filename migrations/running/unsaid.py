"""What can't be said any more when a property comes back that another had taken the place of."""

from __future__ import annotations

from collections.abc import Iterable

from graph.database import Database, ReadUnit
from graph.errors import Problem
from migrations.errors import DataInTheWay
from migrations.steps import Lead, size_of


async def refuse_unsaid(database: Database, steps: Iterable[Lead]) -> None:
    """Raise DataInTheWay where the new property has values, written since, that the old one can't say."""
    found = [await _unsaid(database, step) for step in steps]
    problems = tuple(each for each in found if each is not None)
    if problems:
        raise DataInTheWay(
            "Values that were written since can't be said by the property that comes back",
            problems,
            hint="Write others, then go on with the same command; or let them go with `--erase`",
        )


async def _unsaid(database: Database, step: Lead) -> Problem | None:
    """Return that values of a property can't be said by the one that comes back in its place; None: all can."""

    async def look(unit: ReadUnit) -> int:
        return await size_of(unit, step)

    number = await database.read(None, look)
    if not number:
        return None
    return Problem(
        code=DataInTheWay.code,
        message=f"{step.type}.{step.definition.name} has values that {step.leader.name} can't say",
        place=f"{step.type}.{step.definition.name}",
        expected="values that can be converted back",
        actual=f"{number:,} that can't",
    )
