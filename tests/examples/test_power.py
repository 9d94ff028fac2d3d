"""Every line and switch of real grids: the buses that its failure takes down, against pandapower's own topology."""

from __future__ import annotations

import random
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from examples.power.convert import NETWORKS, lines, read_network
from graph.analysis import ImpactRequest, NewRelationship
from graph.impact import Failure, SupplyRef
from graph.kernel import ArrayEvaluator, decode
from tests.examples.conftest import World, world_of
from tests.servers import Server

pytestmark = [
    pytest.mark.timeout(1200),
    # pandapower and what it imports warn of their own futures.
    pytest.mark.filterwarnings("ignore"),
]
FAULTS = {"line": ("in_service", "line"), "trafo": ("in_service", "transformer"), "switch": ("closed", "switch")}


@pytest.fixture(scope="module")
def power(own_server: Server, tmp_path_factory: pytest.TempPathFactory) -> World:
    models = {name: read_network(name) for name in NETWORKS}
    return world_of(
        own_server,
        tmp_path_factory.mktemp("power"),
        "power",
        {name: (each, lines(each)) for name, each in models.items()},
    )


@contextmanager
def changed(grid: Any, table: str, index: int, *, on: bool) -> Generator[None]:
    """Switch an element off (or on) in pandapower's model."""
    column = FAULTS[table][0]
    before = grid[table].at[index, column]
    grid[table].at[index, column] = on
    yield
    grid[table].at[index, column] = before


def dark(grid: Any) -> set[str]:
    from pandapower.topology import unsupplied_buses

    return {f"bus/{bus}" for bus in unsupplied_buses(grid)}


def fed_by(grid: Any, buses: set[str]) -> set[str]:
    """Loads in service at the buses."""
    return {
        f"load/{index}" for index, row in grid.load.iterrows() if row["in_service"] and f"bus/{row['bus']}" in buses
    }


def of_kind(assets: set[str], kind: str) -> set[str]:
    return {asset for asset in assets if asset.startswith(f"{kind}/")}


@pytest.mark.parametrize("table", FAULTS)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_line_transformer_and_switch(power: World, name: str, table: str) -> None:
    network = power.networks[name]
    grid = network.model
    nominal = dark(grid)
    for index in grid[table].index:
        with changed(grid, table, index, on=False):
            expected = dark(grid) - nominal
        lost = network.lost(f"{FAULTS[table][1]}/{index}")
        assert of_kind(lost, "bus") == expected, f"{table} {index}"
        assert of_kind(lost, "load") == fed_by(grid, expected), f"{table} {index}"


def compare_pairs(power: World, name: str, *, count: int) -> None:
    """Fail pairs of lines, transformers and switches, drawn once for all."""
    network = power.networks[name]
    grid = network.model
    nominal = dark(grid)
    elements = [(table, int(index)) for table in FAULTS for index in grid[table].index]
    drawn = random.Random(name)
    for one, other in (drawn.sample(elements, 2) for _ in range(count)):
        with changed(grid, *one, on=False), changed(grid, *other, on=False):
            expected = dark(grid) - nominal
        lost = network.lost(*(f"{FAULTS[table][1]}/{index}" for table, index in (one, other)))
        assert of_kind(lost, "bus") == expected, (one, other)
        assert of_kind(lost, "load") == fed_by(grid, expected), (one, other)


@pytest.mark.parametrize("name", NETWORKS)
def test_pairs_of_elements(power: World, name: str) -> None:
    compare_pairs(power, name, count=15)


@pytest.mark.long
@pytest.mark.parametrize("name", NETWORKS)
def test_many_pairs_of_elements(power: World, name: str) -> None:
    compare_pairs(power, name, count=500)


@pytest.mark.parametrize("name", NETWORKS)
def test_everything_is_loaded(power: World, name: str) -> None:
    grid = power.networks[name].model
    tables = (grid.bus, grid.line, grid.trafo, grid.trafo3w, grid.switch, grid.ext_grid, grid.load, grid.gen, grid.sgen)
    assert power.networks[name].loaded.assets_created == sum(map(len, tables))


async def test_closing_a_tie_switch_heals(power: World) -> None:
    """Close each open switch of the CIGRE grid while a line is down, and compare what is still lost."""
    network = power.networks["cigre_mv"]
    grid = network.model
    nominal = dark(grid)
    ties = [int(index) for index, row in grid.switch.iterrows() if not row["closed"]]
    database = power.connect()
    healed = 0
    try:
        service = power.service(database)
        for line in grid.line.index:
            alone = network.lost(f"line/{line}")
            for tie in ties:
                with changed(grid, "line", line, on=False), changed(grid, "switch", tie, on=True):
                    expected = dark(grid) - nominal
                request = ImpactRequest(
                    failures=(Failure(asset=f"line/{line}"),), added=tuple(_closed(network.evaluator, tie))
                )
                answer = (await service.ask(network.principal, request)).answer
                assert of_kind({each.asset for each in answer.impacted}, "bus") == expected
                healed += expected < of_kind(alone, "bus")
    finally:
        await database.close()
    assert healed


async def test_opening_a_switch_by_its_relationships_is_as_its_failure(power: World) -> None:
    network = power.networks["cigre_mv"]
    grid = network.model
    database = power.connect()
    try:
        service = power.service(database)
        for index, row in grid.switch.iterrows():
            if not row["closed"]:
                continue
            ends = sorted((f"switch/{index}", f"bus/{int(row['bus'])}"))
            removed = (SupplyRef(type="CONNECTS", source=ends[0], target=ends[1]),)
            answer = (await service.ask(network.principal, ImpactRequest(removed=removed))).answer
            lost = of_kind({each.asset for each in answer.impacted}, "bus")
            assert lost == of_kind(network.lost(f"switch/{index}"), "bus")
    finally:
        await database.close()


def _closed(evaluator: ArrayEvaluator, tie: int) -> Generator[NewRelationship]:
    for relationship in decode(evaluator.supplies).relationships:
        if f"switch/{tie}" in (relationship.source, relationship.target):
            yield NewRelationship(
                type=relationship.type,
                source=relationship.source,
                target=relationship.target,
                properties={"open": False},
            )
