"""Every link of real water networks: what its failure takes down, against reachability computed from wntr's model."""

from __future__ import annotations

import itertools
import random
import time
from typing import Any

import networkx as nx
import numpy as np
import pytest

from examples.water.convert import lines, link_id, point_id, read_network
from graph.analysis import ImpactRequest
from graph.analysis.outage import Outage
from graph.impact import Failure, Level, Question
from graph.maintenance import Budget, find_combinations
from tests.examples.conftest import World, world_of
from tests.servers import Server

pytestmark = [
    pytest.mark.timeout(1200),
    # wntr and what it imports warn of their own futures.
    pytest.mark.filterwarnings("ignore"),
]
NETWORKS = ("Net1", "Net2", "Net3", "ky4")
SAMPLE = 23


@pytest.fixture(scope="module")
def water(own_server: Server, tmp_path_factory: pytest.TempPathFactory) -> World:
    models = {name: read_network(name) for name in NETWORKS}
    return world_of(
        own_server,
        tmp_path_factory.mktemp("water"),
        "water",
        {name: (each, lines(each)) for name, each in models.items()},
    )


class Reach:
    """Where water comes, by wntr's own objects and nothing of ours but the names of assets."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._graph = nx.MultiDiGraph()
        self._graph.add_nodes_from(model.node_name_list)
        for name, link in model.links():
            if link.initial_status.name == "Closed":
                continue
            self._graph.add_edge(link.start_node_name, link.end_node_name, key=name)
            if link.link_type == "Pipe" and not link.check_valve:
                self._graph.add_edge(link.end_node_name, link.start_node_name, key=name)
        reservoirs = list(model.reservoir_name_list)
        self._sources = reservoirs + [name for name, each in model.junctions() if each.base_demand < 0]
        self.wet = self._wet(self._graph)

    def lost_without(self, *links: str) -> set[str]:
        """Ids of the points that the failure of links leaves dry."""
        edges: list[Any] = list(self._graph.edges(keys=True))  # the stubs know no edges with keys
        kept = self._graph.edge_subgraph([edge for edge in edges if edge[2] not in links])
        return {point_id(self._model, name) for name in self.wet - self._wet(kept)}

    def _wet(self, graph: Any) -> set[str]:
        found = set(self._sources)
        for source in self._sources:
            if source in graph:
                found |= nx.descendants(graph, source)
        return found


def points(assets: set[str]) -> set[str]:
    return {asset for asset in assets if asset.split("/")[0] in ("junction", "tank", "reservoir")}


def compare(world: World, name: str, *, every: int = 1) -> None:
    network = world.networks[name]
    reach = Reach(network.model)
    dry = set(network.evaluator.evaluate(Question()).unsupplied)
    assert points(dry) == {point_id(network.model, each) for each in set(network.model.node_name_list) - reach.wet}
    links = list(network.model.link_name_list)[::every]
    lost = {link: points(network.lost(link_id(network.model, link))) for link in links}
    assert lost == {link: reach.lost_without(link) for link in links}
    assert any(lost.values())


@pytest.mark.parametrize("name", ["Net1", "Net2", "Net3"])
def test_every_link(water: World, name: str) -> None:
    compare(water, name)


def test_a_sample_of_the_links_of_a_town(water: World) -> None:
    compare(water, "ky4", every=SAMPLE)


def compare_pairs(world: World, name: str, *, count: int) -> None:
    """Fail pairs of links, drawn once for all; some of them take more than each alone."""
    network = world.networks[name]
    reach = Reach(network.model)
    links = list(network.model.link_name_list)
    drawn = random.Random(name)
    beyond = 0
    for one, other in (drawn.sample(links, 2) for _ in range(count)):
        lost = points(network.lost(link_id(network.model, one), link_id(network.model, other)))
        assert lost == reach.lost_without(one, other), (one, other)
        beyond += lost > reach.lost_without(one) | reach.lost_without(other)
    assert beyond


@pytest.mark.parametrize(("name", "count"), [("Net1", 40), ("Net2", 80), ("Net3", 80)])
def test_pairs_of_links(water: World, name: str, count: int) -> None:
    compare_pairs(water, name, count=count)


@pytest.mark.long
@pytest.mark.parametrize("name", NETWORKS)
def test_many_pairs_of_links(water: World, name: str) -> None:
    compare_pairs(water, name, count=2000)


@pytest.mark.parametrize("name", ["Net1", "Net2"])
def test_works_on_all_links_at_once_clash_in_the_pairs_that_reachability_says(water: World, name: str) -> None:
    network = water.networks[name]
    reach = Reach(network.model)
    links = list(network.model.link_name_list)
    ids = list(network.evaluator.supplies.ids)
    spots = [np.array([ids.index(link_id(network.model, link))], np.int32) for link in links]
    outage = Outage(network.evaluator, Level.DOWN)
    found = find_combinations(
        [tuple(range(len(links)))],
        lambda chosen: outage.lowered(np.sort(np.concatenate([spots[at] for at in chosen]))),
        watched=np.array([bool(points({asset})) for asset in ids]),
        max_order=2,
        budget=Budget(evaluations=5_000, seconds=60, clock=time.monotonic),
    )
    alone = [reach.lost_without(link) for link in links]
    expected = {
        (one, other): beyond
        for one, other in itertools.combinations(range(len(links)), 2)
        if (beyond := reach.lost_without(links[one], links[other]) - alone[one] - alone[other])
    }
    assert expected
    assert {pair: {ids[at] for at in lost} for pair, lost in found.together.items()} == expected


@pytest.mark.long
def test_every_link_of_a_town(water: World) -> None:
    compare(water, "ky4")


@pytest.mark.parametrize("name", NETWORKS)
def test_everything_is_loaded(water: World, name: str) -> None:
    network = water.networks[name]
    assert network.loaded.refused == 0
    assert network.loaded.assets_created == network.model.num_nodes + network.model.num_links


async def test_the_service_says_the_same(water: World) -> None:
    network = water.networks["Net3"]
    reach = Reach(network.model)
    database = water.connect()
    try:
        service = water.service(database)
        for link in ("10", "20", "60", "101", "330"):
            failure = Failure(asset=link_id(network.model, link))
            analysis = await service.ask(network.principal, ImpactRequest(failures=(failure,)))
            found = {each.asset for each in analysis.answer.impacted}
            assert points(found) == reach.lost_without(link)
    finally:
        await database.close()
