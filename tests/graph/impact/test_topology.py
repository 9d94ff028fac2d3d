"""Supplies, groups and numbers that can't be right are refused when the topology is built."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal

import pytest

from graph.errors import NotFound, ValueInvalid
from graph.impact import (
    Combine,
    Direction,
    GroupDisagrees,
    Kind,
    RelationshipId,
    Terms,
    build_topology,
    loss,
    operability,
    share,
    supplies_of,
    terms,
    thousandths,
)
from tests.graph.impact.drawing import drawn, flow, need, pipe

ID = RelationshipId(type="FEEDS", source="a", target="b", key="k")


@pytest.mark.parametrize(
    ("direction", "ends"),
    [
        (Direction.FORWARD, [("a", "b")]),
        (Direction.REVERSE, [("b", "a")]),
        (Direction.BOTH, [("a", "b"), ("b", "a")]),
        (Direction.NONE, []),
    ],
)
def test_the_direction_says_which_supplies_there_are(direction: Direction, ends: list[tuple[str, str]]) -> None:
    made = supplies_of(ID, direction=direction, kind=Kind.FLOW, terms=Terms())
    assert [(each.provider, each.dependant) for each in made] == ends
    assert all(each.relationship == ID for each in made)


def test_an_asset_tied_to_itself_has_one_supply() -> None:
    loop = RelationshipId(type="FEEDS", source="a", target="a")
    assert len(supplies_of(loop, direction=Direction.BOTH, kind=Kind.FLOW, terms=Terms())) == 1


def test_unset_properties_are_the_defaults() -> None:
    assert terms() == Terms()
    assert Terms().of_group == (1000, Combine.QUORUM, 1_000_000)


def test_members_that_disagree_are_refused_naming_both() -> None:
    with pytest.raises(GroupDisagrees) as refusal:
        drawn(need("app", "a", group="g", needs=2), need("app", "b", group="g"))
    assert "NEEDS a -> app" in refusal.value.message
    assert "NEEDS b -> app" in refusal.value.message
    assert refusal.value.expected == "needs 2, combine QUORUM, loss 1"
    assert refusal.value.actual == "needs 1, combine QUORUM, loss 1"


@pytest.mark.parametrize("other", [{"loss_share": 0.5}, {"combine": "CAPACITY"}, {"needs": 2}])
def test_needs_combine_and_loss_belong_to_the_group(other: dict[str, float]) -> None:
    made = supplies_of(
        RelationshipId(type="NEEDS", source="b", target="app"),
        direction=Direction.FORWARD,
        kind=Kind.REQUIREMENT,
        terms=_terms(other),
    )
    with pytest.raises(GroupDisagrees):
        drawn(need("app", "a", group="g"), made)


def _terms(of: dict[str, float]) -> Terms:
    return terms(
        group="g",
        needs=of.get("needs"),
        combine=str(of["combine"]) if "combine" in of else None,
        loss_share=of.get("loss_share"),
    )


def test_capacity_delay_and_open_belong_to_the_supply() -> None:
    topology = drawn(
        need("app", "a", group="g", capacity=2, delay=timedelta(hours=1)), need("app", "b", group="g", open=True)
    )
    assert len(topology.groups) == 1


def test_both_directions_of_a_relationship_may_meet_different_groups() -> None:
    with pytest.raises(GroupDisagrees):
        drawn(pipe("a", "b", needs=2), flow("PIPE", "c", "a"))


def test_capacity_in_flow_is_refused() -> None:
    with pytest.raises(ValueInvalid, match="CAPACITY would feed itself"):
        drawn(flow("POWER", "a", "b", combine="CAPACITY"))


def test_a_quorum_counts_whole_members() -> None:
    with pytest.raises(ValueInvalid, match="whole number"):
        drawn(need("app", "a", needs=1.5))


def test_ends_must_be_assets() -> None:
    with pytest.raises(NotFound, match="No asset b"):
        build_topology({"a": frozenset()}, flow("POWER", "a", "b"))


def test_a_supply_twice_is_refused() -> None:
    with pytest.raises(ValueInvalid, match="once"):
        drawn(need("app", "a"), need("app", "a"))


@pytest.mark.parametrize("made", [Terms(loss=0), Terms(loss=1_000_001), Terms(needs=-1000), Terms(capacity=-1)])
def test_terms_out_of_range_are_refused_even_if_made_by_hand(made: Terms) -> None:
    with pytest.raises(ValueInvalid):
        drawn(supplies_of(ID, direction=Direction.FORWARD, kind=Kind.REQUIREMENT, terms=made))


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, Decimal("NaN"), True])
def test_an_operability_is_a_number_from_0_to_1(value: float) -> None:
    with pytest.raises(ValueInvalid):
        operability(value)


def test_operability_is_rounded_down_to_a_millionth() -> None:
    assert operability(0.3) == 300_000
    assert operability(0.9999999) == 999_999
    assert operability(1) == 1_000_000
    assert share(operability(0.3)) == 0.3


@pytest.mark.parametrize("value", [0, 0.0000001, 1.5, math.nan])
def test_a_loss_is_more_than_0_and_at_most_1(value: float) -> None:
    with pytest.raises(ValueInvalid):
        loss(value)


@pytest.mark.parametrize("value", [-1, 0.0001, 1.2345, math.nan, math.inf, 1e12])
def test_needs_and_capacity_have_three_decimals_and_are_not_negative(value: float) -> None:
    with pytest.raises(ValueInvalid) as refusal:
        thousandths(value, place="needs")
    assert refusal.value.place == "needs"


def test_needs_and_capacity_are_exact() -> None:
    assert thousandths(0.1, place="needs") == 100
    assert thousandths(Decimal("2.345"), place="needs") == 2345


def test_a_property_is_named_by_its_place() -> None:
    with pytest.raises(ValueInvalid) as refusal:
        terms(combine="SUM", place="x")
    assert refusal.value.place == "x.combine"
    with pytest.raises(ValueInvalid) as refusal:
        terms(delay=timedelta(seconds=-1), place="x")
    assert refusal.value.place == "x.delay"


def test_presumed_sources_feed_though_nothing_feeds_them() -> None:
    topology = drawn(
        flow("POWER", "grid", "ups"), flow("POWER", "ups", "rack"), flow("NET", "core", "rack"), sources={"core": "NET"}
    )
    assert topology.presumed_sources() == {"NET": frozenset(), "POWER": frozenset({"grid"})}
