"""Each sentence of the impact semantics as a case worked by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph.impact import (
    Answer,
    Baseline,
    Bounds,
    Evaluator,
    Failure,
    Level,
    Operability,
    Question,
    SupplyRef,
    Topology,
    evaluate,
)
from tests.graph.impact.drawing import ONE, added, drawn, fails, flow, need, part, pipe, without


def impacted(answer: Answer) -> dict[str, int]:
    return {each.asset: each.after.lower for each in answer.impacted}


def down(*assets: str) -> dict[str, int]:
    return dict.fromkeys(assets, 0)


# ---- requirement and flow -------------------------------------------------------------------------------------------


def test_a_requirement_takes_its_dependant_down() -> None:
    answer = evaluate(drawn(need("app", "db"), need("db", "disk")), fails("disk"))
    assert impacted(answer) == down("db", "app")
    assert [each.hops for each in answer.impacted] == [1, 2]
    assert answer.failed == ("disk",)


def test_a_failure_says_nothing_about_providers() -> None:
    assert impacted(evaluate(drawn(need("app", "db")), fails("app"))) == {}


def test_two_services_that_require_each_other_are_up_until_something_lowers_one() -> None:
    ring = drawn(need("one", "other"), need("other", "one"), need("one", "disk"))
    assert evaluate(ring, Question()).unsupplied == ()
    assert impacted(evaluate(ring, fails("disk"))) == down("one", "other")


def test_a_flow_loop_cannot_feed_itself() -> None:
    ring = drawn(pipe("tank", "a"), pipe("a", "b"), pipe("b", "c"), pipe("c", "a"), sources={"tank": "PIPE"})
    assert evaluate(ring, Question()).unsupplied == ()
    assert impacted(evaluate(ring, fails("tank"))) == down("a", "b", "c")


def test_a_ring_with_a_second_feed_stays_up() -> None:
    ring = drawn(
        pipe("tank", "a"),
        pipe("a", "b"),
        pipe("b", "c"),
        pipe("c", "a"),
        pipe("well", "c"),
        sources={"tank": "PIPE", "well": "PIPE"},
    )
    assert impacted(evaluate(ring, fails("tank"))) == {}
    assert impacted(evaluate(ring, fails("tank", "well"))) == down("a", "b", "c")
    assert impacted(evaluate(ring, fails("a"))) == {}
    assert impacted(evaluate(ring, fails("a", "c"))) == down("b")


def test_a_loop_across_flow_types_is_a_requirement() -> None:
    """A power plant that needs water from a pump that needs power from the plant is up."""
    plant = drawn(flow("POWER", "plant", "pump"), flow("WATER", "pump", "plant"))
    assert evaluate(plant, Question()).unsupplied == ()
    assert impacted(evaluate(plant, fails("plant"))) == down("pump")
    assert impacted(evaluate(plant, fails("pump"))) == down("plant")


def test_a_loop_across_flow_types_does_not_keep_a_loop_within_one_alive() -> None:
    topology = drawn(
        flow("POWER", "grid", "plant"),
        pipe("plant", "pump", type_="POWER"),
        flow("WATER", "pump", "plant"),
        sources={"grid": "POWER"},
    )
    assert evaluate(topology, Question()).unsupplied == ()
    assert impacted(evaluate(topology, fails("grid"))) == down("plant", "pump")


@pytest.mark.parametrize(("first", "second"), [("A", "B"), ("B", "A")])
def test_a_ring_of_one_flow_takes_a_ring_of_another_down(first: str, second: str) -> None:
    topology = drawn(
        pipe("grid", "a", type_=first),
        pipe("a", "b", type_=first),
        pipe("b", "grid", type_=first, open=True),
        flow(second, "a", "c"),
        pipe("c", "d", type_=second),
        sources={"grid": first},
    )
    assert impacted(evaluate(topology, fails("grid"))) == down("a", "b", "c", "d")


def test_a_source_needs_none_of_its_own_flow_from_others() -> None:
    topology = drawn(
        flow("POWER", "grid", "generator"), flow("POWER", "generator", "load"), sources={"generator": "POWER"}
    )
    assert impacted(evaluate(topology, fails("grid"))) == {}
    assert impacted(evaluate(topology, fails("generator"))) == down("load")


def test_a_source_of_one_flow_still_needs_another() -> None:
    topology = drawn(
        flow("FUEL", "depot", "generator"), flow("POWER", "generator", "load"), sources={"generator": "POWER"}
    )
    assert impacted(evaluate(topology, fails("depot"))) == down("generator", "load")


def test_an_asset_with_no_supply_of_a_flow_does_not_need_it() -> None:
    topology = drawn(flow("POWER", "grid", "load"))
    assert evaluate(topology, Question()).unsupplied == ()
    assert "1 assets feed POWER though nothing feeds them" in " ".join(evaluate(topology, Question()).assumptions)


def test_both_directions_carry() -> None:
    line = drawn(pipe("tank", "a"), pipe("b", "a"), sources={"tank": "PIPE"})
    assert impacted(evaluate(line, fails("a"))) == down("b")


def test_both_as_a_requirement_ties_two_assets_together() -> None:
    from graph.impact import Direction, Kind, RelationshipId, Terms, supplies_of

    pair = drawn(
        supplies_of(
            RelationshipId(type="COUPLED", source="motor", target="pump"),
            direction=Direction.BOTH,
            kind=Kind.REQUIREMENT,
            terms=Terms(),
        )
    )
    assert impacted(evaluate(pair, fails("motor"))) == down("pump")
    assert impacted(evaluate(pair, fails("pump"))) == down("motor")


# ---- groups ---------------------------------------------------------------------------------------------------------


def test_flow_supplies_of_a_type_are_one_group_and_any_way_in_will_do() -> None:
    topology = drawn(flow("POWER", "a", "rack"), flow("POWER", "b", "rack"), flow("NET", "switch", "rack"))
    assert impacted(evaluate(topology, fails("a"))) == {}
    assert impacted(evaluate(topology, fails("a", "b"))) == down("rack")
    assert impacted(evaluate(topology, fails("switch"))) == down("rack")


def test_requirements_are_each_a_group_of_their_own() -> None:
    assert impacted(evaluate(drawn(need("app", "db", "cache")), fails("cache"))) == down("app")


def test_a_named_group_makes_requirements_interchangeable() -> None:
    topology = drawn(need("app", "a", "b", group="db"), need("other", "a", group="db"))
    assert impacted(evaluate(topology, fails("a"))) == down("other")
    assert impacted(evaluate(topology, fails("a", "b"))) == down("app", "other")


def test_named_groups_of_one_flow_are_each_needed() -> None:
    topology = drawn(flow("POWER", "a", "rack", group="left"), flow("POWER", "b", "rack", group="right"))
    assert impacted(evaluate(topology, fails("a"))) == down("rack")


def test_the_same_name_in_both_kinds_is_two_groups() -> None:
    topology = drawn(need("rack", "a", group="g"), flow("POWER", "b", "rack", group="g"))
    assert impacted(evaluate(topology, fails("b"))) == down("rack")


@pytest.mark.parametrize(("lost", "left"), [(0, None), (1, None), (2, 0)])
def test_a_quorum_of_two_of_three(lost: int, left: int | None) -> None:
    topology = drawn(need("cluster", "a", "b", "c", group="nodes", needs=2))
    answer = evaluate(topology, fails(*"abc"[:lost]))
    assert impacted(answer) == ({} if left is None else {"cluster": left})


def test_a_quorum_is_the_kth_largest() -> None:
    topology = drawn(need("cluster", "a", "b", "c", group="nodes", needs=2))
    question = Question(failures=(Failure(asset="a", operability=part(0.3)), Failure(asset="b", operability=part(0.7))))
    assert impacted(evaluate(topology, question)) == {"cluster": 700_000}


def test_fewer_members_than_needed_give_nothing() -> None:
    topology = drawn(need("cluster", "a", "b", group="nodes", needs=3))
    answer = evaluate(topology, fails("a"))
    assert answer.unsupplied == ("cluster",)
    assert impacted(answer) == {}


def test_a_group_that_needs_nothing_has_it() -> None:
    assert impacted(evaluate(drawn(need("app", "a", group="g", needs=0)), fails("a"))) == {}


def test_capacity_is_the_sum_over_the_need_rounded_down() -> None:
    topology = drawn(need("hall", "a", "b", "c", group="cooling", combine="CAPACITY", needs=3))
    assert impacted(evaluate(topology, fails("a"))) == {"hall": 666_666}
    assert impacted(evaluate(topology, fails("a", "b"))) == {"hall": 333_333}


def test_capacity_above_the_need_is_a_reserve() -> None:
    topology = drawn(
        need("hall", "a", group="cooling", combine="CAPACITY", needs=1.5, capacity=1),
        need("hall", "b", group="cooling", combine="CAPACITY", needs=1.5, capacity=0.6),
    )
    assert impacted(evaluate(topology, fails("b"))) == {"hall": 666_666}
    assert impacted(evaluate(topology, fails("a"))) == {"hall": 400_000}
    assert evaluate(topology, Question()).unsupplied == ()


def test_loss_is_the_share_that_goes_when_the_group_gives_nothing() -> None:
    topology = drawn(need("app", "cache", loss_share=0.3), need("app", "db"))
    answer = evaluate(topology, fails("cache"))
    assert impacted(answer) == {"app": 700_000}
    assert answer.impacted[0].level is Level.DEGRADED
    half = Question(failures=(Failure(asset="cache", operability=part(0.5)),))
    assert impacted(evaluate(topology, half)) == {"app": 850_000}


def test_a_term_is_rounded_down_once() -> None:
    topology = drawn(need("app", "cache", loss_share=0.333333))
    question = Question(failures=(Failure(asset="cache", operability=Operability(999_999)),))
    assert impacted(evaluate(topology, question)) == {"app": 999_999}


def test_operability_is_the_least_of_own_and_all_groups() -> None:
    topology = drawn(need("app", "a", loss_share=0.5), need("app", "b", loss_share=0.2))
    assert impacted(evaluate(topology, fails("a", "b"))) == {"app": 500_000}


def test_an_open_supply_carries_nothing() -> None:
    topology = drawn(
        flow("POWER", "a", "rack"), flow("POWER", "b", "rack", open=True), sources={"a": "POWER", "b": "POWER"}
    )
    assert impacted(evaluate(topology, fails("a"))) == down("rack")
    assert impacted(evaluate(topology, fails("b"))) == {}


# ---- questions ------------------------------------------------------------------------------------------------------


def test_a_removed_relationship_counts_as_open() -> None:
    topology = drawn(flow("POWER", "a", "rack"), flow("POWER", "b", "rack"))
    assert impacted(evaluate(topology, without("POWER", "a", "rack"))) == {}


def test_taking_away_the_last_feed_does_not_heal() -> None:
    topology = drawn(flow("POWER", "a", "rack"))
    answer = evaluate(topology, without("POWER", "a", "rack"))
    assert impacted(answer) == down("rack")
    assert answer.impacted[0].hops == 1
    assert answer.failed == ()


def test_taking_away_a_pipe_takes_both_directions() -> None:
    line = drawn(pipe("tank", "a"), pipe("a", "b"), pipe("b", "well"), sources={"tank": "PIPE", "well": "PIPE"})
    assert impacted(evaluate(line, without("PIPE", "a", "b"))) == {}
    both = Question(
        removed=(
            SupplyRef(type="PIPE", source="a", target="b"),
            SupplyRef(type="PIPE", source="tank", target="a"),
        )
    )
    assert impacted(evaluate(line, both)) == down("a")


def test_an_added_relationship_that_exists_is_replaced_so_a_switch_can_be_closed() -> None:
    topology = drawn(
        flow("POWER", "a", "rack"), flow("POWER", "b", "rack", open=True), sources={"a": "POWER", "b": "POWER"}
    )
    closed = Question(failures=(Failure(asset="a"),), added=(added(flow("POWER", "b", "rack")),))
    answer = evaluate(topology, closed)
    assert impacted(answer) == {}
    assert answer.improved == ()


def test_what_a_closed_switch_heals_is_improved() -> None:
    topology = drawn(flow("POWER", "grid", "rack", open=True), need("app", "rack"), sources={"grid": "POWER"})
    assert evaluate(topology, Question()).unsupplied == ("app", "rack")
    answer = evaluate(topology, Question(added=(added(flow("POWER", "grid", "rack")),)))
    assert answer.improved == ("app", "rack")
    assert answer.unsupplied == ("app", "rack")


def test_maintenance_is_not_failure() -> None:
    topology = drawn(need("cluster", "a", "b", "c", group="nodes", needs=2), need("app", "cluster"), need("tool", "a"))
    planned = Question(maintenance=("a",))
    answer = evaluate(topology, planned)
    assert impacted(answer) == {}
    assert answer.lowered_by_maintenance == ("tool",)
    worse = evaluate(topology, Question(maintenance=("a",), failures=(Failure(asset="b"),)))
    assert impacted(worse) == down("cluster", "app")
    assert worse.lowered_by_maintenance == ("tool",)


def test_the_joint_impact_exceeds_the_union() -> None:
    topology = drawn(flow("POWER", "a", "rack"), flow("POWER", "b", "rack"), need("app", "rack"))
    assert impacted(evaluate(topology, fails("a"))) == impacted(evaluate(topology, fails("b"))) == {}
    assert impacted(evaluate(topology, fails("a", "b"))) == down("rack", "app")


def test_a_failed_asset_is_not_impacted_whatever_else_would_lower_it() -> None:
    answer = evaluate(drawn(need("app", "db")), fails("db", "app"))
    assert impacted(answer) == {}
    assert answer.failed == ("app", "db")


def test_unsupplied_is_told_apart_from_impacted_and_from_already_down() -> None:
    topology = drawn(
        flow("POWER", "island", "hut", open=True),
        need("app", "db"),
        flow("POWER", "grid", "mill"),
        sources={"grid": "POWER"},
    )
    live = Question(
        baseline=Baseline.LIVE,
        own={"db": Bounds(lower=Operability(0), upper=Operability(0))},
        failures=(Failure(asset="grid"),),
    )
    answer = evaluate(topology, live)
    assert answer.unsupplied == ("hut",)
    assert answer.already_down == ("app", "db")
    assert impacted(answer) == down("mill")


def test_a_live_baseline_is_what_a_failure_is_held_against() -> None:
    topology = drawn(need("app", "db"))
    own = {"app": Bounds(lower=part(0.5), upper=part(0.5))}
    answer = evaluate(
        topology,
        Question(baseline=Baseline.LIVE, own=own, failures=(Failure(asset="db", operability=part(0.7)),)),
    )
    assert impacted(answer) == {}
    assert answer.before("app").level is Level.DEGRADED


# ---- unknown --------------------------------------------------------------------------------------------------------


def unknown(*assets: str) -> dict[str, Bounds]:
    return dict.fromkeys(assets, Bounds(lower=Operability(0), upper=Operability(ONE)))


def test_unknown_spreads_only_where_it_matters() -> None:
    topology = drawn(need("one", "x"), need("two", "x", "y", group="any"))
    answer = evaluate(topology, Question(baseline=Baseline.LIVE, own=unknown("x")))
    assert answer.after("one").level is Level.UNKNOWN
    assert answer.after("one") == Bounds(lower=Operability(0), upper=Operability(ONE))
    assert answer.after("two").level is Level.OK
    assert impacted(answer) == {}


def test_impacted_means_fell_in_either() -> None:
    topology = drawn(need("two", "x", "y", group="any"), need("app", "two"))
    answer = evaluate(topology, Question(baseline=Baseline.LIVE, own=unknown("x"), failures=(Failure(asset="y"),)))
    assert [(each.asset, each.level, each.level_before) for each in answer.impacted] == [
        ("two", Level.UNKNOWN, Level.OK),
        ("app", Level.UNKNOWN, Level.OK),
    ]
    assert answer.impacted[0].after == Bounds(lower=Operability(0), upper=Operability(ONE))
    assert answer.because("app").path[0].source == "y"


# ---- fault trees ----------------------------------------------------------------------------------------------------


def test_gates_read_as_groups() -> None:
    tree = drawn(
        need("or", "a", "b"),
        need("and", "a", "b", group="all"),
        need("vote", "a", "b", "c", "d", group="vote", needs=4 - 2 + 1),
    )
    assert impacted(evaluate(tree, fails("a"))) == down("or")
    assert impacted(evaluate(tree, fails("a", "b"))) == down("or", "and", "vote")
    assert impacted(evaluate(tree, fails("c", "d"))) == down("vote")


# ---- the answer -----------------------------------------------------------------------------------------------------


def campus() -> Topology:
    return drawn(
        need("near", "x"),
        need("far", "near"),
        need("alpha", "x", loss_share=0.4),
        need("beta", "x", loss_share=0.4),
        need("worse", "x", loss_share=0.9),
    )


def test_worst_first_then_fewest_hops_then_id() -> None:
    answer = evaluate(campus(), fails("x"))
    assert [each.asset for each in answer.impacted] == ["near", "far", "worse", "alpha", "beta"]


def test_counts_are_by_level_by_type_and_by_container() -> None:
    answer = evaluate(campus(), fails("x"))
    assert answer.by_level == ((Level.DOWN, 2), (Level.DEGRADED, 3))
    assert answer.by_type(lambda asset: "Room" if asset == "near" else "Pump") == (("Pump", 4), ("Room", 1))
    boxes = {"near": ["hall", "site", "site"], "far": ["site"], "alpha": ["hall"]}
    assert answer.by_container(lambda asset: boxes.get(asset, [])) == (("hall", 2), ("site", 2))


def test_the_horizon_drops_what_falls_later_but_values_are_final() -> None:
    topology = drawn(need("soon", "x"), need("late", "x", delay=timedelta(hours=4)))
    answer = evaluate(topology, Question(failures=(Failure(asset="x"),), horizon=timedelta(hours=1)))
    assert impacted(answer) == down("soon")
    assert answer.beyond_horizon == 1
    assert answer.after("late").level is Level.DOWN
    assert any("1 assets that fall later than" in each for each in answer.assumptions)


def test_one_evaluator_answers_many_questions() -> None:
    evaluator = Evaluator(campus())
    assert impacted(evaluator.evaluate(fails("near"))) == down("far")
    assert impacted(evaluator.evaluate(fails("far"))) == {}
    assert impacted(evaluator.evaluate(fails("near"))) == down("far")
