"""What a load must keep as a whole, judged on its own (what the database holds is judged in test_loading)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.bulk.whole.containment import unpeelable
from graph.ontology.model import Json
from tests.graph.bulk.conftest import Line, asset, link

Judge = Callable[..., dict[int, list[str]]]
FLOW = {"ratedFlow": 1}


def pump(name: str, **properties: Json) -> dict[str, Json]:
    return asset(name, "Pump", properties={**FLOW, **properties})


def test_right_lines_in_any_order_are_not_refused(judged: Judge) -> None:
    assert not judged(
        link("PIPE", "p", "q"),
        asset("p", "Pump", properties=FLOW, parents=["room"]),
        pump("q"),
        asset("room", "Room", parents=["site"]),
        asset("site", "Site"),
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (asset("a", "Pmup"), "UNKNOWN_TYPE"),
        (asset("a", "Thing"), "TYPE_ABSTRACT"),
        (asset("a", "Board", properties={"wieght": 1}), "UNKNOWN_PROPERTY"),
        (asset("a", "Board", properties={"weight": {"value": 1, "unit": "furlongs"}}), "UNIT_INVALID"),
        (asset("a", "Board", properties={"weight": {"value": 1, "unit": "m"}}), "UNIT_INVALID"),
        (asset("a", "Board", properties={"weight": -1}), "VALUE_INVALID"),
        (asset("a", "Board", properties={"weight": "heavy"}), "VALUE_INVALID"),
        (b'{"kind":"asset","id":"a","type":"Board","properties":{"weight":NaN}}', "VALUE_INVALID"),
        (b'{"kind":"asset","id":"a","type":"Board","properties":{"weight":Infinity}}', "VALUE_INVALID"),
        (b'{"kind":"asset","id":"a","type":"Board","properties":{"weight":1e999}}', "VALUE_INVALID"),
        (asset("a", "Pump", properties={"ratedFlow": 1, "stages": 10**30}), "VALUE_INVALID"),
        (asset("a", "Pump", properties={"ratedFlow": 1, "stages": 10}), "VALUE_INVALID"),
        (asset("a", "Pump"), "REQUIRED_MISSING"),
        (asset("a", "Pump", properties={"ratedFlow": None}), "REQUIRED_MISSING"),
        (asset("", "Board"), "ID_INVALID"),
        (asset(" a", "Board"), "ID_INVALID"),
        (asset("a\t", "Board"), "ID_INVALID"),
        (asset("a\nb", "Board"), "ID_INVALID"),
        (asset("a\x00b", "Board"), "ID_INVALID"),
        (asset("é" * 5000, "Board"), "ID_INVALID"),
        (asset("a", "Board", parents=["nowhere"]), "UNKNOWN_ASSET"),
        (link("PIPE", "none", "nowhere"), "UNKNOWN_ASSET"),
        (link("PIEP", "a", "b"), "UNKNOWN_TYPE"),
        (b"{", "LINE_INVALID"),
        (b" " + b"x" * 5_000_000, "LIMIT_EXCEEDED"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_faulty_line_is_refused_and_the_rest_is_not(judged: Judge, line: Line, code: str) -> None:
    found = judged(asset("before", "Site"), line, asset("after", "Site"))
    assert found.keys() == {2}
    assert set(found[2]) == {code}


@pytest.mark.parametrize(
    "name", ["http://x.org/a#b?c=d&e", "a/b\\c", "'\"`;--", "🏭 Werk 7", "a" * 512, "{}", "$tenant"]
)
def test_ids_of_all_kinds_are_right(judged: Judge, name: str) -> None:
    assert not judged(asset(name, "Board"), asset("p", "Panel", parents=[name]), link("PIPE", name, "p"))


def test_a_second_line_for_one_asset_or_relationship_is_refused(judged: Judge) -> None:
    found = judged(
        asset("a", "Board"),
        asset("b", "Board"),
        asset("a", "Board", name="Other"),
        link("PIPE", "a", "b"),
        link("PIPE", "a", "b", key="spare"),
        link("PIPE", "a", "b", properties={"loss": 0.5}),
        link("TWINS", "a", "b"),
        link("TWINS", "b", "a"),
    )
    assert found == {3: ["LINE_REPEATED"], 6: ["LINE_REPEATED"], 8: ["LINE_REPEATED"]}


def test_a_repetition_far_away_is_found(judged: Judge) -> None:
    lines = [asset(f"a{number}", "Board") for number in range(5_100)]
    assert judged(*lines, asset("a0", "Board")) == {5_101: ["LINE_REPEATED"]}


def test_what_leans_on_a_refused_line_is_refused(judged: Judge) -> None:
    found = judged(
        asset("a", "Pump"), asset("b", "Board"), link("PIPE", "a", "b"), asset("room", "Room", parents=["a"])
    )
    assert found[1] == ["REQUIRED_MISSING"]
    assert found[3] == ["UNKNOWN_ASSET"]
    assert 4 in found


def test_ends_of_the_wrong_type_are_refused(judged: Judge) -> None:
    found = judged(asset("room", "Room"), asset("b", "Board"), link("PIPE", "room", "b"), link("CONTAINS", "b", "room"))
    assert found == {3: ["ENDS_INVALID"], 4: ["ENDS_INVALID"]}


def test_parents_that_fit_two_types_are_refused(judged: Judge) -> None:
    assert judged(asset("a", "Board"), asset("b", "Board", parents=["a"])) == {2: ["ENDS_INVALID"]}


def test_a_containment_beside_other_parents_is_refused(judged: Judge) -> None:
    found = judged(
        asset("one", "Room"),
        asset("two", "Room"),
        asset("b", "Board", parents=["one"]),
        link("CONTAINS", "one", "b"),
        link("CONTAINS", "two", "b"),
    )
    assert found == {5: ["AMBIGUOUS"]}


def test_required_properties_of_relationships(judged: Judge) -> None:
    found = judged(
        asset("a", "Board"),
        asset("b", "Board"),
        link("TAGGED", "a", "b"),
        link("TAGGED", "b", "a", properties={"label": None}),
        link("TAGGED", "a", "b", key="k", properties={"label": "x"}),
    )
    assert found.keys() == {3, 4}
    assert found[3] == ["REQUIRED_MISSING"]


def test_cycles_are_refused_with_all_their_lines(judged: Judge) -> None:
    found = judged(
        asset("a", "Room", parents=["c"]),
        asset("b", "Room", parents=["a"]),
        asset("c", "Room"),
        link("CONTAINS", "b", "c"),
        asset("below", "Room", parents=["c"]),
        asset("above", "Room"),
        link("CONTAINS", "above", "a"),
    )
    assert found[4] == ["CONTAINMENT_CYCLE"]
    assert found.keys() >= {1, 2, 4}
    assert 6 not in found


def test_an_asset_that_contains_itself_is_refused(judged: Judge) -> None:
    assert judged(asset("a", "Room", parents=["a"])) == {1: ["CONTAINMENT_CYCLE"]}


def test_too_many_and_too_few(judged: Judge) -> None:
    panels = [asset(name, "Panel", parents=["board"]) for name in ("p", "q", "r")]
    found = judged(asset("board", "Board"), *panels, asset("lost", "Panel"))
    assert found[5] == ["MULTIPLICITY"]
    assert all("MULTIPLICITY" in found[line] for line in (2, 3, 4))


def test_a_symmetric_relationship_counts_at_both_ends(judged: Judge) -> None:
    boards = [asset(name, "Board") for name in "abc"]
    assert judged(*boards, link("TWINS", "a", "b"), link("TWINS", "b", "c")).keys() == {4, 5}
    assert not judged(*boards, link("TWINS", "a", "b"))


def test_unique_values(judged: Judge) -> None:
    found = judged(
        asset("a", "Board", properties={"serialNumber": "1"}),
        asset("b", "Panel", properties={"serialNumber": "1"}),
        asset("c", "Board", properties={"serialNumber": "2"}, externalIds=[{"system": "S", "id": "1"}]),
        asset("d", "Board", externalIds=[{"system": "S", "id": "1"}]),
        asset("e", "Board", externalIds=[{"system": "T", "id": "1"}]),
    )
    assert found[1] == found[3] == found[4] == ["NOT_UNIQUE"]
    assert 5 not in found


def test_members_of_a_group_agree(judged: Judge) -> None:
    boards = [asset(name, "Board") for name in "abcd"]
    found = judged(
        *boards,
        link("POWERS", "a", "d", properties={"group": "g", "needs": 1}),
        link("POWERS", "b", "d", properties={"group": "g", "needs": 2}),
        link("POWERS", "a", "c", properties={"group": "g"}),
        link("POWERS", "b", "c", properties={"group": "g", "needs": 1, "combine": "QUORUM", "loss": 1}),
    )
    assert found == {5: ["GROUP_DISAGREES"], 6: ["GROUP_DISAGREES"]}


def test_a_flow_has_one_group_at_both_ends(judged: Judge) -> None:
    boards = [asset(name, "Board") for name in "abc"]
    found = judged(*boards, link("PIPE", "a", "b", properties={"needs": 2}), link("PIPE", "b", "c"))
    assert found == {4: ["GROUP_DISAGREES"], 5: ["GROUP_DISAGREES"]}


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_what_can_not_be_peeled_from_above_and_below_lies_between_cycles(edges: list[tuple[int, int]]) -> None:
    parents = np.array([parent for parent, _ in edges], dtype=np.int64)
    children = np.array([child for _, child in edges], dtype=np.int64)
    reach = {(parent, child) for parent, child in edges}
    while new := {(a, d) for a, b in reach for c, d in reach if b == c} - reach:
        reach |= new
    on_cycles = {node for node in range(8) if (node, node) in reach}
    below = {child for parent, child in reach if parent in on_cycles} | on_cycles
    assert {int(node) for node in unpeelable(parents, children)} == below
