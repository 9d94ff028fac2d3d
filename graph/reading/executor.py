"""Runs compiled reads: binds parameters, sends the statement, decodes, and fetches what one statement can't hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from graph.database import ReadUnit, Statement
from graph.reading.binding import Bound, bind, bound_page
from graph.reading.cache import Compiled
from graph.reading.compiling import asked_of
from graph.reading.decoding import ConnectionAssembler, digest_of
from graph.reading.fragments import BoundPage, Decode, Fragment, Pending, Reading, Values
from graph.reading.frontier import Way, reached
from graph.reading.kinds import Vocabulary
from graph.reading.limits import Limits
from graph.reading.live import LiveReads, unknown_state
from graph.reading.selection import AssetSelection, ReachField, Row
from queries import named

Part: TypeAlias = "tuple[Fragment, object]"
"""A fragment and the selection that its pages are bound from."""


class Executor:
    """Reads for one answer, in one transaction."""

    def __init__(
        self,
        unit: ReadUnit,
        compiled: Compiled,
        vocabulary: Vocabulary,
        limits: Limits,
        *,
        live: LiveReads | None = None,
    ) -> None:
        self._live = live
        self.unit = unit
        self.words = vocabulary
        self.limits = limits
        self.compiled = compiled

    def asset(
        self, selection: AssetSelection, *, variable: str = "n", prefix: str = "n", exact: str | None = None
    ) -> Part:
        """Return the compiled form of what is wanted of the asset in `variable`; parts of one text differ in prefix.

        `exact`: the type that it surely has.
        """
        return self.compiled.asset(selection, variable, prefix, self.words, exact=exact), selection

    async def run(
        self, name: str, text: str, parts: Sequence[Part], parameters: Mapping[str, object]
    ) -> tuple[list[Values], Reading]:
        """Run `text`, which holds the expressions of `parts`; return its rows and what decoding them needs."""
        bound = Bound(parameters=dict(parameters))
        for fragment, selection in parts:
            bind(fragment, selection, self.limits, bound)
        if any(fragment.touches_history for fragment, _ in parts):
            # The index of what changes touched is eventually consistent; a caller's own last write must be there.
            await self.unit.rows(named("changes/read_refreshed"))
        rows = await self.unit.compiled(Statement(name=name, text=text, parameters=bound.parameters))
        return rows, Reading(pages=bound.pages, fields=bound.fields, live=bound.live)

    async def by_ids(self, ids: Sequence[str], selection: AssetSelection) -> dict[str, Row]:
        """Return the assets that exist of `ids`, by id."""
        if not ids:
            return {}
        fragment, _ = part = self.asset(selection)
        text = f"UNWIND $ids AS id MATCH (n:Asset {{_tenant: $tenant, _id: id}}) RETURN n._id, {fragment.expression}"
        rows, reading = await self.run("assets by ids", text, [part], {"ids": list(dict.fromkeys(ids))})
        found = {cast("str", row[0]): fragment.decode(row[1], reading) for row in rows}
        await self.finish(reading)
        return found

    async def finish(self, reading: Reading) -> None:
        """Fetch what decoding left pending: lists by a statement a hop, states by one question, for all at once."""
        by_field: dict[int, list[Pending]] = {}
        for pending in reading.pending:
            by_field.setdefault(id(pending.field), []).append(pending)
        for waiting in by_field.values():
            await self._fetch(waiting)
        if reading.wishes:
            if self._live is None or self.unit.tenant is None:
                raise unknown_state()
            await self._live.fill(self.unit.tenant, reading.wishes, self.by_ids)

    async def _fetch(self, waiting: list[Pending]) -> None:
        wanted = waiting[0].field
        page = bound_page(wanted.connection.page, (str,), self.limits)
        after = "" if page.after is None else cast("str", page.after.keys[0])
        way = Way(orientation=waiting[0].orientation, depth=wanted.max_depth, types=wanted.types)
        anchors = list(dict.fromkeys(pending.anchor for pending in waiting))
        found = await reached(self.unit, anchors, way, self.words, self.limits)
        shown = {anchor: [name for name in found[anchor] if name > after][: page.first + 1] for anchor in anchors}
        looked_up = await self._looked_up(wanted, shown)
        for pending in waiting:
            total = len(found[pending.anchor]) if wanted.connection.want_total else None
            pending.row[wanted.key] = _connection(pending, shown[pending.anchor], total, page, looked_up)

    async def _looked_up(self, wanted: ReachField, shown: Mapping[str, list[str]]) -> Lookups:
        ids = sorted({name for names in shown.values() for name in names})
        nodes, edges = wanted.connection.nodes, wanted.connection.edges
        return Lookups(
            nodes=None if nodes is None else await self.by_ids(ids, nodes),
            edges=None if edges is None else await self.by_ids(ids, edges),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """Rows by id of what a pending list shows; None where not asked for."""

    nodes: Mapping[str, Row] | None
    edges: Mapping[str, Row] | None


def _connection(pending: Pending, names: list[str], total: int | None, page: BoundPage, looked_up: Lookups) -> Row:
    wanted = pending.field
    digest = digest_of(wanted.connection, page, *asked_of(wanted), pending.anchor)
    assemble = ConnectionAssembler(
        wanted.connection, keys=1, nodes=_lookup(looked_up.nodes), edges=_lookup(looked_up.edges)
    )
    columns = 1 + (looked_up.nodes is not None) + (looked_up.edges is not None)
    # In one transaction assets may still vanish between two statements: what is gone is left out.
    alive = looked_up.nodes if looked_up.nodes is not None else looked_up.edges
    rows: list[Values] = [[name] * columns for name in names if alive is None or name in alive]
    return assemble(rows, total, page, digest, Reading(pages={}))


def _lookup(rows: Mapping[str, Row] | None) -> Decode | None:
    if rows is None:
        return None
    return lambda name, _reading: rows[cast("str", name)]
