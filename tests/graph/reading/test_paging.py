"""Pages: each asset whose sort value stays comes exactly once, whatever is written in between."""

from __future__ import annotations

import random
from typing import Any

import pytest

from graph.access.principal import Principal
from graph.database import Database
from graph.errors import CursorInvalid
from graph.ontology import Ontology
from graph.reading.filters import AssetFilter, Comparison, Condition, PropertyCondition
from graph.reading.ordering import OrderBy
from graph.reading.selection import (
    AssetReach,
    AssetSelection,
    AssetValue,
    ConnectionSelection,
    Page,
    ReachField,
    ValueField,
)
from graph.reading.service import ReadingService
from tests.planting import Joined, Planted, plant

pytestmark = pytest.mark.neo4j

IDS = AssetSelection(fields=(ValueField(key="id", value=AssetValue.ID),))
ORDERS = ["", "-id", "name", "-name", "ratedFlow", "-ratedFlow", "type name", "fans -name", "-installedOn type -id"]


def order_of(text: str) -> tuple[OrderBy, ...]:
    return tuple(OrderBy(field=each.strip("-"), descending=each.startswith("-")) for each in text.split())


def batch(rng: random.Random, prefix: str, count: int) -> list[Planted]:
    """Pumps and cooling towers with few names and values, so that ties and missing values abound."""
    made: list[Planted] = []
    for number in range(count):
        pump = rng.random() < 0.7
        properties: dict[str, object] = {"ratedFlow": float(rng.randrange(3))} if pump and rng.random() < 0.8 else {}
        if not pump and rng.random() < 0.5:
            properties["fans"] = rng.randrange(1, 3)
        name = f"N{rng.randrange(4)}"
        kind = "Pump" if pump else "CoolingTower"
        made.append(Planted(id=f"{prefix}{number:03}", type=kind, name=name, properties=properties))
    return made


def expected_order(assets: list[Planted], text: str) -> list[str]:
    ordered = sorted(assets, key=lambda asset: asset.id)
    for each in reversed(text.split()):
        key, descending = each.strip("-"), each.startswith("-")

        def value(asset: Planted, key: str = key) -> Any:
            own = {"id": asset.id, "name": asset.name, "type": asset.type}
            return own.get(key, asset.properties.get(key))

        present = [asset for asset in ordered if value(asset) is not None]
        missing = [asset for asset in ordered if value(asset) is None]
        present.sort(key=value, reverse=descending)  # keeps ties in their order either way
        ordered = present + missing
    return [asset.id for asset in ordered]


@pytest.mark.parametrize("order", ORDERS)
async def test_order_and_exactly_once_under_inserts(
    database: Database, reading: ReadingService, principal: Principal, ontology: Ontology, order: str
) -> None:
    rng = random.Random(f"paging {order}")
    stays = batch(rng, "m", 30)
    await plant(database, principal.tenant, ontology, stays)
    found: list[str] = []
    after: str | None = None
    turn = 0
    while True:
        connection = ConnectionSelection(
            nodes=IDS, page=Page(first=rng.randrange(1, 9), after=after), want_page_info=True
        )
        page: Any = await reading.assets(principal, connection, order=order_of(order))
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        turn += 1
        if turn < 8:
            newcomers = batch(rng, rng.choice("az") + f"{turn}-", 2)
            await plant(database, principal.tenant, ontology, newcomers)
    assert len(set(found)) == len(found)
    known = {asset.id for asset in stays}
    assert [name for name in found if name in known] == expected_order(stays, order)


@pytest.mark.parametrize("types", [("Pump",), ("Pump", "CoolingTower"), ("Equipment",)])
@pytest.mark.parametrize("order", ["", "-name", "ratedFlow"])
async def test_order_of_some_types(
    database: Database,
    reading: ReadingService,
    principal: Principal,
    ontology: Ontology,
    order: str,
    types: tuple[str, ...],
) -> None:
    assets = batch(random.Random(7), "m", 20)
    await plant(database, principal.tenant, ontology, assets)
    connection = ConnectionSelection(nodes=IDS, want_total=True)
    page: Any = await reading.assets(principal, connection, order=order_of(order), filter=AssetFilter(types=types))
    wanted = [asset for asset in assets if "Equipment" in types or asset.type in types]
    assert [node["id"] for node in page["nodes"]] == expected_order(wanted, order)
    assert page["totalCount"] == len(wanted)


@pytest.mark.parametrize("order", ["", "-id", "name", "-name", "ratedFlow -name", "-ratedFlow"])
async def test_filtered_pages_hold_each_once_whether_the_order_or_the_filter_is_followed(
    database: Database, reading: ReadingService, principal: Principal, ontology: Ontology, order: str
) -> None:
    rng = random.Random(order)
    # Of each third asset a page is full among the next few; of each thirtieth all that the filter finds are sorted.
    assets = [
        Planted(
            id=f"p{number:02}",
            type="Pump",
            name=f"N{rng.randrange(9)}",
            properties={
                "manufacturer": "rare" if number % 30 == 7 else "often" if rng.random() < 0.4 else "else",
                **({"ratedFlow": float(rng.randrange(4))} if rng.random() < 0.8 else {}),
            },
        )
        for number in range(90)
    ]
    await plant(database, principal.tenant, ontology, assets)
    for maker in ("often", "rare"):
        made = Condition(comparison=Comparison.EQ, value=maker)
        wanted = AssetFilter(types=("Pump",), properties=(PropertyCondition(name="manufacturer", conditions=(made,)),))
        found: list[str] = []
        after: str | None = None
        more = True
        while more:
            connection = ConnectionSelection(nodes=IDS, page=Page(first=2, after=after), want_page_info=True)
            page: Any = await reading.assets(principal, connection, filter=wanted, order=order_of(order))
            found += [node["id"] for node in page["nodes"]]
            more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
        assert found == expected_order([each for each in assets if each.properties["manufacturer"] == maker], order)


