"""Export: a whole tenant in the bulk format, assets by id, then relationships by source, type, target and key.

The same revision gives the same bytes. Where something is written meanwhile the export says so: every line is right at
some moment, but not all at the same one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from graph.access.principal import Principal, Scope
from graph.changes.rules import Rulebook, ValueRules, rulebook
from graph.database import Database, Parameters, Row, WriteUnit
from graph.identity import Tenant
from graph.ontology.model import Json, Ontology
from queries import Query, named

PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was exported so far, and between which revisions; `settled` tells that nothing was written meanwhile."""

    assets: int
    relationships: int
    before: int
    after: int

    @property
    def settled(self) -> bool:
        """Whether every line is right at one and the same revision."""
        return self.before == self.after


class Exporter:
    """Writes a tenant as bulk lines."""

    def __init__(self, database: Database, ontology: Callable[[], Ontology]) -> None:
        self._database = database
        self._ontology = ontology

    async def export(self, principal: Principal, write: Callable[[bytes], object]) -> Exported:
        """Hand every line (with its end) to `write`, and return what was exported."""
        before = await self._revision(principal.tenant)
        counts = {"asset": 0, "relationship": 0}
        async for kind, line in self.lines(principal):
            write(line)
            counts[kind] += 1
        after = await self._revision(principal.tenant)
        return Exported(assets=counts["asset"], relationships=counts["relationship"], before=before, after=after)

    async def lines(self, principal: Principal) -> AsyncGenerator[tuple[str, bytes]]:
        """Yield every line (with its end) after its kind: assets by id, then relationships. Raises Forbidden."""
        principal.demand(Scope.READ)
        tenant = principal.tenant
        rules = rulebook(self._ontology())
        async for page in self._pages(tenant):
            for row in page:
                yield "asset", _line(_asset(row, rules))
        async for page in self._pages(tenant, ids_only=True):
            found = await self._rows(tenant, named("bulk/list_relationships"), {"ids": [row[0] for row in page]})
            for row in sorted(found, key=_place):
                yield "relationship", _line(_relationship(row, rules))

    async def _pages(self, tenant: Tenant, *, ids_only: bool = False) -> AsyncIterator[Sequence[Row]]:
        query = named("bulk/list_asset_ids" if ids_only else "bulk/list_assets")
        after = ""
        while rows := await self._rows(tenant, query, {"after": after, "limit": PAGE}):
            yield rows
            after = rows[-1][0]

    async def _rows(self, tenant: Tenant, query: Query, parameters: Parameters) -> list[Row]:
        # A record costs the driver tens of microseconds, so each statement answers with one that holds all rows.
        return (await self._database.rows(tenant, query, parameters))[0][0]

    async def _revision(self, tenant: Tenant) -> int:
        """Return the newest revision, all of whose changes are in sight.

        A commit comes into sight piece by piece; under the counter's lock every one before is there whole.
        """

        async def work(unit: WriteUnit) -> list[Row]:
            return await unit.write(named("snapshot/hold_tenant"))

        rows = await self._database.write(tenant, work)
        return int(rows[0][0]) if rows else 0


def _place(row: Row) -> tuple[str, str, str, str]:
    kind, source, target, values = row
    return (source, kind, target, values.get("key", ""))


def _line(value: Mapping[str, Json]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _asset(row: Row, rules: Rulebook) -> dict[str, Json]:
    asset, labels, values, externals = row
    kind = rules.type_of(labels)
    line: dict[str, Json] = {"kind": "asset", "id": asset, "type": kind, "name": values["name"]}
    properties = _shown(rules.assets[kind].values, values)
    if properties:
        line["properties"] = properties
    if externals:
        line["externalIds"] = [{"system": system, "id": name} for system, name in sorted(externals)]
    if values.get("_sourceOf"):
        line["sourceOf"] = sorted(values["_sourceOf"])
    return line


def _relationship(row: Row, rules: Rulebook) -> dict[str, Json]:
    kind, source, target, values = row
    line: dict[str, Json] = {"kind": "relationship", "type": kind, "from": source, "to": target}
    if values.get("key"):
        line["key"] = values["key"]
    properties = _shown(rules.links[kind].values, values)
    if properties:
        line["properties"] = properties
    return line


def _shown(rules: ValueRules, values: Mapping[str, object]) -> dict[str, Json]:
    stored = rules.received(values)
    return {name: rules.shown(name, stored[name]) for name in sorted(stored)}
