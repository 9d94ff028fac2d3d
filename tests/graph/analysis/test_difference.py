"""What differs between two answers is what the definition in docs/impact.md says, by the plain evaluator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.analysis.difference import Change, Difference, differences
from graph.impact import Answer, Evaluator, Failure, Level, Operability, Question, Topology
from graph.kernel import ArrayEvaluator, encode
from tests.graph.impact.drawing import drawn, fails, need, pipe, topologies
from tests.graph.kernel.test_equivalence import ADDED, asked

HOUR = timedelta(hours=1)
MIRRORED = {
    Change.NEWLY_IMPACTED: Change.NO_LONGER_IMPACTED,
    Change.WORSE: Change.BETTER,
    Change.SOONER: Change.LATER,
}


class Plainly:
    """One asset in one answer of the plain evaluator, by the words of the definition."""

    def __init__(self, answer: Answer, asset: str) -> None:
        times = {each.asset: each.time_to_impact for each in answer.impacted}
        fell = any(case.fell(asset) for case in answer.cases)
        self.time = times.get(asset)
        self.ends = answer.before(asset) if fell and self.time is None else answer.after(asset)
        self.suffers = self.ends < answer.baseline(asset)
        self.named = asset in answer.failed or asset in answer.question.maintenance


def judged(one: Answer, other: Answer, asset: str) -> Change | None:
    first, second = Plainly(one, asset), Plainly(other, asset)
    if second.ends < first.ends:
        if second.named:
            return None
        return Change.NEWLY_IMPACTED if second.suffers and not first.suffers else Change.WORSE
    if second.ends > first.ends:
        if first.named:
            return None
        return Change.NO_LONGER_IMPACTED if first.suffers and not second.suffers else Change.BETTER
    if first.time is None or second.time is None or first.time == second.time:
        return None
    return Change.SOONER if second.time < first.time else Change.LATER


def place(change: Change, row: Difference) -> tuple[object, ...]:
    """What the rows of a list are sorted by."""
    before, after = row.before, row.after
    match change:
        case Change.NEWLY_IMPACTED | Change.WORSE:
            return (after.bounds, -before.bounds.lower, row.asset)
        case Change.NO_LONGER_IMPACTED | Change.BETTER:
            return (before.bounds, -after.bounds.lower, row.asset)
        case Change.SOONER:
            return (after.time_to_impact, row.asset)
        case Change.LATER:
            return (before.time_to_impact, row.asset)


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_every_asset_is_where_the_definition_puts_it(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=data.draw(st.booleans())))
    questions = data.draw(asked(topology)), data.draw(asked(topology))
    judge, evaluator = Evaluator(topology), ArrayEvaluator(encode(topology, also=ADDED))
    one, other = (judge.evaluate(each) for each in questions)
    answers = tuple(evaluator.evaluate(each) for each in questions)
    found = differences(*answers)
    there = {row.asset: change for change, rows in found.items() for row in rows}
    assert there == {asset: change for asset in topology.assets if (change := judged(one, other, asset)) is not None}
    assert len(there) == sum(map(len, found.values()))
    for change, rows in found.items():
        assert list(rows) == sorted(rows, key=lambda row, change=change: place(change, row))
        for row in rows:
            assert (row.before.bounds, row.after.bounds) == (
                Plainly(one, row.asset).ends,
                Plainly(other, row.asset).ends,
            )
    back = differences(answers[1], answers[0])
    for change, mirrored in MIRRORED.items():
        assert [row.asset for row in found[change]] == [row.asset for row in back[mirrored]]
        assert [row.asset for row in found[mirrored]] == [row.asset for row in back[change]]


def compared(topology: Topology, before: Question, after: Question) -> dict[Change, list[str]]:
    evaluator = ArrayEvaluator(encode(topology, also=ADDED))
    found = differences(evaluator.evaluate(before), evaluator.evaluate(after))
    return {change: [row.asset for row in rows] for change, rows in found.items() if rows}


def test_what_maintenance_had_down_anyway_is_no_longer_impacted_by_nothing() -> None:
    """A failure that changes nothing, because maintenance had it all down before, is no relief."""
    chain = drawn(need("shop", "db"), need("db", "disk"))
    both = Question(failures=(Failure(asset="disk"),), maintenance=("db",))
    assert compared(chain, fails("disk"), both) == {}
    assert compared(chain, fails("db"), fails("disk")) == {}
    assert compared(chain, Question(), Question(maintenance=("db",))) == {Change.NEWLY_IMPACTED: ["shop"]}


def test_a_failed_asset_is_listed_only_where_others_make_it_worse() -> None:
    chain = drawn(need("shop", "db"), need("db", "disk"))
    half = Question(failures=(Failure(asset="db", operability=Operability(500_000)),))
    assert compared(chain, half, fails("disk")) == {Change.WORSE: ["db", "shop"]}
    assert compared(chain, fails("disk"), half) == {Change.BETTER: ["db", "shop"]}


def test_the_same_fall_may_come_sooner() -> None:
    fed = drawn(need("ups", "grid", delay=HOUR), need("server", "ups"))
    assert compared(fed, fails("grid"), fails("ups")) == {Change.SOONER: ["server"]}
    assert compared(fed, fails("ups"), fails("grid")) == {Change.LATER: ["server"]}


def test_what_falls_after_the_horizon_is_as_it_was() -> None:
    fed = drawn(need("ups", "grid", delay=HOUR), need("server", "ups"))
    soon = Question(failures=(Failure(asset="grid"),), horizon=HOUR / 2)
    assert compared(fed, soon, fails("grid")) == {Change.NEWLY_IMPACTED: ["server", "ups"]}


@pytest.mark.parametrize("levels", [[Level.DOWN], [Level.OK], [Level.DEGRADED, Level.DOWN]])
def test_lists_are_narrowed_by_level(levels: list[Level]) -> None:
    rack = drawn(pipe("east", "rack"), need("app", "rack"), sources={"east": "PIPE"})
    evaluator = ArrayEvaluator(encode(rack))
    rows = differences(evaluator.evaluate(Question()), evaluator.evaluate(fails("east")))[Change.NEWLY_IMPACTED]
    assert len(rows.at_levels(before=None, after=levels)) == (2 if Level.DOWN in levels else 0)
    assert len(rows.at_levels(before=levels, after=None)) == (2 if Level.OK in levels else 0)
