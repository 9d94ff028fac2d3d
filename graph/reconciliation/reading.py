"""Reads of the twin for a comparison: bounded pages, and what the change log says since."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from graph.changes.images import ExternalRef, Link
from graph.changes.rules import Rulebook
from graph.database import Database, Parameters, Row, WriteUnit
from graph.identity import Revision, Tenant
from graph.ontology.codec import Stored
from graph.reconciliation.model import FoundAsset
from queries import Query, named

PAGE = 1_000
RECORDS = 8
"""Change records that are read at a time; one has 10,000 entries at most."""

Run: TypeAlias = Callable[[Query, Parameters], Awaitable[list[Row]]]
"""Runs one reading statement, in a transaction of its own or in one that holds the tenant's counter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was written between two revisions: ids of assets, relationships' ends among them.

    `contains`: a containment came or went, so what is within an extent may be other assets than before. `more`: there
    are newer records than `revision`.
    """

    revision: Revision
    touched: frozenset[str]
    contains: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one tenant by some rules."""

    run: Run
    rules: Rulebook

    async def assets(self) -> AsyncIterator[list[FoundAsset]]:
        """Yield all assets of the tenant in pages."""
        after = ""
        query = named("bulk/list_assets")
        while rows := (await self.run(query, {"after": after, "limit": PAGE}))[0][0]:
            yield [self._asset(row) for row in rows]
            after = rows[-1][0]

    async def assets_by_id(self, ids: Sequence[str]) -> list[FoundAsset]:
        """Return those of `ids` that there are."""
        rows = (await self.run(named("changes/read_assets"), {"ids": list(ids)}))[0][0]
        return [self._asset(row) for row in rows]

    async def links_from(self, ids: Sequence[str]) -> list[tuple[Link, dict[str, Stored]]]:
        """Return the relationships out of `ids` with their values."""
        rows = (await self.run(named("bulk/list_relationships"), {"ids": list(ids)}))[0][0]
        found: list[tuple[Link, dict[str, Stored]]] = []
        for kind, source, target, values in rows:
            rule = self.rules.links[kind]
            ends = rule.type.ends(source, target)
            found.append((Link(kind, *ends, values.get("key", "")), rule.values.received(values)))
        return found

    async def containments_of(self, ids: Sequence[str]) -> dict[str, list[Link]]:
        """Return the containments into `ids`."""
        asked = {"ids": list(ids), "types": sorted(self.rules.containment)}
        found: dict[str, list[Link]] = {}
        for kind, source, target, key in (await self.run(named("bulk/read_parents"), asked))[0][0]:
            found.setdefault(target, []).append(Link(kind, source, target, key))
        return found

    async def contents_of(self, ids: Sequence[str]) -> list[str]:
        """Return what `ids` contain directly."""
        asked = {"ids": list(ids), "types": sorted(self.rules.containment)}
        return (await self.run(named("reconciliation/list_contents"), asked))[0][0]

    def _asset(self, row: Row) -> FoundAsset:
        asset, labels, values, externals = row
        kind = self.rules.type_of(labels)
        return FoundAsset(
            asset,
            kind,
            values["name"],
            self.rules.assets[kind].values.received(values),
            tuple(sorted(ExternalRef(*each) for each in externals)),
            tuple(sorted(values.get("_sourceOf") or ())),
        )


def apart(database: Database, tenant: Tenant) -> Run:
    """Return what runs each statement in a transaction of its own."""

    async def run(query: Query, parameters: Parameters) -> list[Row]:
        return await database.rows(tenant, query, parameters)

    return run


async def held_revision(unit: WriteUnit) -> Revision:
    """Lock the tenant's counter and return its revision, all of whose changes are in sight whole."""
    rows = await unit.write(named("snapshot/hold_tenant"))
    return Revision(rows[0][0] if rows else 0)


async def moved_since(unit: WriteUnit, revision: Revision, containment: frozenset[str]) -> Moved:
    """Lock the tenant's counter and return what was written after `revision`, as far as it is read at a time."""
    now = await held_revision(unit)
    if now == revision:
        return Moved(revision=now, touched=frozenset(), contains=False, more=False)
    rows = await unit.rows(named("snapshot/list_changes"), {"after": revision, "most": RECORDS})
    records = rows[0][1]
    touched: set[str] = set()
    contains = False
    for _, _, entries in records:
        for text in entries:
            entry = orjson.loads(text)
            if entry["kind"] == "asset":
                touched.add(entry["id"])
                continue
            image = entry["after"] or entry["before"]
            touched.update((image["from"], image["to"]))
            contains |= entry["type"] in containment and None in (entry["after"], entry["before"])
    last = Revision(records[-1][0])
    return Moved(revision=last, touched=frozenset(touched), contains=contains, more=last < now)