@pytest.mark.parametrize("order", ["name", "-name", "name -id", "use"])
async def test_pages_of_one_value_hold_each_once(
    database: Database, reading: ReadingService, principal: Principal, ontology: Ontology, order: str
) -> None:
    rng = random.Random(order)
    rooms = [
        Planted(
            id=f"r{number:02}",
            type="Room",
            name=f"N{rng.randrange(6)}",
            properties={"use": rng.choice(("OFFICE", "WARD")), "number": f"{rng.randrange(2)}"},
        )
        for number in range(60)
    ]
    await plant(database, principal.tenant, ontology, rooms)
    asked = (("use", Comparison.EQ, "OFFICE"), ("number", Comparison.NE, "1"))
    conditions = tuple(
        PropertyCondition(name=name, conditions=(Condition(comparison=comparison, value=value),))
        for name, comparison, value in asked
    )
    wanted = AssetFilter(types=("Room",), properties=conditions)
    fits = [each for each in rooms if each.properties == {"use": "OFFICE", "number": "0"}]
    found: list[str] = []
    after: str | None = None
    more = True
    while more:
        connection = ConnectionSelection(nodes=IDS, page=Page(first=3, after=after), want_page_info=True)
        page: Any = await reading.assets(principal, connection, filter=wanted, order=order_of(order))
        found += [node["id"] for node in page["nodes"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    expected = sorted(fits, key=lambda each: each.id, reverse=order == "name -id")
    if "name" in order:
        expected.sort(key=lambda each: each.name or "", reverse=order == "-name")
    assert found == [each.id for each in expected]


async def test_long_texts_are_sorted_by_their_beginning_and_paged_through(
    database: Database, reading: ReadingService, principal: Principal, ontology: Ontology
) -> None:
    long = "\x01" * 999  # each is six characters in JSON
    values = {"a": long + "b", "b": long + "a", "c": long + "ab" * 9_000, "d": long[:-1] + "z", "e": "\x01" * 7_990}

    async def paged(kind: str, order: str) -> list[str]:
        """Ids page by page, of one asset each."""
        found: list[str] = []
        after: str | None = None
        while len(found) < len(values):
            connection = ConnectionSelection(nodes=IDS, page=Page(first=1, after=after), want_page_info=True)
            page: Any = await reading.assets(
                principal, connection, filter=AssetFilter(types=(kind,)), order=order_of(order)
            )
            found += [node["id"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
        return found

    filters = [
        Planted(id=f"f{name}", type="AirHandler", properties={"filterClass": value}) for name, value in values.items()
    ]
    pumps = [Planted(id=name, type="Pump", properties={"model": value[:7_990]}) for name, value in values.items()]
    await plant(database, principal.tenant, ontology, [*filters, *pumps])
    # Without an index a thousand characters count, and c is like b in these; with one all do.
    assert await paged("AirHandler", "filterClass") == ["fe", "fb", "fc", "fa", "fd"]
    assert await paged("Pump", "model") == ["e", "b", "c", "a", "d"]


async def test_cursors_of_other_questions_are_refused(
    database: Database, reading: ReadingService, principal: Principal, ontology: Ontology
) -> None:
    assets = [Planted(id=name, type="Room") for name in ("a", "b", "c")]
    inside = [Joined(type="CONTAINS", source="a", target=name) for name in ("b", "c")]
    await plant(database, principal.tenant, ontology, assets, inside)

    async def ask(after: str | None, order: str = "", kind: str = "Room") -> Any:
        connection = ConnectionSelection(edges=IDS, page=Page(first=1, after=after), want_page_info=True)
        wanted = AssetFilter(types=(kind,))
        return await reading.assets(principal, connection, filter=wanted, order=order_of(order))

    async def children(of: str, after: str | None) -> Any:
        connection = ConnectionSelection(nodes=IDS, page=Page(first=1, after=after), want_page_info=True)
        field = ReachField(key="c", reach=AssetReach.CHILDREN, connection=connection)
        return await reading.asset(principal, of, AssetSelection(fields=(field,)))

    cursor = (await ask(None))["edges"][0]["cursor"]
    assert (await ask(cursor))["edges"][0]["node"]["id"] == "b"
    inner = (await children("a", None))["c"]["pageInfo"]["endCursor"]
    assert (await children("a", inner))["c"]["nodes"][0]["id"] == "c"
    for wrong in ("", "x", "ey", "W10", "WzFd", cursor[:-2], cursor + "A", inner, "é", "A" * 200_000):
        with pytest.raises(CursorInvalid):
            await ask(wrong)
    for other in (ask(cursor, "name"), ask(cursor, "-id"), ask(cursor, kind="Space"), children("b", inner)):
        with pytest.raises(CursorInvalid):
            await other
