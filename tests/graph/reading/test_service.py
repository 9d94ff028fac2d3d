"""Reads of a small campus, end to end."""

from __future__ import annotations

from typing import Any, cast

import pytest

from graph.access.principal import Principal, Scope, operator
from graph.database import Database, connect
from graph.errors import CursorInvalid, Forbidden, LimitExceeded, RevisionNotReached, TwinError
from graph.identity import Tenant
from graph.ontology import Ontology
from graph.reading.aggregation import AggregateRow, Measure, MeasureOf
from graph.reading.filters import AssetFilter, Comparison, Condition, PropertyCondition
from graph.reading.selection import (
    AssetList,
    AssetReach,
    AssetSelection,
    AssetValue,
    ChangeConnectionSelection,
    ChangeSelection,
    ChangeValue,
    ChangeValueField,
    ConnectionSelection,
    Direction,
    End,
    EndField,
    EntriesField,
    HistoryField,
    ListField,
    Page,
    PropertyField,
    ReachField,
    RelationshipConnectionSelection,
    RelationshipSelection,
    RelationshipsField,
    RelationshipValue,
    RelationshipValueField,
    Row,
    ValueField,
)
from graph.reading.service import ReadingService
from tests.planting import Planted, plant
from tests.servers import Server

pytestmark = [pytest.mark.neo4j, pytest.mark.usefixtures("campus")]

UPS = "urn:ups/1 \"a\" \\ 'b' 😀"
IDS = AssetSelection(fields=(ValueField(key="id", value=AssetValue.ID),))


def named(row: Any, key: str) -> list[str]:
    value: Any = row[key]
    nodes: list[Row] = value["nodes"] if isinstance(value, dict) else value
    return [cast("str", node["id"]) for node in nodes]


def nodes(first: int = 50, after: str | None = None) -> ConnectionSelection:
    return ConnectionSelection(nodes=IDS, page=Page(first=first, after=after), want_total=True, want_page_info=True)


async def test_all_values_of_an_asset(reading: ReadingService, principal: Principal, tenant: Tenant) -> None:
    wanted = AssetSelection(fields=tuple(ValueField(key=f"x_{value}", value=value) for value in AssetValue))
    assert await reading.asset(principal, UPS, wanted) == {
        "__typename": "Ups",
        "x_id": UPS,
        "x_type": "Ups",
        "x_name": "UPS",
        "x_properties": {
            "apparentPower": 30.0,
            "installedOn": "2020-01-02",
            "maintenanceInterval": "P3D",
            "purchaseCost": "123.45",
            "serialNumber": f"S-1-{tenant}",
        },
        "x_externalIds": [{"system": "cmms", "id": "77"}],
        "x_sourceOf": [],
        "x_revision": 3,
    }


async def test_source_by_type_and_single_properties(reading: ReadingService, principal: Principal) -> None:
    wanted = AssetSelection(
        fields=(
            ValueField(key="sourceOf", value=AssetValue.SOURCE_OF),
            PropertyField(key="cost", property="purchaseCost"),
            PropertyField(key="only", property="apparentPower", when=frozenset({"Ups"})),
        )
    )
    grid = await reading.asset(principal, "grid", wanted)
    assert grid == {"__typename": "GridFeed", "sourceOf": ["POWERS"], "cost": None}
    ups = await reading.asset(principal, UPS, wanted)
    assert ups == {"__typename": "Ups", "sourceOf": [], "cost": "123.45", "only": 30.0}


async def test_missing_assets_are_none(reading: ReadingService, principal: Principal) -> None:
    assert await reading.asset(principal, "nothing", IDS) is None
    assert await reading.asset_by_external_id(principal, IDS, system="cmms", external_id="78") is None
    found = await reading.by_ids(principal, ["pdu", "nothing", "b1", "pdu"], IDS)
    assert [row and row["id"] for row in found] == ["pdu", None, "b1", "pdu"]


async def test_external_id(reading: ReadingService, principal: Principal) -> None:
    found = await reading.asset_by_external_id(principal, IDS, system="cmms", external_id="77")
    assert found == {"__typename": "Ups", "id": UPS}


