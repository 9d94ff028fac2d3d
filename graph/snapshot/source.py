"""Where snapshots come from: the whole of a tenant, and what its change log says since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graph.database import Database, Row, WriteUnit
from graph.identity import Revision, Tenant
from graph.snapshot.reading import Material, nothing, read
from graph.snapshot.rules import Rules
from queries import Query, named

TRIES: Final = 2
AT_ONCE: Final = 2
"""Ranges of relationships that are read at a time: one is made while the other is taken in."""

TOGETHER: Final = 128
"""Change records that are read at a time: a shared commit has as many at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The entries of one change record."""

    revision: Revision
    entries: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What the log says: the newest revision, and the records that follow without a gap."""

    revision: Revision
    records: list[Record]


class Source:
    """Reads tenants for snapshots made by some rules."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._database = database
        self._rules = rules

    async def since(self, tenant: Tenant, revision: Revision, *, most: int = TOGETHER) -> Log:
        """The change records after `revision`, `most` of them at most.

        Neo4j shows a commit piece by piece: the newest revision may be in sight before its record is. Records after a
        missing one are left out.
        """
        parameters = {"after": revision, "most": most}
        rows = await self._database.rows(tenant, named("snapshot/list_changes"), parameters)
        if not rows:
            return Log(revision=Revision(0), records=[])
        newest, changes = rows[0]
        records: list[Record] = []
        for number, count, entries in changes:
            if number != revision + len(records) + 1 or len(entries) != count:
                break
            records.append(Record(revision=Revision(number), entries=entries))
        return Log(revision=Revision(newest), records=records)

    async def entries_since(self, tenant: Tenant, revision: Revision) -> int:
        """How many entries the records after `revision` have together."""
        rows = await self._database.rows(tenant, named("snapshot/measure_changes"), {"after": revision})
        return int(rows[0][0])

    async def record(self, tenant: Tenant, revision: Revision) -> Row | None:
        """The change record of one revision, or None where there is none."""
        rows = await self._database.rows(tenant, named("snapshot/read_change"), {"revision": revision})
        return rows[0] if rows else None

    async def settle(self, tenant: Tenant) -> None:
        """Return when every commit before is in sight whole: who gets the counter's lock knows that."""
        await self._database.write(tenant, _held_revision)

    async def whole(self, tenant: Tenant) -> Material:
        """All that the tenant has, at one revision."""
        # Neo4j reads what is committed, statement by statement, and even a single commit comes into sight piece by
        # piece: its counter may be seen before its assets. Who gets the counter's lock knows that every commit before
        # is in sight whole; the same revision under the lock before and after proves that nothing came between. Where
        # writers never pause, the last try makes them wait.
        for _ in range(TRIES):
            material = await self._read_freely(tenant)
            if material is not None:
                return material
        return await self._database.write(tenant, self._read_held)

    async def _read_freely(self, tenant: Tenant) -> Material | None:
        revision = await self._database.write(tenant, _held_revision)
        if revision == 0:
            return nothing(self._rules)

        async def run(query: Query, parameters: Mapping[str, object]) -> list[Row]:
            return await self._database.rows(tenant, query, parameters)

        material = await read(run, self._rules, revision, at_once=AT_ONCE)
        return material if await self._database.write(tenant, _held_revision) == revision else None

    async def _read_held(self, unit: WriteUnit) -> Material:
        return await read(unit.rows, self._rules, await _held_revision(unit))


async def _held_revision(unit: WriteUnit) -> Revision:
    rows: list[Row] = await unit.write(named("snapshot/hold_tenant"))
    return Revision(rows[0][0] if rows else 0)
