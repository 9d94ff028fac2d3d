"""The step over data by which values are computed, page by page; and what it would come to, tried beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from graph.changes.model import Change, UpsertAsset
from graph.changes.rules import Rulebook
from graph.changes.statements import of_label
from graph.database import Database, ReadUnit, Row, Statement
from graph.errors import DatabaseUnavailable, InvalidInput, Problem
from graph.identity import Tenant
from graph.ontology.model import Json
from migrations.effects import Rule, own_fault
from migrations.errors import StepFailed
from migrations.operations import ComputeProperties
from migrations.operations.computing import FUNCTION, Function
from migrations.steps.data_steps import PAGE
from queries import named

FOUND: Final = 10_000
"""Rows of a statement in a page: each page runs it once."""

_WRAPPED: Final = (
    "CALL () {{\n{0}\n}}\nWITH id, properties WHERE id > $after\nRETURN id, properties ORDER BY id LIMIT $limit"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compute:
    """Gives properties of assets of a type, its subtypes among them, computed values."""

    operation: ComputeProperties
    place: str | None = None

    def __str__(self) -> str:
        return f"compute {', '.join(self.operation.sets)} of {self.operation.type}"

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Nothing: whether every asset got a value is looked at where it must have one."""
        return ()

    async def left(self, unit: ReadUnit) -> int:
        """Return how many assets it looks at; `tried` tells how many of them change."""
        ((number,),) = await unit.rows(of_label("migrations/count_labelled", self.operation.type))
        return number

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of a page, those that change nothing left out, and where the next page begins."""
        found: Mapping[str, object] = {}
        if self.operation.cypher is not None:
            answer = await unit.compiled(self.statement(after, FOUND))
            found = self._found(answer, str(unit.tenant))
            ((rows,),) = await unit.rows(named("changes/read_assets"), {"ids": list(found)})
            last = str(answer[-1][0]) if len(answer) == FOUND else None
        else:
            query = of_label("migrations/page_assets_of_type", self.operation.type)
            ((rows,),) = await unit.rows(query, {"after": after, "limit": PAGE})
            last = rows[-1][0] if len(rows) == PAGE else None
        # A function of the author's own may take its time, and in the service others must not wait for it.
        return await asyncio.to_thread(list, self._of_rows(rows, found, rules, str(unit.tenant))), last

    def statement(self, after: str, limit: int) -> Statement:
        """Return what finds the rows behind `after`, at most so many."""
        text = _WRAPPED.format(self.operation.cypher)
        return Statement(name=str(self), text=text, parameters={"after": after, "limit": limit})

    def _found(self, answer: Sequence[Row], tenant: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for asset, properties in answer:
            if found.setdefault(str(asset), properties) != properties:
                raise self._failed(str(asset), tenant, "several rows that differ", "one answer for each asset")
        return found

    def _of_rows(
        self, rows: Sequence[Sequence[Any]], found: Mapping[str, object], rules: Rulebook, tenant: str
    ) -> Iterator[Change]:
        function = None if self.operation.python is None else self._function()
        for asset, labels, properties, *_ in rows:
            kind = rules.type_of(labels)
            if self.operation.type not in rules.ontology.asset_types[kind].labels:
                raise self._failed(asset, tenant, f"it is a {kind}", f"a {self.operation.type}")
            values = rules.assets[kind].values
            shown = values.shown_all(values.received(properties))
            given = found.get(asset)
            if function is not None:
                row: dict[str, Json] = {
                    "id": asset,
                    "type": kind,
                    "name": cast("str", properties["name"]),
                    "properties": dict(shown),
                }
                try:
                    given = function(row)
                except Exception as error:
                    raise self._failed(asset, tenant, f"{type(error).__name__}: {error}", "no error") from error
            yield from self._change(asset, kind, given, shown, tenant)

    def _function(self) -> Function:
        try:
            return self.operation.function()
        except Exception as error:
            raise StepFailed(
                f"{self} can't be run",
                place=self.place,
                expected=f"a source that defines {FUNCTION}",
                actual=f"{type(error).__name__}: {error}",
                hint="Correct it in the version, after `twin ontology abort` where it had begun",
            ) from error

    def _change(self, asset: str, kind: str, given: object, shown: Mapping[str, Json], tenant: str) -> Iterator[Change]:
        if given is None:
            return
        if not isinstance(given, Mapping):
            raise self._failed(asset, tenant, repr(given)[:80], "a mapping from properties to values, or nothing")
        values = cast("Mapping[str, Json]", given)
        strange = sorted(set(values) - set(self.operation.sets))
        if strange:
            raise self._failed(asset, tenant, ", ".join(strange), f"of the properties in `sets`: {self.operation.sets}")
        put = {name: value for name, value in values.items() if shown.get(name) != value}
        if put:
            yield UpsertAsset(id=asset, type=kind, properties=put)

    def _failed(self, asset: str, tenant: str, actual: str, expected: str) -> StepFailed:
        return StepFailed(
            f"{self} failed",
            place=self.place,
            expected=expected,
            actual=f"asset {asset} of tenant {tenant}: {actual}",
            hint="Correct the asset and go on by `twin ontology resume`, or take back what was done by "
            "`twin ontology abort` and correct the version",
        )


async def tried(step: Compute, database: Database, rules: Rulebook) -> tuple[int, Problem | None]:
    """Return how many assets would change, and the first that can't be computed; writes nothing."""
    changed = 0
    try:
        await refuse_unreadable(database, (step,))
        async for changes in _pages(step, database, rules):
            changed += len(changes)
    except (StepFailed, InvalidInput) as error:
        return changed, error.problem
    return changed, None


async def _pages(step: Compute, database: Database, rules: Rulebook) -> AsyncIterator[Sequence[Change]]:
    for (tenant,) in await database.rows(None, named("migrations/list_tenants")):
        after: str | None = ""
        while after is not None:
            changes, after = await database.read(Tenant(tenant), partial(_read, step, rules, after))
            yield changes


async def _read(step: Compute, rules: Rulebook, after: str, unit: ReadUnit) -> tuple[list[Change], str | None]:
    return await step.changes(unit, rules, after)


async def refuse_unreadable(database: Database, steps: Iterable[object]) -> None:
    """Raise StepFailed where a statement can't be run, or does more than reading."""
    for step in steps:
        if isinstance(step, Compute) and step.operation.cypher is not None:
            await _refuse_unreadable(database, step)


async def _refuse_unreadable(database: Database, step: Compute) -> None:
    try:
        await database.read(Tenant("-"), partial(_run, step.statement("", 0)))
    except DatabaseUnavailable as error:
        fault = own_fault(error)
        if fault is None:
            raise
        raise StepFailed(
            f"{step} can't be run",
            place=step.place,
            expected="a statement that reads, and returns `id` and `properties`",
            actual=fault[:300],
            hint="Correct it in the version; nothing of that was applied",
        ) from error


async def _run(statement: Statement, unit: ReadUnit) -> None:
    await unit.compiled(statement)
