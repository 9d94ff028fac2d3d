"""Loads into a real database: what they write, what they leave, and what they are judged by besides the file."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest

from graph import bulk
from graph.access import Principal, Scope
from graph.bulk import BulkInputBroken, BulkRefused
from graph.bulk.records import Status
from graph.errors import Forbidden
from graph.identity import Tenant, parse_tenant
from graph.ontology.model import Json
from tests.graph.bulk.conftest import Line, Loading, asset, link

SITE = asset("site", "Site", name="Site")
SMALL: tuple[Line, ...] = (
    link("POWERS", "grid", "ups", key="main", properties={"delay": "PT15M"}),
    asset("grid", "GridFeed", name="Grid", parents=["room"]),
    asset("ups", "Ups", name="UPS", parents=["room"], properties={"apparentPower": {"value": 1, "unit": "MVA"}}),
    asset("room", "Room", name="Room", parents=["site"], externalIds=[{"system": "BIM", "id": "1"}]),
    SITE,
)


def server(name: str, **properties: Json) -> Line:
    return asset(name, "Server", name=name, properties={**properties})


async def test_a_load_says_what_it_did(loading: Loading) -> None:
    report = await loading.load(*SMALL)
    assert report == bulk.LoadReport(lines=5, refused=0, assets_created=4, relationships_created=4, revision=2)


async def test_a_second_load_changes_nothing(loading: Loading) -> None:
    await loading.load(*SMALL)
    before = await loading.export()
    assert await loading.load(*SMALL) == bulk.LoadReport(lines=5, refused=0, revision=2)
    assert await loading.export() == before


async def test_what_is_exported_is_what_was_loaded(loading: Loading) -> None:
    await loading.load(*SMALL)
    lines = [orjson.loads(line) for line in (await loading.export()).splitlines()]
    assert [line["id"] for line in lines[:4]] == ["grid", "room", "site", "ups"]
    assert lines[3]["properties"]["apparentPower"] == 1000
    assert lines[1]["externalIds"] == [{"system": "BIM", "id": "1"}]
    assert lines[4:] == [
        link("POWERS", "grid", "ups", key="main", properties={"delay": "PT15M"}),
        link("CONTAINS", "room", "grid"),
        link("CONTAINS", "room", "ups"),
        link("CONTAINS", "site", "room"),
    ]


async def test_every_door_of_an_id_holds_strange_ones(loading: Loading) -> None:
    names = ["http://x.org/a#b?c=d", "a/b\\c", "'\"`;--", "🏭 Werk 7", "$tenant", "x" * 512]
    await loading.load(*(server(name) for name in names), *(link("LINKS", "$tenant", name, key=name) for name in names))
    exported = await loading.export()
    assert {orjson.loads(line)["id"] for line in exported.splitlines()[: len(names)]} == set(names)
    assert await loading.load(*map(bytes, exported.splitlines())) == bulk.LoadReport(
        lines=2 * len(names), refused=0, revision=2
    )


async def test_refused_lines_are_left_out_and_told(loading: Loading, tmp_path: Path) -> None:
    file = loading.file(SITE, b"nonsense", asset("b", "Building", parents=["nowhere"]), server("s", hostname="A B"))
    path = tmp_path / "refused.ndjson"
    path.write_text("of an earlier load")
    with bulk.opened(file) as source, bulk.Refusals(path) as refusals:
        report = await loading.loader.load(_operator(loading.tenant), source, refusals=refusals)
    told = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    assert (report.refused, report.assets_created) == (3, 1)
    assert [(each["line"], each["problems"][0]["code"]) for each in told] == [
        (2, "LINE_INVALID"),
        (4, "VALUE_INVALID"),
        (3, "UNKNOWN_ASSET"),
    ]
    assert told[0]["input"] == "nonsense"
    assert told[1]["problems"][0]["place"] == "properties.hostname"
    assert all(each["problems"][0]["message"] for each in told)
    (record,) = await loading.recent()
    assert (record.status, record.lines, record.refused) == (Status.COMPLETE, 4, 3)


async def test_a_load_without_refusals_leaves_no_file(loading: Loading, tmp_path: Path) -> None:
    path = tmp_path / "refused.ndjson"
    path.write_text("of an earlier load")
    with bulk.opened(loading.file(SITE)) as source, bulk.Refusals(path) as refusals:
        await loading.loader.load(_operator(loading.tenant), source, refusals=refusals)
    assert not path.exists()


async def test_a_strict_load_loads_nothing_unless_all_is_right(loading: Loading) -> None:
    with pytest.raises(BulkRefused, match="1 of 2 lines"):
        await loading.load(SITE, link("CONTAINS", "site", "nowhere"), strict=True)
    assert await loading.export() == b""
    assert await loading.recent() == ()
    assert (await loading.load(SITE, strict=True)).assets_created == 1


async def test_a_dry_run_judges_and_writes_nothing(loading: Loading) -> None:
    assert await loading.load(SITE, b"{", dry_run=True) == bulk.LoadReport(lines=2, refused=1)
    assert await loading.export() == b""
    assert await loading.recent() == ()


async def test_a_packed_file_that_ends_early_writes_nothing(loading: Loading) -> None:
    path = loading.folder / "cut.gz"
    path.write_bytes(gzip.compress(loading.file(*(server(f"s{n}") for n in range(3_000))).read_bytes())[:-100])
    with pytest.raises(BulkInputBroken):
        await loading.load_file(path)
    assert await loading.export() == b""


async def test_an_empty_file_is_a_load_of_nothing(loading: Loading) -> None:
    path = loading.folder / "empty"
    path.write_bytes(b"")
    report, _ = await loading.load_file(path)
    assert report == bulk.LoadReport(lines=0, refused=0)


async def test_readers_may_not_load(loading: Loading) -> None:
    principal = Principal(tenant=loading.tenant, name="reader", scopes=frozenset({Scope.READ}))
    with bulk.opened(loading.file(SITE)) as source, pytest.raises(Forbidden):
        await loading.loader.load(principal, source, refusals=bulk.Refusals(None))


async def test_two_tenants_load_the_same_file_and_never_meet(loading: Loading) -> None:
    other = loading.of(parse_tenant(f"{loading.tenant}b"))
    await loading.load(*SMALL, server("s", serialNumber="1"))
    report = await other.load(*SMALL, server("s", serialNumber="1"))
    assert (report.refused, report.assets_created) == (0, 5)
    before = await loading.export()
    await other.load(asset("site", "Site", name="Elsewhere"))
    assert await loading.export() == before
    assert len(await loading.recent()) == 1


# ---- together with what is stored ------------------------------------------------------------------------------------


async def test_ends_may_exist_in_the_database_alone(loading: Loading) -> None:
    await loading.load(*SMALL)
    report = await loading.load(
        asset("pdu", "Pdu", parents=["room"]), link("POWERS", "ups", "pdu"), link("POWERS", "grid", "ups", key="b")
    )
    assert (report.refused, report.assets_created, report.relationships_created) == (0, 1, 3)


async def test_lines_may_leave_out_what_is_stored(loading: Loading) -> None:
    await loading.load(*SMALL)
    assert (await loading.load(asset("ups", "Ups", name="New name"))).assets_updated == 1
    assert await loading.refused(asset("ups", "Ups", properties={"apparentPower": None})) == {1: ["REQUIRED_MISSING"]}
    assert await loading.refused(asset("ups", "Ups", replace=True)) == {1: ["REQUIRED_MISSING"]}


async def test_an_asset_keeps_its_type(loading: Loading) -> None:
    await loading.load(*SMALL)
    found = await loading.refused(
        asset("room", "Floor", properties={"storey": 1}), asset("rack", "Rack", parents=["room"])
    )
    assert found == {1: ["TYPE_FIXED"]}


async def test_a_cycle_through_what_is_stored(loading: Loading) -> None:
    rooms = [asset(f"r{n}", "Room", parents=[f"r{n - 1}"] if n else []) for n in range(5)]
    await loading.load(*rooms)
    assert await loading.refused(asset("r0", "Room", parents=["r4"])) == {1: ["CONTAINMENT_CYCLE"]}
    assert await loading.refused(asset("x", "Room", parents=["r4"]), link("CONTAINS", "x", "r0")) == {
        1: ["CONTAINMENT_CYCLE"],
        2: ["CONTAINMENT_CYCLE"],
    }
    assert await loading.refused(asset("r0", "Room", parents=["r4"]), asset("r3", "Room", parents=[])) == {}


async def test_parents_move_an_asset(loading: Loading) -> None:
    await loading.load(*SMALL, asset("other", "Room", parents=["site"]))
    report = await loading.load(asset("ups", "Ups", parents=["other"]))
    assert (report.refused, report.relationships_created) == (0, 1)
    contains = [line for line in (await loading.export()).splitlines() if b'"CONTAINS"' in line and b'"ups"' in line]
    assert [orjson.loads(line)["from"] for line in contains] == ["other"]


async def test_a_maximum_counts_what_is_stored(loading: Loading) -> None:
    await loading.load(*SMALL, asset("other", "Room", parents=["site"]))
    assert await loading.refused(link("CONTAINS", "other", "ups")) == {1: ["MULTIPLICITY"]}


async def test_a_minimum_may_be_met_by_what_is_stored(loading: Loading) -> None:
    await loading.load(server("s"), asset("c", "Cluster"), link("HAS_MEMBER", "c", "s"))
    assert await loading.refused(asset("c", "Cluster", name="Renamed")) == {}
    assert await loading.refused(asset("d", "Cluster")) == {1: ["MULTIPLICITY"]}


async def test_members_of_a_group_agree_with_stored_ones(loading: Loading) -> None:
    terms: dict[str, Json] = {"group": "g", "needs": 2}
    await loading.load(
        *(server(name) for name in "abcd"), asset("k", "Cluster"), link("HAS_MEMBER", "k", "a", properties=terms)
    )
    assert await loading.refused(link("HAS_MEMBER", "k", "b", properties={"group": "g"})) == {1: ["GROUP_DISAGREES"]}
    assert await loading.refused(link("HAS_MEMBER", "k", "b", properties=terms)) == {}
    changed = [link("HAS_MEMBER", "k", name, properties={"group": "g", "needs": 1}) for name in "abc"]
    assert await loading.refused(changed[0]) == {1: ["GROUP_DISAGREES"]}
    assert await loading.refused(*changed) == {}
    assert await loading.refused(link("HAS_MEMBER", "k", "c", properties={"needs": None})) == {}


async def test_unique_values_against_the_database(loading: Loading) -> None:
    await loading.load(server("a", serialNumber="1"), server("b", serialNumber="2"), server("c"))
    assert await loading.refused(server("c", serialNumber="1")) == {1: ["NOT_UNIQUE"]}
    assert await loading.refused(server("a", serialNumber="2"), server("b", serialNumber="1")) == {}
    assert await loading.refused(server("a", serialNumber=None), server("c", serialNumber="2")) == {}
    named: list[Json] = [{"system": "S", "id": "1"}]
    assert await loading.refused(asset("a", "Server", externalIds=named)) == {}
    assert await loading.refused(asset("b", "Server", externalIds=named)) == {1: ["NOT_UNIQUE"]}
    assert await loading.refused(asset("a", "Server", externalIds=[]), asset("b", "Server", externalIds=named)) == {}


async def test_a_refused_line_gives_nothing_up(loading: Loading) -> None:
    await loading.load(server("a", serialNumber="1"), server("b", serialNumber="2"), server("c"))
    found = await loading.refused(
        server("a", serialNumber="3", hostname="h"),
        asset("b", "Router", properties={"serialNumber": "4"}),
        server("c", serialNumber="2"),
        link("LINKS", "b", "c"),
    )
    assert found == {2: ["TYPE_FIXED"], 3: ["NOT_UNIQUE"]}


def _operator(tenant: Tenant) -> Principal:
    return Principal(tenant=tenant, name="tester", scopes=frozenset(Scope))
