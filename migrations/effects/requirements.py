"""What a migration requires of the database before it begins: statements that only read, and answer with true."""

from __future__ import annotations

from functools import partial

from graph.database import Database, ReadUnit, Row, Statement
from graph.errors import DatabaseUnavailable, Problem
from migrations.errors import RequirementUnmet
from migrations.files import Migration, Requirement

_HINT = "Bring the data into that state, or correct the statement, then apply again; nothing of it was applied"


async def unmet(database: Database, migration: Migration) -> tuple[Problem, ...]:
    """Return what of the requirements does not hold, or can't be asked, each at its place in the file."""
    found = [await _asked(database, migration, each) for each in migration.requires]
    return tuple(each for each in found if each is not None)


async def require(database: Database, migration: Migration) -> None:
    """Raise RequirementUnmet for the first that does not hold."""
    for problem in await unmet(database, migration):
        raise RequirementUnmet(
            problem.message, place=problem.place, expected=problem.expected, actual=problem.actual, hint=problem.hint
        )


async def _asked(database: Database, migration: Migration, requirement: Requirement) -> Problem | None:
    statement = Statement(name="requirement", text=requirement.statement, parameters={})
    try:
        rows = await database.read(None, partial(_answer, statement))
    except DatabaseUnavailable as error:
        fault = own_fault(error)
        if fault is None:
            raise
        return _problem(migration, requirement, fault)
    if len(rows) == 1 and len(rows[0]) == 1 and rows[0][0] is True:
        return None
    return _problem(migration, requirement, str(rows))


def own_fault(error: DatabaseUnavailable) -> str | None:
    """Return what Neo4j says of a statement that can't be right; None where the statement is not at fault."""
    cause = error.__cause__
    return str(cause) if str(getattr(cause, "code", "")).startswith("Neo.ClientError") else None


def _problem(migration: Migration, requirement: Requirement, actual: str) -> Problem:
    return Problem(
        code=RequirementUnmet.code,
        message=f"{migration.revision} requires what does not hold",
        place=requirement.place,
        expected="one row with one value: true",
        actual=actual[:300],
        hint=_HINT,
    )


async def _answer(statement: Statement, unit: ReadUnit) -> list[Row]:
    return await unit.compiled(statement)