async def test_containment(reading: ReadingService, principal: Principal) -> None:
    wanted = AssetSelection(
        fields=(
            ListField(key="parents", list=AssetList.PARENTS, of=IDS),
            ListField(key="ancestors", list=AssetList.ANCESTORS, of=IDS),
            ReachField(key="children", reach=AssetReach.CHILDREN, connection=nodes()),
            ReachField(key="rooms", reach=AssetReach.CHILDREN, connection=nodes(), types=("Room",)),
            ReachField(key="descendants", reach=AssetReach.DESCENDANTS, connection=nodes()),
            ReachField(key="near", reach=AssetReach.DESCENDANTS, connection=nodes(), max_depth=1),
        )
    )
    ups = await reading.asset(principal, UPS, wanted)
    assert named(ups, "parents") == ["r1", "r2"]
    assert named(ups, "ancestors") == ["r1", "r2", "b1", "site"]
    site = await reading.asset(principal, "site", wanted)
    assert named(site, "children") == named(site, "near") == ["b1"]
    assert named(site, "rooms") == []
    assert named(site, "descendants") == ["b1", "r1", "r2", UPS]


async def test_dependencies_follow_impact_whatever_the_direction(reading: ReadingService, principal: Principal) -> None:
    def field(key: str, reach: AssetReach, depth: int | None, *types: str) -> ReachField:
        return ReachField(key=key, reach=reach, connection=nodes(), max_depth=depth, relationship_types=types or None)

    wanted = AssetSelection(
        fields=(
            field("needs", AssetReach.DEPENDENCIES, 1),
            field("all", AssetReach.DEPENDENCIES, None),
            field("power", AssetReach.DEPENDENCIES, None, "POWERS"),
            field("users", AssetReach.DEPENDENTS, 2),
        )
    )
    server = await reading.asset(principal, "server", wanted)
    assert named(server, "needs") == ["pdu"]
    assert named(server, "power") == named(server, "all") == ["grid", "pdu", UPS]
    assert named(server, "users") == ["cluster", "service"]
    app = await reading.asset(principal, "app", wanted)
    assert named(app, "all") == ["cluster", "grid", "pdu", "server", "service", UPS]
    assert cast("Any", app)["all"]["totalCount"] == 6
    assert named(app, "power") == []


async def test_pages_of_dependencies_over_several_directions(reading: ReadingService, principal: Principal) -> None:
    found: list[str] = []
    after: str | None = None
    while True:
        field = ReachField(key="all", reach=AssetReach.DEPENDENCIES, connection=nodes(2, after))
        row: Any = await reading.asset(principal, "app", AssetSelection(fields=(field,)))
        found += named(row, "all")
        after = row["all"]["pageInfo"]["endCursor"]
        if not row["all"]["pageInfo"]["hasNextPage"]:
            break
    assert found == ["cluster", "grid", "pdu", "server", "service", UPS]
    field = ReachField(key="all", reach=AssetReach.DEPENDENCIES, connection=nodes(2, after))
    with pytest.raises(CursorInvalid):
        await reading.asset(principal, "server", AssetSelection(fields=(field,)))


async def test_relationships(reading: ReadingService, principal: Principal) -> None:
    node = RelationshipSelection(
        fields=(
            RelationshipValueField(key="type", value=RelationshipValue.TYPE),
            RelationshipValueField(key="key", value=RelationshipValue.KEY),
            RelationshipValueField(key="properties", value=RelationshipValue.PROPERTIES),
            EndField(key="from", end=End.FROM, of=IDS),
            EndField(key="to", end=End.TO, of=IDS),
            EndField(key="other", end=End.OTHER, of=IDS),
        )
    )

    async def ask(direction: Direction, types: tuple[str, ...] | None, page: Page) -> Any:
        connection = RelationshipConnectionSelection(nodes=node, page=page, want_total=True, want_page_info=True)
        field = RelationshipsField(key="r", connection=connection, direction=direction, types=types)
        row = await reading.asset(principal, "pdu", AssetSelection(fields=(field,)))
        assert row is not None
        return row["r"]

    both = await ask(Direction.BOTH, None, Page())
    assert both["totalCount"] == 3
    out = await ask(Direction.OUT, ("POWERS",), Page())
    assert sorted((each["key"], each["properties"].get("needs")) for each in out["nodes"]) == [("a", 0.5), ("b", None)]
    assert {each["other"]["id"] for each in out["nodes"]} == {"server"}
    assert (await ask(Direction.IN, None, Page()))["nodes"][0]["from"]["id"] == UPS
    first = await ask(Direction.BOTH, None, Page(first=2))
    rest = await ask(Direction.BOTH, None, Page(first=2, after=first["pageInfo"]["endCursor"]))
    assert first["nodes"] + rest["nodes"] == both["nodes"]
    assert not rest["pageInfo"]["hasNextPage"]
    assert (await ask(Direction.BOTH, (), Page()))["totalCount"] == 0


