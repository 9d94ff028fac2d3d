"""Many filters asked together choose what each of them chooses alone, by one statement for each shape."""

from __future__ import annotations

import pytest

from graph.access import Principal
from graph.database import connect
from graph.errors import UnknownProperty
from graph.ontology import Ontology
from graph.ontology.model import Json
from graph.reading import (
    AssetFilter,
    Comparison,
    Condition,
    PropertyCondition,
    Quantifier,
    ReadingService,
    RelationshipCondition,
)
from graph.reading.directions import Direction
from tests.servers import Server

pytestmark = pytest.mark.neo4j


def named(comparison: Comparison, value: Json) -> AssetFilter:
    return AssetFilter(name=(Condition(comparison=comparison, value=value),))


def costs(comparison: Comparison, value: float) -> AssetFilter:
    condition = Condition(comparison=comparison, value=value)
    return AssetFilter(properties=(PropertyCondition(name="apparentPower", conditions=(condition,)),))


def powers(*ids: str) -> AssetFilter:
    ends = RelationshipCondition(
        relationship="POWERS", direction=Direction.OUT, quantifier=Quantifier.SOME, fits=AssetFilter(ids=ids)
    )
    return AssetFilter(relationships=(ends,))


FILTERS = [
    *(named(Comparison.STARTS_WITH, text) for text in ("R", "Room 1", "U", "")),
    named(Comparison.NE, "UPS"),
    named(Comparison.IN, ["PDU 1", "Room 2"]),
    *(costs(Comparison.GTE, value) for value in (10.0, 30.0, 31.0)),
    costs(Comparison.LT, 31.0),
    *(AssetFilter(types=(kind,)) for kind in ("Room", "Space", "Ups", "Service")),
    *(AssetFilter(within=container) for container in ("r1", "b1", "site", "nowhere")),
    *(powers(each) for each in ("server", "pdu", "r1")),
    AssetFilter(negated=AssetFilter(types=("Room",), within="b1")),
    AssetFilter(either=(named(Comparison.EQ, "UPS"), AssetFilter(types=("Server",)))),
    AssetFilter(either=()),
    AssetFilter(every=(AssetFilter(ids=("r1", "r2")), named(Comparison.CONTAINS, "2"))),
    AssetFilter(),
]
IDS = ["site", "b1", "r1", "r2", "urn:ups/1 \"a\" \\ 'b' 😀", "pdu", "grid", "server", "gone"]


async def test_each_filter_chooses_as_it_does_alone(
    server: Server, ontology: Ontology, principal: Principal, campus: None
) -> None:
    statements: list[str] = []

    def observe(name: str, seconds: float) -> None:
        statements.append(name)

    database = connect(server.uri, user=server.user, password=server.password, observe=observe)
    reading = ReadingService(database, lambda: ontology)
    alone = [frozenset(await reading.chosen(principal, IDS, filter=each)) for each in FILTERS]
    assert len({*alone}) > 12
    statements.clear()
    for _ in range(2):
        assert await reading.fitting(principal, IDS, FILTERS) == alone
    assert statements.count("assets by filters") == 2 * 16
    assert await reading.fitting(principal, [], FILTERS) == [frozenset()] * len(FILTERS)
    unknown = AssetFilter(properties=(PropertyCondition(name="nothing", conditions=()),))
    with pytest.raises(UnknownProperty):
        await reading.fitting(principal, IDS, [AssetFilter(), unknown])
    await database.close()
