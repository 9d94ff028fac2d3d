"""Shortest ways one after the other, against networkx."""

from __future__ import annotations

import itertools

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from graph.traversal.ways import Spur, Way, joined, shortest_ways

Edges = list[tuple[int, int]]


def searcher(graph: nx.Graph[str], target: str):  # noqa: ANN201 - a closure for the tests below
    async def search(spurs: list[Spur]) -> list[Way]:
        found: list[Way] = []
        for spur in spurs:
            left = graph.copy()
            left.remove_nodes_from(spur.before.ids[:-1])
            banned = {key for _, key in spur.banned}
            left.remove_edges_from([(a, b) for a, b in left.edges if "-".join(sorted((a, b))) in banned])
            if target in left and nx.has_path(left, spur.start, target):
                ids = nx.shortest_path(left, spur.start, target)
                joins = [["LINKS", "-".join(sorted(pair))] for pair in itertools.pairwise(ids)]
                found.append(joined(spur.before, ids, joins))
        return found

    return search


@given(
    edges=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14),
    first=st.integers(1, 8),
    longest=st.none() | st.integers(1, 5),
)
async def test_ways_equal_all_simple_paths_by_length(edges: Edges, first: int, longest: int | None) -> None:
    graph: nx.Graph[str] = nx.Graph([(str(a), str(b)) for a, b in edges if a != b])
    graph.add_nodes_from(("0", "1"))
    ways = await shortest_ways("0", searcher(graph, "1"), first=first, max_length=longest)
    lengths = sorted(len(path) - 1 for path in nx.all_simple_paths(graph, "0", "1"))
    possible = [length for length in lengths if longest is None or length <= longest]
    if longest is None or not lengths or lengths[0] <= longest:
        assert [way.length for way in ways] == possible[:first]
    assert len(set(ways)) == len(ways)
    assert all(len(set(way.ids)) == len(way.ids) and nx.is_path(graph, list(way.ids)) for way in ways)