async def test_history_newest_first(reading: ReadingService, principal: Principal) -> None:
    change = ChangeSelection(
        fields=(
            ChangeValueField(key="revision", value=ChangeValue.REVISION),
            ChangeValueField(key="time", value=ChangeValue.TIME),
            EntriesField(key="entries", first=1, after=1),
        )
    )
    connection = ChangeConnectionSelection(nodes=change, page=Page(first=1), want_page_info=True)
    field = HistoryField(key="history", connection=connection)
    row: Any = await reading.asset(principal, UPS, AssetSelection(fields=(field,)))
    assert [node["revision"] for node in row["history"]["nodes"]] == [3]
    assert row["history"]["nodes"][0]["time"] == "2023-11-14T22:13:20.003Z"
    after = row["history"]["pageInfo"]["endCursor"]
    connection = ChangeConnectionSelection(nodes=change, page=Page(after=after))
    field = HistoryField(key="history", connection=connection)
    row = await reading.asset(principal, UPS, AssetSelection(fields=(field,)))
    assert [node["revision"] for node in row["history"]["nodes"]] == [1]
    assert [entry["id"] for entry in row["history"]["nodes"][0]["entries"]] == ["b1"]


async def test_changes_are_a_feed(reading: ReadingService, principal: Principal) -> None:
    change = ChangeSelection(fields=(ChangeValueField(key="revision", value=ChangeValue.REVISION),))
    connection = ChangeConnectionSelection(edges=change, page=Page(first=1), want_page_info=True)
    page: Any = await reading.changes(principal, connection, after=1)
    assert page == {
        "edges": [{"cursor": "2", "node": {"__typename": "Change", "revision": 2}}],
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": True, "startCursor": "2", "endCursor": "2"},
    }
    assert await reading.revision(principal) == 3


async def test_a_revision_that_never_comes(database: Database, ontology: Ontology, principal: Principal) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    impatient = ReadingService(database, lambda: ontology, pause=pause)
    assert await impatient.await_revision(principal, 3) == 3
    assert pauses == []
    with pytest.raises(RevisionNotReached):
        await impatient.await_revision(principal, 4)
    assert 5 <= sum(pauses) < 5.5


def wished(name: str, comparison: Comparison, value: Any) -> PropertyCondition:
    return PropertyCondition(name=name, conditions=(Condition(comparison=comparison, value=value),))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (AssetFilter(ids=("b1", "nothing", UPS)), ["b1", UPS]),
        (AssetFilter(ids=()), []),
        (AssetFilter(types=("Space",)), ["b1", "r1", "r2", "site"]),
        (AssetFilter(types=("Room", "Ups")), ["r1", "r2", UPS]),
        (AssetFilter(types=()), []),
        (AssetFilter(within="b1"), ["r1", "r2", UPS]),
        (AssetFilter(within="b1", types=("Room",)), ["r1", "r2"]),
        (AssetFilter(every=(AssetFilter(within="r1"), AssetFilter(within="r2"))), [UPS]),
        (AssetFilter(either=()), []),
        (AssetFilter(either=(AssetFilter(ids=("b1",)), AssetFilter(types=("Room",)))), ["b1", "r1", "r2"]),
        (AssetFilter(negated=AssetFilter(types=("Equipment", "Workload", "Cluster"))), ["b1", "r1", "r2", "site"]),
        (AssetFilter(name=(Condition(comparison=Comparison.STARTS_WITH, value="Room"),)), ["r1", "r2"]),
        (AssetFilter(name=(Condition(comparison=Comparison.IN, value=["UPS", "PDU 1"]),)), ["pdu", UPS]),
        (AssetFilter(properties=(wished("apparentPower", Comparison.EQ, {"value": 30000, "unit": "VA"}),)), [UPS]),
        (AssetFilter(properties=(wished("purchaseCost", Comparison.LTE, "123.45"),)), [UPS]),
        (AssetFilter(properties=(wished("purchaseCost", Comparison.GT, "123.45"),)), []),
        (AssetFilter(properties=(wished("installedOn", Comparison.LT, "2020-01-03"),)), [UPS]),
        (AssetFilter(properties=(wished("code", Comparison.IN, ["B1", "B2"]),)), ["b1"]),
        (AssetFilter(types=("Building",), properties=(wished("code", Comparison.IS_NULL, False),)), ["b1"]),
        (AssetFilter(types=("Building",), properties=(wished("code", Comparison.NE, "B1"),)), []),
        (
            AssetFilter(types=("Space",), negated=AssetFilter(properties=(wished("code", Comparison.EQ, "B1"),))),
            ["r1", "r2", "site"],
        ),
    ],
)
async def test_filters(reading: ReadingService, principal: Principal, wanted: AssetFilter, expected: list[str]) -> None:
    found: Any = await reading.assets(principal, nodes(), filter=wanted)
    assert [node["id"] for node in found["nodes"]] == expected
    assert found["totalCount"] == len(expected)


