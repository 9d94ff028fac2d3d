"""Loops against networkx."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from graph.impact.loops import loops


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30))
def test_components_are_those_of_networkx(edges: list[tuple[int, int]]) -> None:
    net = nx.DiGraph()
    net.add_nodes_from(range(12))
    net.add_edges_from(edges)
    component = loops([sorted(net.successors(node)) for node in range(12)])
    found = {frozenset(at for at in range(12) if component[at] == root) for root in component}
    assert found == {frozenset(each) for each in nx.strongly_connected_components(net)}
