"""Reads of drift: bounded pages, each statement on its own and for a bounded time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from graph.changes.statements import of_label
from graph.database import Database, Row
from graph.identity import Tenant
from migrations.drift.structure import Counter
from queries import Query, named

PAGE = 2_000
"""Assets or relationships of a statement."""
_SECONDS = 300.0
"""Time that one statement may take; a page takes a hundredth of a second where its index is there."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one database."""

    database: Database
    page: int = PAGE

    async def rows(self, query: Query, parameters: Mapping[str, object], tenant: str | None = None) -> list[Row]:
        """Run one statement."""
        # A tenant of any name: that it is none is what may have been found.
        named_tenant = None if tenant is None else Tenant(tenant)
        return await self.database.rows(named_tenant, query, parameters, seconds=_SECONDS)

    async def count_all(self) -> tuple[int, int]:
        """Return how many nodes and relationships there are."""
        counts = {row[0]: row[1] for row in await self.rows(named("drift/count_all"), {})}
        return counts["nodes"], counts["relationships"]

    async def count_nodes(self, label: str) -> int:
        """Return how many nodes have a label."""
        return (await self.rows(of_label("drift/count_nodes", label), {}))[0][0]

    async def counters(self) -> dict[str, Counter]:
        """Return the counters of all tenants."""
        found: dict[str, Counter] = {}
        after = ""
        while rows := await self.rows(named("drift/list_counters"), {"after": after, "limit": self.page}):
            found.update({row[0]: Counter(tenant=row[0], revision=row[1], ontology=row[2]) for row in rows})
            after = rows[-1][0]
        return found

    async def tenants(self) -> AsyncIterator[str]:
        """Yield every tenant that has assets, rising."""
        after = ""
        while rows := await self.rows(named("drift/find_tenant"), {"after": after}):
            after = rows[0][0]
            yield after

    async def assets(self, tenant: str) -> AsyncIterator[Sequence[Row]]:
        """Yield the tenant's assets in pages: element, id, labels, properties."""
        async for page in self._pages(named("drift/list_assets"), tenant):
            yield page

    async def links(self, query: Query) -> AsyncIterator[Sequence[Row]]:
        """Yield relationships of one type in pages: element, key, properties, and both ends."""
        async for page in self._pages(query, None):
            yield page

    async def _pages(self, query: Query, tenant: str | None) -> AsyncIterator[Sequence[Row]]:
        """Yield pages of rows that begin with their element and what they are ordered by."""
        after = ""
        seen: list[str] = []
        while True:
            asked: dict[str, object] = {"after": after, "seen": seen, "limit": self.page}
            rows: list[Row] = (await self.rows(query, asked, tenant))[0][0]
            if not rows:
                return
            yield rows
            last: str = rows[-1][1]
            ends: list[str] = [row[0] for row in rows if row[1] == last]
            seen = [*seen, *ends] if last == after else ends
            after = last
