"""When things fall."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from graph.impact import Answer, Evaluator, Failure, Question, Supply, SupplyRef, Topology, evaluate
from tests.graph.impact.drawing import added, drawn, flow, need, part, pipe, questions, topologies
from tests.graph.impact.judge import operator

HOUR = timedelta(hours=1)
NOW = timedelta(0)


def hours(answer: Answer) -> dict[str, float]:
    return {each.asset: each.time_to_impact / HOUR for each in answer.impacted}


def at(**offsets: float) -> Question:
    return Question(failures=tuple(Failure(asset=asset, at=offset * HOUR) for asset, offset in offsets.items()))


def test_without_delays_everything_falls_with_its_cause() -> None:
    assert hours(evaluate(drawn(need("b", "a"), need("c", "b")), at(a=2))) == {"b": 2, "c": 2}


def test_delays_add_up_along_a_chain() -> None:
    topology = drawn(need("b", "a", delay=HOUR), need("c", "b", delay=3 * HOUR), need("d", "c"))
    assert hours(evaluate(topology, at(a=2))) == {"b": 3, "c": 6, "d": 6}


def test_the_shortest_way_counts_where_either_lowers() -> None:
    topology = drawn(need("c", "a", delay=5 * HOUR), need("b", "a", delay=HOUR), need("c", "b", delay=HOUR))
    assert hours(evaluate(topology, at(a=0))) == {"b": 1, "c": 2}


def test_the_last_member_counts_where_all_are_needed_to_lower() -> None:
    topology = drawn(need("c", "a", group="g", delay=5 * HOUR), need("c", "b", group="g", delay=HOUR))
    assert hours(evaluate(topology, at(a=0, b=0))) == {"c": 5}


def test_the_first_fall_counts_not_the_last() -> None:
    topology = drawn(
        need("hall", "a", group="cooling", combine="CAPACITY", needs=2, delay=HOUR),
        need("hall", "b", group="cooling", combine="CAPACITY", needs=2, delay=4 * HOUR),
    )
    assert hours(evaluate(topology, at(a=0, b=0))) == {"hall": 1}


def test_failures_are_taken_stage_by_stage() -> None:
    topology = drawn(flow("POWER", "a", "rack"), flow("POWER", "b", "rack"), need("app", "rack"), need("tool", "a"))
    assert hours(evaluate(topology, at(a=1, b=3))) == {"tool": 1, "rack": 3, "app": 3}


def test_a_battery_that_outlasts_the_second_failure_still_counts() -> None:
    topology = drawn(flow("POWER", "a", "rack", delay=4 * HOUR), flow("POWER", "b", "rack"))
    assert hours(evaluate(topology, at(a=0, b=1))) == {"rack": 4}
    assert hours(evaluate(topology, at(a=0, b=9))) == {"rack": 9}


def test_a_second_failure_may_be_the_first_moment() -> None:
    topology = drawn(need("app", "a", loss_share=0.5, delay=9 * HOUR), need("app", "b"))
    assert hours(evaluate(topology, at(a=0, b=2))) == {"app": 2}


def test_the_same_asset_may_fall_in_two_steps() -> None:
    topology = drawn(need("app", "a", delay=HOUR))
    question = Question(
        failures=(Failure(asset="a", operability=part(0.5)), Failure(asset="a", at=3 * HOUR)),
    )
    answer = evaluate(topology, question)
    assert hours(answer) == {"app": 1}
    assert answer.impacted[0].after.lower == 0


def test_a_later_failure_never_lifts() -> None:
    question = Question(failures=(Failure(asset="a"), Failure(asset="a", operability=part(0.5), at=HOUR)))
    assert evaluate(drawn(need("b", "a")), question).after("b").lower == 0


def test_an_asset_that_fails_later_may_fall_earlier() -> None:
    answer = evaluate(drawn(need("b", "a"), need("c", "b")), at(a=0, b=5))
    assert hours(answer) == {"c": 0}


def test_on_a_ring_the_far_side_does_not_wait_for_what_it_fed_itself() -> None:
    """tank - a - b - c - a: b and c each only gave back what came by the other way round."""
    ring = drawn(
        pipe("tank", "a", delay=HOUR),
        pipe("a", "b", delay=HOUR),
        pipe("b", "c", delay=HOUR),
        pipe("c", "a", delay=HOUR),
        sources={"tank": "PIPE"},
    )
    assert hours(evaluate(ring, at(tank=0))) == {"a": 1, "b": 2, "c": 2}


def test_a_pipe_taken_away_is_a_change_of_the_supply_and_rides_through_too() -> None:
    topology = drawn(flow("POWER", "a", "rack", delay=2 * HOUR), need("app", "rack", delay=HOUR))
    question = Question(removed=(SupplyRef(type="POWER", source="a", target="rack"),))
    assert hours(evaluate(topology, question)) == {"rack": 2, "app": 3}


def test_a_relationship_put_in_works_at_once() -> None:
    topology = drawn(need("app", "db", delay=HOUR), also="licence")
    question = Question(added=(added(need("app", "licence", delay=HOUR)),), maintenance=("licence",))
    assert hours(evaluate(topology, question)) == {"app": 0}


# ---- against a judge of its own -------------------------------------------------------------------------------------


def rounds(topology: Topology, state: Mapping[str, int], own: Mapping[str, int], type_: str) -> dict[str, int]:
    """The round of the least fixpoint in which each asset reached its value."""
    f = operator(topology, own)
    y, found, number = dict.fromkeys(state, 0), dict.fromkeys(state, 0), 0
    while (raised := f(state, type_, y)) != y:
        number += 1
        found |= {asset: number for asset in state if raised[asset] > y[asset]}
        y = raised
    return found


def naive(topology: Topology, question: Question, answer: Answer) -> dict[str, timedelta]:
    """The least times of one stage, by going round until nothing changes; failures only, all at one offset."""
    (case,) = answer.cases
    before = {asset: case.m.of(asset) for asset in topology.assets}
    after = {asset: case.s.of(asset) for asset in topology.assets}
    own = {asset: case.m.own[case.m.network.position[asset]] for asset in topology.assets}
    ranks = {type_: rounds(topology, before, own, type_) for type_ in case.m.network.flows}
    fallen = {asset for asset in topology.assets if after[asset] < before[asset]}
    times = {asset: NOW for asset in fallen if asset in answer.failed and _struck(question, asset, before[asset])}

    def moment(supply: Supply) -> timedelta | None:
        """From when on a supply shows the new value; None: not yet known."""
        if supply.flow_type and ranks[supply.flow_type][supply.provider] >= ranks[supply.flow_type][supply.dependant]:
            return NOW
        time = times.get(supply.provider)
        return None if time is None else time + supply.terms.delay

    def falls(asset: str, time: timedelta) -> bool:
        seen: dict[str, int] = {}
        supplies: list[Supply] = []
        for number, supply in enumerate(s for s in topology.supplies if s.dependant == asset):
            shows = moment(supply) if supply.provider in fallen else NOW
            alias = f"{number}"
            seen[alias] = after[supply.provider] if shows is not None and shows <= time else before[supply.provider]
            supplies.append(_of(supply, alias))
        view = Topology(assets=topology.assets, supplies=tuple(supplies), groups={}, relationships={})
        full = {asset: 1_000_000, **seen}
        return operator(view, dict.fromkeys(full, 1_000_000))(full, None, full)[asset] < before[asset]

    while True:
        better = dict(times)
        for asset in fallen:
            moments = {shows for s in topology.supplies if s.dependant == asset and (shows := moment(s)) is not None}
            for time in sorted(moments | {NOW}):
                if (asset not in better or time < better[asset]) and falls(asset, time):
                    better[asset] = time
                    break
        if better == times:
            return times
        times = better


def _of(supply: Supply, provider: str) -> Supply:
    return Supply(
        provider=provider,
        dependant=supply.dependant,
        relationship=supply.relationship,
        kind=supply.kind,
        terms=supply.terms,
    )


def _struck(question: Question, asset: str, before: int) -> bool:
    return any(failure.asset == asset and failure.operability < before for failure in question.failures)


@given(st.data())
def test_times_are_the_least_solution(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=True))
    question = data.draw(questions(topology, changes=False))
    answer = Evaluator(topology).evaluate(question)
    expected = naive(topology, question, answer)
    assert {each.asset: each.time_to_impact for each in answer.impacted} == {
        asset: time for asset, time in expected.items() if asset not in answer.failed
    }


@given(st.data())
def test_nothing_falls_before_what_lowers_it(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=True))
    question = data.draw(questions(topology, offsets=True))
    answer = Evaluator(topology).evaluate(question)
    begins = [failure.at for failure in question.failures] + ([NOW] if question.removed or question.added else [])
    for each in answer.impacted:
        assert each.time_to_impact >= min(begins)
        assert each.time_to_impact <= max(begins) + sum((s.terms.delay for s in topology.supplies), NOW)
