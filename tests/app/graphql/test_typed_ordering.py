"""Relationships in a list of their own order: pages together are the whole, sorted, whatever is missing or the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from tests.app.door import Door
from tests.app.graphql.conftest import START

pytestmark = pytest.mark.neo4j

Edge: TypeAlias = "dict[str, Any]"

# (id, ratedFlow, ratedPower, cableLimit, key): with ties and gaps in all that is sorted by.
FED = [
    ("P1", 12.5, None, None, ""),
    ("P2", 2.0, 5.0, 10.0, "b"),
    ("P2", 2.0, 5.0, 10.0, "a"),
    ("P3", 2.0, None, 10.0, ""),
    ("P4", 3.0, 5.0, None, ""),
    ("P5", 3.0, 1.0, 2.5, "a"),
    ("P6", 1.0, None, 2.5, ""),
]

QUERY = """query($order: [PowersRelationshipOrder!], $first: Int, $after: String) { gridFeeds { nodes {
  powers(orderBy: $order, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    edges { key cableLimit node { id ratedPower name ... on Pump { ratedFlow } } } } } } }"""

ORDERS: list[tuple[list[dict[str, Any]], list[tuple[Callable[[Edge], Any], bool]]]] = [
    ([{"cableLimit": "ASC"}, {"key": "DESC"}], [(lambda edge: edge["cableLimit"], False), (lambda e: e["key"], True)]),
    (
        [{"node": {"ratedPower": "DESC"}}, {"node": {"name": "DESC"}}],
        [(lambda edge: edge["node"]["ratedPower"], True), (lambda edge: edge["node"]["name"], True)],
    ),
    (
        [{"node": {"ratedPower": "ASC"}}, {"cableLimit": "DESC"}, {"node": {"id": "DESC"}}],
        [
            (lambda edge: edge["node"]["ratedPower"], False),
            (lambda edge: edge["cableLimit"], True),
            (lambda edge: edge["node"]["id"], True),
        ],
    ),
]


async def plant(campus: Door) -> None:
    assets = {asset: {"ratedFlow": flow, "ratedPower": power} for asset, flow, power, _, _ in FED}
    changes: list[dict[str, Any]] = [
        {"upsertAsset": {"id": asset, "type": "Pump", "name": f"Pump {asset}", "properties": properties}}
        for asset, properties in assets.items()
    ]
    for asset, _, _, limit, key in FED:
        edge = {"type": "POWERS", "from": "G", "to": asset, "key": key, "properties": {"cableLimit": limit}}
        changes.append({"upsertRelationship": edge})
    assert (await campus.ask(START, input={"changes": changes}))["applyChanges"] == {"__typename": "ChangesApplied"}


async def whole(campus: Door, order: list[dict[str, Any]], first: int) -> list[Edge]:
    found: list[Edge] = []
    after = None
    while True:
        (feed,) = (await campus.ask(QUERY, order=order, first=first, after=after))["gridFeeds"]["nodes"]
        found += feed["powers"]["edges"]
        assert feed["powers"]["totalCount"] == len(FED)
        if not feed["powers"]["pageInfo"]["hasNextPage"]:
            return found
        after = feed["powers"]["pageInfo"]["endCursor"]


def judged(edges: list[Edge], keys: list[tuple[Callable[[Edge], Any], bool]]) -> list[Edge]:
    """Sorted by the keys, by the other end's id; what is missing last."""
    ordered = sorted(edges, key=lambda edge: edge["node"]["id"])
    for key, descending in reversed(keys):
        there = [edge for edge in ordered if key(edge) is not None]
        missing = [edge for edge in ordered if key(edge) is None]
        ordered = [*sorted(there, key=key, reverse=descending), *missing]
    return ordered


async def test_pages_in_any_order_are_the_whole(campus: Door) -> None:
    await plant(campus)
    campus.statements.clear()
    plain = await whole(campus, [], 3)
    assert len(campus.statements) == 3, "a page is a statement, however it is sorted"
    for order, keys in ORDERS:
        found = await whole(campus, order, 3)
        assert sorted(map(repr, found)) == sorted(map(repr, plain))
        shown = [[edge["node"]["id"], *(key(edge) for key, _ in keys)] for edge in found]
        assert shown == [[edge["node"]["id"], *(key(edge) for key, _ in keys)] for edge in judged(plain, keys)]
        assert found == await whole(campus, order, 2), "however large pages are"


async def test_what_can_not_be_sorted_by_is_told(campus: Door) -> None:
    query = (
        "query($order: [ContainsRelationshipOrder!]) { rooms { nodes { contains(orderBy: $order) { totalCount } } } }"
    )

    async def code(*order: dict[str, Any]) -> str:
        return (await campus.refused(query, order=list(order)))["code"]

    name = {"node": {"field": "name"}}
    assert await campus.ask(query, order=[name, {"node": {"field": "type", "direction": "DESC"}}])
    assert await code(name, name) == "INPUT_INVALID"
    assert await code({"node": {"field": "colour"}}) == "UNKNOWN_PROPERTY"
    assert await code({"node": {"field": "tags"}}) == "VALUE_INVALID"
    assert await code({"key": "ASC", "node": {"field": "name"}}) == "QUERY_INVALID"
    many = [{"node": {"field": each}} for each in ("name", "type", "manufacturer", "model", "id")]
    assert await code(*many) == "LIMIT_EXCEEDED"


async def test_a_cursor_is_of_its_order_alone(campus: Door) -> None:
    await plant(campus)
    (feed,) = (await campus.ask(QUERY, order=[{"cableLimit": "ASC"}], first=1))["gridFeeds"]["nodes"]
    after = feed["powers"]["pageInfo"]["endCursor"]
    for other in ([], [{"cableLimit": "DESC"}], [{"key": "ASC"}]):
        refusal = await campus.refused(QUERY, order=other, first=1, after=after)
        assert refusal["code"] == "CURSOR_INVALID"