async def test_nodes_and_edges_may_want_different_things(reading: ReadingService, principal: Principal) -> None:
    name = AssetSelection(fields=(ValueField(key="x", value=AssetValue.NAME),))
    connection = ConnectionSelection(nodes=IDS, edges=name, page=Page(first=1))
    found: Any = await reading.assets(principal, connection, filter=AssetFilter(types=("Room",)))
    assert found["nodes"] == [{"__typename": "Room", "id": "r1"}]
    assert found["edges"][0]["node"] == {"__typename": "Room", "x": "Room 1"}
    assert set(found) == {"nodes", "edges"}


async def test_aggregate(reading: ReadingService, principal: Principal) -> None:
    rows = await reading.aggregate(principal, group_by=("type",), filter=AssetFilter(types=("Space",)))
    assert [(row.group, row.count) for row in rows] == [
        ({"type": "Room"}, 2),
        ({"type": "Building"}, 1),
        ({"type": "Site"}, 1),
    ]
    measures = (
        MeasureOf(property="purchaseCost", measure=Measure.SUM),
        MeasureOf(property="apparentPower", measure=Measure.MEAN),
        MeasureOf(property="serialNumber", measure=Measure.DISTINCT),
    )
    rows = await reading.aggregate(principal, group_by=("parent",), measures=measures)
    assert AggregateRow(group={"parent": "r1"}, count=1, values=(123.45, 30.0, 1.0)) in rows
    assert AggregateRow(group={"parent": "b1"}, count=2, values=(None, None, 0.0)) in rows
    assert await reading.aggregate(principal, filter=AssetFilter(types=())) == []


async def test_counts(reading: ReadingService, principal: Principal) -> None:
    assets = await reading.asset_counts(principal)
    assert (assets["Space"], assets["Room"], assets["Chiller"]) == (4, 2, 0)
    relationships = await reading.relationship_counts(principal)
    assert (relationships["CONTAINS"], relationships["COOLS"]) == (5, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ups", [UPS]),
        ("room 1", ["r1"]),
        ("Roo", ["r1", "r2"]),
        ("😀", [UPS]),
        ("urn:ups/1", [UPS]),
        ("AND OR NOT", []),
        ("_tenant:* OR room", []),
        ('" OR room', []),
        ("r1) OR (room", []),
        ("room\\", ["r1", "r2"]),
        ("*", None),
        ("room* -", ["r1", "r2"]),
        ('\\ "', None),
        ("{a TO z} [0 TO 9] room^9~2", []),
        ("x" * 401, None),
        ("", None),
    ],
)
async def test_search_takes_nothing_typed_for_an_operator(
    reading: ReadingService, principal: Principal, text: str, expected: list[str] | None
) -> None:
    if expected is None:
        with pytest.raises(TwinError):
            await reading.search(principal, text, IDS)
        return
    hits = await reading.search(principal, text, IDS)
    assert sorted(cast("str", hit.asset["id"]) for hit in hits) == sorted(expected)
    typed = await reading.search(principal, text, IDS, types=("Ups",))
    assert [hit.asset["id"] for hit in typed] == [name for name in expected if name == UPS]


