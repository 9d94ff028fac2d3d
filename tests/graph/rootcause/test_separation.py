"""Minimum cuts between the sources of a FLOW type and what has gone dark."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import networkx as nx
import pytest

from graph.impact import Evaluator, Topology
from graph.rootcause import TopologyForecast
from graph.rootcause.separation import separations
from tests.graph.impact.drawing import drawn, pipe


def cuts(topology: Topology, symptoms: Iterable[str], most: int = 3) -> set[str]:
    forecast = TopologyForecast(Evaluator(topology))
    margins = [margin for asset in sorted(topology.assets) for margin in forecast.margins(asset)]
    return {" ".join(sorted(cut)) for cut in separations(margins, list(symptoms), most)}


RING = drawn(
    pipe("tank", "a"),
    pipe("a", "b"),
    pipe("b", "c"),
    pipe("c", "d"),
    pipe("d", "e"),
    pipe("e", "f"),
    pipe("f", "tank"),
    sources={"tank": "PIPE"},
)


def test_a_dark_stretch_of_a_ring_is_cut_off_at_its_ends() -> None:
    assert "b e" in cuts(RING, "bcde")


def test_one_dark_asset_is_cut_off_close_to_it_or_close_to_the_source() -> None:
    assert cuts(RING, "c") == {"b d", "a f"}


def test_what_is_a_cut_alone_is_left_to_the_single_causes() -> None:
    fed = drawn(RING.supplies, pipe("well", "tank"), sources={"well": "PIPE"})
    assert {"b e", "a f"} <= cuts(fed, "bcde")
    assert not any({"well", "tank"} & set(each.split()) for each in cuts(fed, "bcde"))


def test_after_a_long_single_way_the_search_for_joint_cuts_gives_up() -> None:
    way = [pipe(f"n{at:02}", f"n{at + 1:02}") for at in range(40)]
    assert cuts(drawn(*way, sources={"n00": "PIPE"}), ["n40"]) == set()


def test_cuts_over_the_most_are_not_given() -> None:
    spokes = drawn(*(pipe("tank", each) for each in "abcd"), sources={"tank": "PIPE"})
    assert cuts(spokes, "abcd") == set()


@pytest.mark.parametrize("seed", range(40))
def test_a_cut_parts_all_symptoms_and_none_is_smaller(seed: int) -> None:
    net = nx.gnm_random_graph(9, 13, seed=seed)
    edges = [pipe(str(one), str(other)) for one, other in net.edges]
    topology = drawn(*edges, sources={"0": "PIPE"}, also="0")
    forecast = TopologyForecast(Evaluator(topology))
    symptoms = [each for each in ("5", "6", "7") if each in topology.assets and forecast.upstream([each]) >= {"0"}]
    parting = [
        frozenset(each)
        for size in (1, 2, 3)
        for each in combinations(sorted(topology.assets), size)
        if set(symptoms) <= forecast.falls(frozenset(each)).keys()
    ]
    alone = {cause for each in parting if len(each) == 1 for cause in each}
    least = min((len(each) for each in parting if not each & alone), default=None)
    found = [frozenset(each.split()) for each in cuts(topology, symptoms)]
    assert min((len(each) for each in found if each in parting), default=None) == least
