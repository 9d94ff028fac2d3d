"""Laws that hold for every topology and question."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.impact import Evaluator, Failure, Question, Topology, build_topology, evaluate
from graph.rootcause import Budget, RootCauseQuestion, Symptom, TopologyForecast, find_root_causes, search
from graph.rootcause.likelihood import Likelihood
from graph.rootcause.outcomes import Outcomes
from tests.graph.impact.drawing import drawn, flow, need, topologies
from tests.graph.rootcause.asking import SURE, TEN


def fallen(topology: Topology, causes: tuple[str, ...]) -> set[str]:
    answer = evaluate(topology, Question(failures=tuple(Failure(asset=each) for each in causes)))
    return {each.asset for each in answer.impacted} | {each for each in causes if answer.before(each).lower}


@given(st.data())
def test_without_noise_the_true_causes_or_their_like_rank_first(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    causes = data.draw(st.lists(st.sampled_from(sorted(topology.assets)), min_size=1, max_size=2, unique=True))
    falls = fallen(topology, tuple(causes))
    assume(falls)
    question = RootCauseQuestion(
        symptoms=tuple(Symptom(asset=each) for each in sorted(falls)),
        reporting=frozenset(topology.assets),
        noise=SURE,
    )
    best = find_root_causes(question, TopologyForecast(Evaluator(topology))).candidates[0]
    assert fallen(topology, best.causes) == falls
    assert len(best.causes) <= len(causes)
    assert best.unexplained == ()


@st.composite
def asked(draw: st.DrawFn, topology: Topology) -> RootCauseQuestion:
    assets = sorted(topology.assets)
    seen = draw(st.lists(st.sampled_from(assets), min_size=1, max_size=4, unique=True))
    minutes = st.none() | st.sampled_from([0, 1, 10, 60])
    since = [draw(minutes) for _ in seen]
    return RootCauseQuestion(
        symptoms=tuple(
            Symptom(asset=asset, since=None if at is None else TEN + timedelta(minutes=at))
            for asset, at in zip(seen, since, strict=True)
        ),
        healthy=frozenset(draw(st.sets(st.sampled_from(assets), max_size=2))) - set(seen),
        at=draw(st.none() | st.just(TEN + timedelta(hours=2))),
        max_causes=draw(st.integers(1, 3)),
        first=100,
    )


@given(st.data())
def test_all_that_is_said_is_so(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=True))
    question = data.draw(asked(topology))
    answer = find_root_causes(question, TopologyForecast(Evaluator(topology)))
    named = {each.asset for each in question.symptoms}
    for each in answer.candidates:
        falls = fallen(topology, each.causes)
        assert each.explains
        assert set(each.explains) <= falls
        assert set(each.explains) | set(each.unexplained) == named
        assert not set(each.explains) & set(each.unexplained)
        assert set(each.contradicted_by) <= falls & question.healthy
        assert 1 <= len(each.causes) <= question.max_causes
        assert 0 <= each.score <= 1
        if question.at is None:
            assert set(each.contradicted_by) == falls & question.healthy
            assert each.silent == len(falls - named - question.healthy)
        if not any(symptom.since for symptom in question.symptoms):
            assert set(each.explains) == falls & named
    scores = [each.score for each in answer.candidates]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) <= 1.000001
    assert len({each.causes for each in answer.candidates}) == len(answer.candidates)


@given(st.data())
def test_no_cause_is_more_than_is_needed(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    question = data.draw(asked(topology))
    question = replace(question, symptoms=tuple(Symptom(asset=each.asset) for each in question.symptoms))
    for each in find_root_causes(question, TopologyForecast(Evaluator(topology))).candidates:
        for cause in each.causes:
            rest = tuple(other for other in each.causes if other != cause)
            assert not rest or not set(each.explains) <= fallen(topology, rest)


@given(st.data())
def test_nothing_depends_on_the_order_of_what_is_given(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=True))
    question = data.draw(asked(topology))
    shuffled = list(topology.supplies)
    random.Random(data.draw(st.integers(0, 99))).shuffle(shuffled)
    same = build_topology(dict(reversed(list(topology.assets.items()))), shuffled)
    backwards = replace(question, symptoms=tuple(reversed(question.symptoms)))
    one = find_root_causes(question, TopologyForecast(Evaluator(topology)))
    other = find_root_causes(backwards, TopologyForecast(Evaluator(same)))
    assert one.candidates == other.candidates


@given(st.data())
def test_nothing_that_could_make_a_symptom_fall_is_overlooked(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    asset = data.draw(st.sampled_from(sorted(topology.assets)))
    causes = data.draw(st.sets(st.sampled_from(sorted(topology.assets)), min_size=1, max_size=3))
    upstream = TopologyForecast(Evaluator(topology)).upstream([asset])
    if asset in fallen(topology, tuple(causes)):
        assert asset in fallen(topology, tuple(causes & upstream))


# ---- the guided search against the whole -----------------------------------------------------------------------------


def network(rng: random.Random) -> Topology:
    """Two-fold power, clusters of three and applications, wired at random: 30 assets."""
    supplies = [each for n in range(2) for each in flow("POWER", f"grid{n}", f"main{n}")]
    for n in range(4):
        supplies += [
            each for m in rng.sample(range(2), rng.choice([1, 2])) for each in flow("POWER", f"main{m}", f"board{n}")
        ]
    for n in range(10):
        supplies += [each for b in rng.sample(range(4), 2) for each in flow("POWER", f"board{b}", f"server{n}")]
    for n in range(5):
        members = [f"server{each}" for each in rng.sample(range(10), 3)]
        supplies += need(f"cluster{n}", *members, group="members", needs=rng.choice([1, 2]))
    for n in range(7):
        supplies += need(f"app{n}", f"cluster{rng.randrange(5)}")
    return drawn(supplies)


@pytest.mark.parametrize("seed", range(25))
def test_the_guided_search_finds_the_best_of_all_pairs(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    topology = network(rng)
    forecast = TopologyForecast(Evaluator(topology))
    causes = frozenset(rng.sample(sorted(topology.assets), 2))
    falls = sorted(forecast.falls(causes))
    seen = [each for each in falls if rng.random() < 0.5] or falls[:1]
    question = RootCauseQuestion(symptoms=tuple(Symptom(asset=each) for each in seen), max_causes=2)
    outcomes = Outcomes(forecast, frozenset(topology.assets), budget=Budget(forecasts=10_000))
    likelihood = Likelihood(question, outcomes)
    upstream = sorted(forecast.upstream(seen))
    every = [frozenset(each) for size in (1, 2) for each in combinations(upstream, size)]
    best = min((likelihood.account(each) for each in every), key=lambda each: each.order)
    monkeypatch.setattr(search, "FEW_SETS", 0)
    assert find_root_causes(question, forecast).candidates[0].causes == tuple(sorted(best.causes))
