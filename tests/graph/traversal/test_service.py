"""Subgraphs and paths on a small network with a hub, cycles and parallel links."""

from __future__ import annotations

from typing import Any, cast

import networkx as nx
import pytest

from graph.access.principal import Principal, operator
from graph.database import Database
from graph.errors import CursorInvalid, LimitExceeded, NotFound, TwinError, UnknownType
from graph.identity import parse_tenant
from graph.ontology import Ontology
from graph.reading.limits import Limits
from graph.reading.selection import (
    AssetSelection,
    AssetValue,
    Direction,
    End,
    EndField,
    RelationshipSelection,
    RelationshipValue,
    RelationshipValueField,
    ValueField,
)
from graph.traversal import Reach, TraversalService
from tests.planting import Joined, Planted, plant

pytestmark = pytest.mark.neo4j

IDS = AssetSelection(fields=(ValueField(key="id", value=AssetValue.ID),))
ENDS = RelationshipSelection(
    fields=(
        RelationshipValueField(key="key", value=RelationshipValue.KEY),
        EndField(key="from", end=End.FROM, of=IDS),
        EndField(key="to", end=End.TO, of=IDS),
    )
)
LINKS = [
    *[("hub", f"s{number}", "") for number in range(12)],
    *[(f"s{number}", f"s{(number + 1) % 12}", key) for number in range(12) for key in ("x", "y")],
    *[(f"s{number}", f"t{number}", "") for number in range(6)],
    ("t0", "t0", "self"),
]


@pytest.fixture
async def network(database: Database, ontology: Ontology, principal: Principal) -> nx.DiGraph[str]:
    names = sorted({name for source, target, _ in LINKS for name in (source, target)} | {"alone"})
    joined = [Joined(type="LINKS", source=source, target=target, key=key) for source, target, key in LINKS]
    await plant(database, principal.tenant, ontology, [Planted(id=name, type="Switch") for name in names], joined)
    return nx.DiGraph([(source, target) for source, target, _ in LINKS])


def triple(row: Any) -> tuple[str, str, str]:
    return row["from"]["id"], row["to"]["id"], row["key"]


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("depth", [None, 1, 2])
async def test_pages_of_a_subgraph_hold_everything_once(
    traversal: TraversalService,
    principal: Principal,
    network: nx.DiGraph[str],
    direction: Direction,
    depth: int | None,
) -> None:
    way: Any = {Direction.OUT: network, Direction.IN: network.reverse(), Direction.BOTH: network.to_undirected()}
    lengths = nx.single_source_shortest_path_length(way[direction], "s3", cutoff=depth)
    assets: list[str] = []
    relationships: list[tuple[str, str, str]] = []
    after: str | None = None
    while True:
        part = await traversal.subgraph(
            principal,
            ["s3"],
            Reach(direction=direction, max_depth=depth),
            assets=IDS,
            relationships=ENDS,
            limit=4,
            after=after,
        )
        assets += [cast("str", row["id"]) for row in part.assets]
        relationships += [triple(row) for row in part.relationships]
        if part.truncated is None:
            break
        assert (part.truncated.reason, part.truncated.limit) == ("limit", 4)
        after = part.truncated.after
    assert assets == sorted(lengths, key=lambda name: (lengths[name], name))
    assert sorted(relationships) == sorted(link for link in LINKS if link[0] in lengths and link[1] in lengths)


async def test_a_page_full_of_relationships_stops_early(
    database: Database, ontology: Ontology, principal: Principal, network: nx.DiGraph[str]
) -> None:
    narrow = TraversalService(database, lambda: ontology, limits=Limits(relationships=5))
    part = await narrow.subgraph(
        principal, ["hub"], Reach(direction=Direction.BOTH), assets=IDS, relationships=ENDS, limit=100
    )
    assert part.truncated is not None
    assert part.truncated.reason == "relationships"
    assert 0 < len(part.relationships) <= 5


async def test_subgraph_refusals(traversal: TraversalService, principal: Principal, network: nx.DiGraph[str]) -> None:
    async def ask(*roots: str, limit: int = 2, after: str | None = None, types: tuple[str, ...] | None = None) -> Any:
        reach = Reach(direction=Direction.OUT, types=types)
        return await traversal.subgraph(
            principal, roots, reach, assets=IDS, relationships=ENDS, limit=limit, after=after
        )

    with pytest.raises(NotFound, match="nowhere"):
        await ask("hub", "nowhere")
    with pytest.raises(LimitExceeded, match="10,000"):
        await ask("hub", limit=10_001)
    with pytest.raises(TwinError):
        await ask()
    with pytest.raises(UnknownType):
        await ask("hub", types=("LINK",))
    first = await ask("hub")
    with pytest.raises(CursorInvalid):
        await ask("s1", after=first.end_cursor)
    only = await ask("hub", types=())
    assert ([row["id"] for row in only.assets], only.relationships, only.truncated) == (["hub"], [], None)


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize(("source", "target"), [("t0", "t3"), ("hub", "t5"), ("s0", "s6"), ("t1", "hub")])
async def test_paths_are_the_shortest_without_repeats(
    traversal: TraversalService,
    principal: Principal,
    network: nx.DiGraph[str],
    direction: Direction,
    source: str,
    target: str,
) -> None:
    multi: Any = nx.MultiDiGraph([(start, end, key) for start, end, key in LINKS])
    way: Any = {Direction.OUT: multi, Direction.IN: multi.reverse(), Direction.BOTH: multi.to_undirected()}
    expected = sorted(len(path) for path in nx.all_simple_edge_paths(way[direction], source, target, cutoff=5))[:7]
    found = await traversal.paths(
        principal, (source, target), Reach(direction=direction, max_depth=5), assets=IDS, relationships=ENDS, first=7
    )
    assert [path.length for path in found] == expected
    assert len({tuple(triple(row) for row in path.relationships) for path in found}) == len(found)
    for path in found:
        names = [cast("str", row["id"]) for row in path.assets]
        assert (names[0], names[-1], len(set(names))) == (source, target, path.length + 1)
        for step, row in enumerate(path.relationships):
            assert {names[step], names[step + 1]} == set(triple(row)[:2])


async def test_paths_that_are_none_or_nothing(
    traversal: TraversalService, principal: Principal, network: nx.DiGraph[str]
) -> None:
    async def ask(source: str, target: str, first: int = 1) -> Any:
        reach = Reach(direction=Direction.BOTH)
        return await traversal.paths(principal, (source, target), reach, assets=IDS, relationships=ENDS, first=first)

    assert await ask("alone", "hub") == []
    (itself,) = await ask("hub", "hub")
    assert (itself.length, [row["id"] for row in itself.assets], itself.relationships) == (0, ["hub"], [])
    with pytest.raises(NotFound):
        await ask("hub", "nowhere")
    with pytest.raises(LimitExceeded, match="25"):
        await ask("hub", "t0", 26)


async def test_another_tenants_network_is_never_entered(
    traversal: TraversalService, database: Database, ontology: Ontology, principal: Principal, network: nx.DiGraph[str]
) -> None:
    other = operator(parse_tenant(f"{principal.tenant[:24]}other"))
    await plant(database, other.tenant, ontology, [Planted(id="hub", type="Switch"), Planted(id="t0", type="Switch")])
    part = await traversal.subgraph(other, ["hub"], Reach(direction=Direction.BOTH), assets=IDS, relationships=ENDS)
    assert [row["id"] for row in part.assets] == ["hub"]
    assert (
        await traversal.paths(other, ("hub", "t0"), Reach(direction=Direction.BOTH), assets=IDS, relationships=ENDS)
        == []
    )
