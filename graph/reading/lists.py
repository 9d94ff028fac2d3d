"""The statements of the reading service: text around compiled fragments, and rows out of what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from graph.database import Statement
from graph.reading.aggregation import Grouping, compile_aggregation
from graph.reading.binding import bound_page
from graph.reading.compiling import row_of
from graph.reading.counted import COUNTED, each_or
from graph.reading.cursors import Key
from graph.reading.decoding import ConnectionAssembler, digest_of, with_keys
from graph.reading.executor import Executor, Part
from graph.reading.filters import AssetFilter
from graph.reading.fragments import BoundPage, Decode
from graph.reading.kinds import labels
from graph.reading.limits import within_limit
from graph.reading.ordering import OrderBy, SortKey, sort_keys, type_expression
from graph.reading.paging import ahead_of, page_expression, total_expression
from graph.reading.predicates import compile_filter
from graph.reading.selection import (
    AssetSelection,
    ChangeConnectionSelection,
    ChangeSelection,
    ConnectionSelection,
    Row,
)
from queries import named


async def one(
    executor: Executor, selection: AssetSelection, match: str, parameters: Mapping[str, object]
) -> Row | None:
    """Return the one asset that `match` binds to `n`, or None."""
    fragment, _ = part = executor.asset(selection)
    rows, reading = await executor.run("asset", f"{match} RETURN {fragment.expression}", [part], parameters)
    if not rows:
        return None
    row = fragment.decode(rows[0][0], reading)
    await executor.finish(reading)
    return row


async def assets(
    executor: Executor,
    connection: ConnectionSelection,
    wanted: AssetFilter | None,
    order: tuple[OrderBy, ...],
    groupings: tuple[Grouping, ...] = (),
) -> Row:
    """Return a page of assets, and the rows of each of `groupings` of all that fit."""
    words, limits = executor.words, executor.limits
    predicate = compile_filter(wanted, words, limits)
    keys = sort_keys(order, predicate.types, words, limits)
    page = bound_page(connection.page, tuple(key.types for key in keys), limits)
    asked = digest_of(connection, page, "assets", wanted, order)
    only = None if predicate.types is None else words.only(predicate.types)
    nodes = executor.asset(connection.nodes, prefix="n", exact=only) if connection.nodes else None
    edges = executor.asset(connection.edges, prefix="e", exact=only) if connection.edges else None
    parts = [part for part in (nodes, edges) if part]
    shown = [key.shown for key in keys] if with_keys(connection) else []
    row = row_of(shown, [fragment.expression for fragment, _ in parts])
    inside = labels(words.containment)
    after = page.after.keys if page.after else None
    rows = page_expression(predicate, keys, after, row, inside) if parts or connection.want_page_info else "[]"
    total = total_expression(predicate, inside) if connection.want_total else "null"
    within_limit(len(groupings), limits.groupings, place="aggregate", what="The number of aggregates of a list")
    grouped = [compile_aggregation(predicate, each.group_by, each.measures, words, limits) for each in groupings]
    groups = ["[]" if predicate.impossible else each.expression for each in grouped]
    parameters = {**predicate.parameters, **_page_parameters(page, keys, more=connection.want_page_info)}
    if groups:
        parameters["groups"] = limits.groups + 1
    text = f"RETURN {', '.join([rows, total, *groups])}"
    found, reading = await executor.run("assets", text, parts, parameters)
    assemble = ConnectionAssembler(connection, keys=len(shown), nodes=_decode(nodes), edges=_decode(edges))
    answer = assemble(found[0][0], found[0][1], page, asked, reading)
    for grouping, compiled, values in zip(groupings, grouped, found[0][2:], strict=True):
        answer[grouping.key] = compiled.rows(values, limits)
    await executor.finish(reading)
    return answer


async def search(
    executor: Executor, selection: AssetSelection, query: str, types: tuple[str, ...] | None, first: int
) -> list[tuple[Row, float]]:
    """Return hits of a full-text query with their scores, best first; the tenant is part of the query itself."""
    cover = None if types is None else executor.words.cover(types)
    if cover == ():
        return []
    fragment, _ = part = executor.asset(selection)
    # Without types the index may stop after the best: it hands them out by score.
    call = "CALL db.index.fulltext.queryNodes('asset_text', $query, {limit: $first})"
    if cover is not None:
        call = "CALL db.index.fulltext.queryNodes('asset_text', $query)"
    here = "" if cover is None else f" AND n:{labels(cover)}"
    text = (
        f"{call} YIELD node AS n, score WITH n, score WHERE n._tenant = $tenant{here} "
        f"WITH n, score ORDER BY score DESC, n._id LIMIT $first RETURN score, {fragment.expression}"
    )
    rows, reading = await executor.run("search", text, [part], {"query": query, "first": first})
    hits = [(fragment.decode(row[1], reading), cast("float", row[0])) for row in rows]
    await executor.finish(reading)
    return hits


async def changes(executor: Executor, connection: ChangeConnectionSelection, after: int | None) -> Row:
    """Return changes after a revision, oldest first."""
    first = within_limit(connection.page.first, executor.limits.first, place="first", what="The size of a page")
    nodes = _change(executor, connection.nodes, "n")
    edges = _change(executor, connection.edges, "e")
    parts = [part for part in (nodes, edges) if part]
    columns = ", ".join(["c.revision", *(fragment.expression for fragment, _ in parts)])
    text = (
        "MATCH (c:_Change) WHERE c._tenant = $tenant AND c.revision > $after "
        f"WITH c ORDER BY c._tenant, c.revision LIMIT $first RETURN {columns}"
    )
    rows, reading = await executor.run("changes", text, parts, {"after": after or 0, "first": first + 1})
    shown = rows[:first]
    made: Row = {}
    if nodes:
        made["nodes"] = [nodes[0].decode(row[1], reading) for row in shown]
    if edges:
        column = 1 + (nodes is not None)
        made["edges"] = [{"cursor": str(row[0]), "node": edges[0].decode(row[column], reading)} for row in shown]
    if connection.want_page_info:
        made["pageInfo"] = {
            "hasNextPage": len(rows) > first,
            "hasPreviousPage": after is not None and after > 0,
            "startCursor": str(shown[0][0]) if shown else None,
            "endCursor": str(shown[-1][0]) if shown else None,
        }
    return made


async def asset_counts(executor: Executor) -> dict[str, int]:
    """Return how many assets each type has, subtypes counted in: one statement over counts that are kept."""
    words = executor.words
    rows = (
        f"COLLECT {{ MATCH (n:Asset) WHERE n._tenant = $tenant AND n._id > '' "
        f"WITH {type_expression(words)} AS type, count(*) AS count RETURN [type, count] }}"
    )
    statement = Statement(
        name="assets by type", text=f"RETURN {each_or(rows)}", parameters={COUNTED: list(words.exact(None))}
    )
    found = await executor.unit.compiled(statement)
    exact: dict[str, int] = dict(cast("list[tuple[str, int]]", found[0][0]))
    return {
        name: sum(exact.get(member, 0) for member in words.ontology.concrete(name))
        for name in sorted(words.ontology.asset_types)
    }


async def relationship_counts(executor: Executor) -> dict[str, int]:
    """Return how many relationships each type has."""
    types = executor.words.relationship_types
    rows = await executor.unit.rows(named("traversal/count_relationships"), {"types": types})
    counts = dict.fromkeys(types, 0)
    counts.update({cast("str", name): cast("int", count) for name, count in rows})
    return counts


def _change(executor: Executor, selection: ChangeSelection | None, prefix: str) -> Part | None:
    if selection is None:
        return None
    return executor.compiled.change(selection, "c", prefix, executor.words), selection


def _page_parameters(page: BoundPage, keys: tuple[SortKey, ...], *, more: bool) -> dict[str, object]:
    """`more`: one row beyond the page is asked for, which says that there is a next one."""
    first = page.first + more
    parameters: dict[str, object] = {"first": first, "ahead": ahead_of(first)}
    after: tuple[Key, ...] = page.after.keys if page.after else ()
    parameters.update({f"after{position}": key for position, key in enumerate(after[: len(keys)])})
    return parameters


def _decode(part: Part | None) -> Decode | None:
    return part[0].decode if part else None
