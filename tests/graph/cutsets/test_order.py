"""The order in which events are told apart: of size, never of meaning."""

from __future__ import annotations

import time

import pytest

from graph.cutsets import CutSetQuestion, diagrams
from graph.cutsets.budget import Meter
from graph.cutsets.model import build_model
from graph.impact import Topology
from graph.impact.network import network
from tests.graph.cutsets.asking import PLENTY, alike, ask, chain, fails_with_any, leaves
from tests.graph.impact.drawing import drawn, pipe


def grid(size: int) -> Topology:
    """A square mesh of pipes, fed at one corner."""
    places = [(row, column) for row in range(size) for column in range(size)]
    down = [pipe(f"{row}{column}", f"{row + 1}{column}") for row, column in places if row + 1 < size]
    right = [pipe(f"{row}{column}", f"{row}{column + 1}") for row, column in places if column + 1 < size]
    return drawn(*down, *right, sources={"00": "PIPE"})


def order(topology: Topology, target: str, events: list[str]) -> tuple[str, ...]:
    question = CutSetQuestion(target=target, events=dict.fromkeys(events))
    return build_model(network(topology), question, Meter(PLENTY, started=time.monotonic())).ids


def test_trees_are_taken_depth_first() -> None:
    topology = drawn(fails_with_any("top", "one", "two"), fails_with_any("one", *"ab"), fails_with_any("two", *"cd"))
    assert order(topology, "top", list("abcd")) == ("a", "b", "c", "d")


def test_meshes_are_taken_breadth_first() -> None:
    topology = grid(3)
    found = order(topology, "22", sorted(topology.assets.keys() - {"22"}))
    assert [sum(int(each) for each in name) for name in found[:6]] == [3, 3, 2, 2, 2, 1]
    assert found[6] == "00"  # a source needs nothing from the mesh, so it is on no loop with it


def test_what_the_target_does_not_depend_on_is_left_out() -> None:
    topology = drawn(fails_with_any("top", "a"), fails_with_any("a", "b"), fails_with_any("c", "b", "d"))
    assert order(topology, "top", list("abcd")) == ("a", "b")


def test_large_operations_in_parts_make_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    mesh, stages = grid(4), chain(6)
    others = dict.fromkeys(sorted(mesh.assets.keys() - {"33"}), 0.1)
    whole = ask(mesh, others, target="33"), alike(stages, 0.1)
    monkeypatch.setattr(diagrams, "_LARGE", 2)
    assert (ask(mesh, others, target="33"), alike(stages, 0.1)) == whole
    assert len(leaves(stages)) == 24
