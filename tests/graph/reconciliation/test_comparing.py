"""What differs, and what doesn't though it is spelled in another way."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from graph.changes.images import Link
from graph.errors import NotFound, UnknownType
from graph.reconciliation import Difference, Extent, Group, Kind, Question, Tolerance, service
from graph.reconciliation.comparing import NOT_SHOWN
from graph.reconciliation.errors import ReconcileUnsettled
from graph.reconciliation.register import Register
from tests.graph.reconciliation.conftest import Comparing, asset, given, link
from tests.graph.reconciliation.fake import Asset, FakeTwin


def kinds(differences: list[Difference]) -> list[tuple[str, str]]:
    return [(each.kind.value, each.asset) for each in differences]


@pytest.fixture
def one_pump(twin: FakeTwin) -> FakeTwin:
    twin.assets["P"] = Asset("Pump", "Pump", {"ratedFlow": 12.5, "stages": 2, "counted": 1})
    return twin


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        ({"ratedFlow": 12.5}, []),
        ({"ratedFlow": {"value": 45, "unit": "m**3/h"}}, []),
        ({"ratedFlow": 12.5 * (1 + 1e-10)}, []),
        ({"ratedFlow": 12.6}, [("ratedFlow", 12.6, 12.5)]),
        ({"ratedFlow": None}, [("ratedFlow", None, 12.5)]),
        ({"stages": 3, "ratedFlow": 1}, [("ratedFlow", 1.0, 12.5), ("stages", 3, 2)]),
        ({"owner": "CMMS"}, [("owner", "CMMS", None)]),
        ({"counted": 5}, []),
    ],
)
def test_properties_are_compared_in_the_stored_unit(
    one_pump: FakeTwin, compare: Comparing, said: dict[str, Any], differs: list[tuple[str, object, object]]
) -> None:
    found = compare(asset("P", properties=said))
    assert [(each.property, each.source, each.twin) for each in found] == differs
    assert {each.kind for each in found} <= {Kind.PROPERTY}
    assert one_pump.assets.keys() == {"P"}


@pytest.mark.parametrize(
    ("tolerance", "count"),
    [
        (Tolerance(), 1),
        (Tolerance(relative=0.1), 0),
        (Tolerance(absolute={"ratedFlow": 0.5}), 0),
        (Tolerance(absolute={"ratedFlow": 0.4}), 1),
    ],
)
def test_numbers_may_be_apart_as_far_as_is_said(
    one_pump: FakeTwin, compare: Comparing, tolerance: Tolerance, count: int
) -> None:
    found = compare(asset("P", properties={"ratedFlow": 13.0}), question=Question(tolerance=tolerance))
    assert len(found) == count


def test_whole_numbers_are_exact_unless_their_property_is_named(one_pump: FakeTwin, compare: Comparing) -> None:
    line = asset("P", properties={"stages": 3})
    assert compare(line, question=Question(tolerance=Tolerance(relative=0.9)))
    assert not compare(line, question=Question(tolerance=Tolerance(absolute={"stages": 1})))


def test_composites_are_compared_part_by_part(twin: FakeTwin, compare: Comparing) -> None:
    said = {
        "tags": {"a": 1.0, "b": 2.5},
        "grades": [1.0, 2.0],
        "place": {"longitude": 8.5, "latitude": 47.0},
        "price": "12.50",
    }
    stores = twin.rules.assets["Pump"].values.stores
    twin.assets["P"] = Asset("Pump", "P", {name: stores[name](value) for name, value in said.items()})
    near = {**said, "tags": {"b": 2.5, "a": 1.0 + 1e-12}, "grades": [1.0, 2.0 - 1e-12], "price": 12.5}
    assert compare(asset("P", properties=near)) == []
    far = {**said, "tags": {"a": 1.0}, "grades": [1.0], "price": "12.51", "place": {"longitude": 8.6, "latitude": 47.0}}
    assert [each.property for each in compare(asset("P", properties=far))] == ["grades", "place", "price", "tags"]


def test_what_the_source_leaves_out_stays_unless_it_is_exact(one_pump: FakeTwin, compare: Comparing) -> None:
    one_pump.assets["P"].externals = [["CMMS", "1"]]
    assert compare(asset("P")) == []
    exact = compare(asset("P"), question=Question(exact=True))
    assert [(each.kind, each.property) for each in exact] == [
        (Kind.PROPERTY, "ratedFlow"),
        (Kind.PROPERTY, "stages"),
        (Kind.EXTERNAL_IDS, None),
    ]
    assert len(compare(asset("P", replace=True))) == 3


def test_names_types_and_ids_elsewhere(one_pump: FakeTwin, compare: Comparing) -> None:
    said = asset("P", name="Feed pump", externalIds=[{"system": "CMMS", "id": "88"}], sourceOf=["PIPE"])
    assert [each.kind for each in compare(said)] == [Kind.NAME, Kind.EXTERNAL_IDS, Kind.SOURCE_OF]
    (other,) = compare(asset("P", "Board", name="Feed pump"))
    assert (other.kind, other.source, other.twin) == (Kind.TYPE, "Board", "Pump")


def test_a_sensitive_value_is_not_shown(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets["P"] = Asset("Pump", "P", {"secret": "old"})
    (found,) = compare(asset("P", properties={"secret": "new"}))
    assert (found.source, found.twin) == (NOT_SHOWN, NOT_SHOWN)


def test_missing_and_extra(one_pump: FakeTwin, compare: Comparing) -> None:
    report = compare.report(asset("Q"), asset("R", "Board", properties={"owner": "CMMS"}))
    assert (report.count(Group.MISSING), report.count(Group.EXTRA), report.same) == (2, 1, False)
    assert report.by_owner() == {"CMMS": 1}
    assert compare.report(asset("P")).same


def test_a_source_without_relationships_says_nothing_of_them(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {"A": Asset("Board", "A"), "B": Asset("Board", "B")}
    twin.links[Link("POWERS", "A", "B", "")] = {}
    both = (asset("A", "Board"), asset("B", "Board"))
    assert compare(*both) == []
    assert kinds(compare(*both, link("POWERS", "B", "A"))) == [
        ("RELATIONSHIP_MISSING", "B"),
        ("RELATIONSHIP_EXTRA", "A"),
    ]


def test_a_source_of_relationships_alone_says_nothing_of_assets(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {"A": Asset("Board", "A"), "B": Asset("Board", "B")}
    assert kinds(compare(link("POWERS", "A", "B"))) == [("RELATIONSHIP_MISSING", "A")]
    assert kinds(compare(link("POWERS", "A", "NOBODY"))) == [("RELATIONSHIP_MISSING", "A")]
    assert kinds(compare(link("POWERS", "NOBODY", "A"))) == [("RELATIONSHIP_MISSING", "NOBODY")]


def test_supplies_by_what_they_mean(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {"A": Asset("Board", "A"), "B": Asset("Board", "B")}
    twin.links[Link("POWERS", "A", "B", "")] = {"group": "feed", "note": "old"}
    both = (asset("A", "Board"), asset("B", "Board"))
    same = link("POWERS", "A", "B", properties={"needs": 1, "group": "feed", "delay": "PT0S"})
    assert compare(*both, same) == []
    other = link("POWERS", "A", "B", properties={"needs": 2, "note": "new"})
    assert [(each.kind, each.property) for each in compare(*both, other)] == [
        (Kind.RELATIONSHIP_PROPERTY, "note"),
        (Kind.SUPPLY_PROPERTY, "needs"),
    ]


def test_symmetric_relationships_either_way(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {"A": Asset("Board", "A"), "B": Asset("Board", "B")}
    twin.links[Link("PIPE", "A", "B", "")] = {}
    assert compare(asset("A", "Board"), asset("B", "Board"), link("PIPE", "B", "A")) == []


def hall(twin: FakeTwin) -> None:
    twin.assets |= {
        "S": Asset("Site", "S"),
        "R1": Asset("Room", "R1"),
        "R2": Asset("Room", "R2"),
        "P": Asset("Pump", "P"),
    }
    for parent, child in (("S", "R1"), ("S", "R2"), ("R1", "P")):
        twin.links[Link("CONTAINS", parent, child, "")] = {}


SPACES = (asset("S", "Site"), asset("R1", "Room", parents=["S"]), asset("R2", "Room", parents=["S"]))


def test_places_by_parents(twin: FakeTwin, compare: Comparing) -> None:
    hall(twin)
    assert compare(*SPACES, asset("P", parents=["R1"])) == []
    assert compare(*SPACES, asset("P")) == []
    (moved,) = compare(*SPACES, asset("P", parents=["R2"]))
    assert (moved.kind, moved.asset, moved.source, moved.twin) == (Kind.CONTAINMENT, "P", ["R2"], ["R1"])


def test_places_by_lines(twin: FakeTwin, compare: Comparing) -> None:
    hall(twin)
    bare = (asset("S", "Site"), asset("R1", "Room"), asset("R2", "Room"), asset("P"))
    rooms = (link("CONTAINS", "S", "R1"), link("CONTAINS", "S", "R2"))
    assert compare(*bare, *rooms, link("CONTAINS", "R1", "P")) == []
    (moved,) = compare(*bare, *rooms, link("CONTAINS", "R2", "P"))
    assert (moved.kind, moved.asset) == (Kind.CONTAINMENT, "P")
    assert kinds(compare(*bare, *rooms)) == [("RELATIONSHIP_EXTRA", "P")]
    assert kinds(compare(*bare, *rooms, asset("Q"), link("CONTAINS", "R1", "P"), link("CONTAINS", "R1", "Q"))) == [
        ("ASSET_MISSING", "Q"),
        ("RELATIONSHIP_MISSING", "Q"),
    ]


def test_within_an_asset(twin: FakeTwin, compare: Comparing) -> None:
    hall(twin)
    twin.assets["Q"] = Asset("Pump", "Q")
    twin.links[Link("CONTAINS", "R2", "Q", "")] = {}
    within = Question(extent=Extent(within="R1"))
    assert compare(asset("R1", "Room", parents=["elsewhere"]), asset("P"), question=within) == []
    assert kinds(compare(asset("R1", "Room"), question=within)) == [("ASSET_EXTRA", "P")]
    found = compare(asset("P"), asset("N", parents=["R1"]), asset("M", parents=["R2"]), question=within)
    assert kinds(found) == [("ASSET_MISSING", "N"), ("ASSET_EXTRA", "R1")]
    with pytest.raises(NotFound):
        compare(asset("P"), question=Question(extent=Extent(within="nowhere")))


def test_only_some_types(twin: FakeTwin, compare: Comparing) -> None:
    hall(twin)
    twin.assets["B"] = Asset("Board", "B")
    twin.links[Link("POWERS", "B", "P", "")] = {}
    pumps = Question(extent=Extent(types=("Pump",)))
    assert compare(asset("P"), asset("Z", "Board"), link("POWERS", "B", "X"), question=pumps) == []
    assert kinds(compare(asset("Q"), question=pumps)) == [("ASSET_MISSING", "Q"), ("ASSET_EXTRA", "P")]
    supplies = Question(extent=Extent(types=("POWERS",)))
    assert kinds(compare(link("POWERS", "P", "B"), question=supplies)) == [
        ("RELATIONSHIP_MISSING", "P"),
        ("RELATIONSHIP_EXTRA", "B"),
    ]
    with pytest.raises(UnknownType):
        compare(asset("P"), question=Question(extent=Extent(types=("Pmp",))))


def test_only_what_the_source_is_master_of(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {
        "A": Asset("Pump", "A", externals=[["CMMS", "1"]]),
        "B": Asset("Pump", "B", {"owner": "CMMS"}),
        "C": Asset("Pump", "C", {"owner": "BMS"}),
        "D": Asset("Pump", "D"),
    }
    mine = Question(extent=Extent(owned_by="CMMS"))
    assert kinds(compare(asset("X"), question=mine)) == [
        ("ASSET_MISSING", "X"),
        ("ASSET_EXTRA", "A"),
        ("ASSET_EXTRA", "B"),
    ]
    report = compare.report(asset("A"), asset("B"), asset("C", name="Other"), question=mine)
    assert report.same
    assert report.seen.unowned == 1
    claimed = asset("C", name="Other", externalIds=[{"system": "CMMS", "id": "3"}])
    assert kinds(compare(asset("A"), asset("B"), claimed, question=mine)) == [("NAME", "C"), ("EXTERNAL_IDS", "C")]


def test_faulty_lines_are_told_and_make_nothing_extra(one_pump: FakeTwin, compare: Comparing) -> None:
    report = compare.report(asset("P", properties={"ratedFlow": "fast"}), asset("Q", "Pmp"))
    assert (report.refused, report.count(), report.same) == (2, 0, False)
    assert [problem.code for _, problem in report.problems] == ["VALUE_INVALID", "UNKNOWN_TYPE"]
    assert compare.report(asset("P"), asset("P", name="again")).refused == 1


def test_what_is_written_meanwhile_counts(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {"A": Asset("Pump", "A"), "B": Asset("Pump", "B")}

    def meddle() -> None:
        twin.assets["A"].name = "New"
        twin.touch("A")
        del twin.assets["B"]
        twin.touch("B")
        twin.assets["C"] = Asset("Pump", "C")
        twin.touch("C")

    twin.meddling = meddle
    compared, found, _ = compare.all([asset("A", name="New"), asset("B")])
    assert kinds(found) == [("ASSET_MISSING", "B"), ("ASSET_EXTRA", "C")]
    assert compared.report.revision == 3
    assert compared.report.seen.assets == 2


def test_relationships_written_meanwhile_count(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {"A": Asset("Board", "A"), "B": Asset("Board", "B")}
    twin.meddling = lambda: twin.relate(Link("POWERS", "A", "B", ""))
    both = (asset("A", "Board"), asset("B", "Board"))
    assert compare(*both, link("POWERS", "A", "B")) == []
    twin.meddling = lambda: twin.relate(Link("POWERS", "B", "A", ""))
    assert kinds(compare(*both, link("POWERS", "A", "B"))) == [("RELATIONSHIP_EXTRA", "B")]


def test_a_hierarchy_that_moves_while_a_part_of_it_is_compared_is_told(twin: FakeTwin, compare: Comparing) -> None:
    hall(twin)
    twin.meddling = lambda: twin.relate(Link("CONTAINS", "S", "P", ""))
    with pytest.raises(ReconcileUnsettled):
        compare(*SPACES, question=Question(extent=Extent(within="S")))
    assert compare(*SPACES, asset("P", parents=["S", "R1"]), question=Question(extent=Extent(within="S"))) == []


def test_the_event_loop_does_no_sql(twin: FakeTwin, compare: Comparing, monkeypatch: pytest.MonkeyPatch) -> None:
    twin.assets |= {"R": Asset("Room", "R"), "P": Asset("Pump", "P"), "Q": Asset("Pump", "Q")}
    twin.links[Link("CONTAINS", "R", "P", "")] = {}
    done: list[tuple[str, int]] = []

    class Traced(Register):
        def __init__(self, folder: Path) -> None:
            super().__init__(folder)
            self.database.set_trace_callback(lambda sql: done.append((sql, threading.get_ident())))

    monkeypatch.setattr(service, "Register", Traced)
    lines = [asset("R", "Room"), asset("P", name="other"), link("CONTAINS", "R", "Q"), link("POWERS", "P", "Q")]
    for question in (Question(), Question(extent=Extent(within="R"))):
        twin.meddling = lambda: twin.touch("P")
        report = asyncio.run(compare.of(given(lines).source, question))
        assert report.count() > 0
    assert len(done) > 10
    assert [sql for sql, thread in done if thread == threading.get_ident()] == []