@pytest.mark.parametrize(
    "weird",
    [
        "urn:x-y:Zürich/1#frag?a=b&c=%20",
        "'; MATCH (n) DETACH DELETE n //",
        "`back` {tick} $x",
        'a"b\\c',
        "👩‍🚒🏳️‍🌈",
        "x" * 512,
        "日本語 の 資産",
        "*",
    ],
)
async def test_weird_ids_work_everywhere(
    database: Database, reading: ReadingService, principal: Principal, ontology: Ontology, weird: str
) -> None:
    await plant(database, principal.tenant, ontology, [Planted(id=weird, type="Site")])
    assert await reading.asset(principal, weird, IDS) == {"__typename": "Site", "id": weird}
    found: Any = await reading.assets(principal, nodes(), filter=AssetFilter(ids=(weird,)))
    assert [node["id"] for node in found["nodes"]] == [weird]
    assert await reading.by_ids(principal, [weird], IDS) == [{"__typename": "Site", "id": weird}]
    connection = ChangeConnectionSelection(nodes=ChangeSelection())
    history = AssetSelection(fields=(HistoryField(key="h", connection=connection),))
    assert await reading.asset(principal, weird, history) == {"__typename": "Site", "h": {"nodes": []}}


async def test_ceilings_are_named(reading: ReadingService, principal: Principal) -> None:
    with pytest.raises(LimitExceeded, match="1,000"):
        await reading.assets(principal, nodes(1001))
    field = ReachField(key="c", reach=AssetReach.CHILDREN, connection=nodes(1001))
    with pytest.raises(LimitExceeded, match="1,000"):
        await reading.asset(principal, "b1", AssetSelection(fields=(field,)))
    with pytest.raises(TwinError):
        await reading.assets(principal, nodes(-1))
    with pytest.raises(TwinError):
        await reading.asset(principal, "x" * 10_000, IDS)


async def test_who_may_not_read(reading: ReadingService, principal: Principal) -> None:
    writer = Principal(name="writer", tenant=principal.tenant, scopes=frozenset({Scope.WRITE}))
    with pytest.raises(Forbidden):
        await reading.asset(writer, "b1", IDS)


async def test_another_tenant_sees_nothing_of_this_one(
    database: Database, reading: ReadingService, ontology: Ontology, tenant: Tenant
) -> None:
    other = operator(cast("Tenant", f"{tenant[:24]}other"))
    await plant(database, other.tenant, ontology, [Planted(id="b1", type="Building", name="Theirs")])
    name = AssetSelection(fields=(ValueField(key="name", value=AssetValue.NAME),))
    reaches = AssetSelection(
        fields=(
            ListField(key="parents", list=AssetList.PARENTS, of=IDS),
            ReachField(key="descendants", reach=AssetReach.DESCENDANTS, connection=nodes()),
            HistoryField(key="history", connection=ChangeConnectionSelection(nodes=ChangeSelection())),
        )
    )
    assert (await reading.asset(other, "b1", name) or {})["name"] == "Theirs"
    row: Any = await reading.asset(other, "b1", reaches)
    assert (row["parents"], row["descendants"]["nodes"], row["history"]["nodes"]) == ([], [], [])
    listed: Any = await reading.assets(other, nodes())
    assert [node["id"] for node in listed["nodes"]] == ["b1"]
    assert listed["totalCount"] == 1
    assert await reading.search(other, "room", IDS) == []
    assert [row.count for row in await reading.aggregate(other)] == [1]
    assert await reading.asset_by_external_id(other, IDS, system="cmms", external_id="77") is None
    assert await reading.revision(other) == 0
    assert sum((await reading.relationship_counts(other)).values()) == 0


async def test_a_whole_tree_is_one_statement(server: Server, ontology: Ontology, principal: Principal) -> None:
    names: list[str] = []

    def observe(name: str, seconds: float) -> None:
        names.append(name)

    observed = connect(server.uri, user=server.user, password=server.password, observe=observe)
    selection = IDS
    for _ in range(3):
        connection = ConnectionSelection(nodes=selection, want_total=True)
        field = ReachField(key="children", reach=AssetReach.CHILDREN, connection=connection)
        selection = AssetSelection(fields=(*IDS.fields, field))
    row: Any = await ReadingService(observed, lambda: ontology).asset(principal, "site", selection)
    await observed.close()
    assert names == ["asset"]
    rooms = row["children"]["nodes"][0]["children"]["nodes"]
    assert [(room["id"], named(room, "children")) for room in rooms] == [("r1", [UPS]), ("r2", [UPS])]
