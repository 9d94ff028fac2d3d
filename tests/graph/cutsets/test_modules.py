"""Parts that meet the rest in one asset only are found, and looking at them by themselves changes no number."""

from __future__ import annotations

import itertools
import random

import pytest

from graph.cutsets import Budget, CutSetQuestion, importance, minimal_cut_sets
from graph.cutsets.budget import Meter
from graph.cutsets.model import build_model
from graph.cutsets.modules import Module, modules
from graph.impact import Supply, Topology
from graph.impact.network import network
from graph.work import Stopped, Token, watched_seconds
from tests.graph.cutsets.asking import PLENTY, ask, fails_with_all, fails_with_any, leaves, vote
from tests.graph.impact.drawing import drawn, need, pipe


def found(topology: Topology) -> list[tuple[str, ...]]:
    """The events of each module, outer ones before inner ones."""
    question = CutSetQuestion(target="top", events=dict.fromkeys(leaves(topology)))
    model = build_model(network(topology), question, Meter(PLENTY, started=PLENTY.clock()))
    listed = modules(model.groups, model.demand, model.target, model.variables)
    return [tuple(sorted(model.ids[each.first : each.end])) for each in _flat(listed)]


def _flat(listed: list[Module]) -> list[Module]:
    return [each for module in listed for each in (module, *_flat(module.inner))]


def test_modules_are_found_at_every_level() -> None:
    topology = drawn(
        fails_with_any("top", "left", "right"),
        fails_with_all("left", "pair", "c"),
        fails_with_all("pair", "a", "b"),
        fails_with_all("right", "d", "e", "f"),
    )
    assert sorted(found(topology)) == [("a", "b"), ("a", "b", "c"), ("d", "e", "f")]


def test_what_is_read_from_elsewhere_is_none() -> None:
    topology = drawn(
        fails_with_any("top", "left", "right"),
        fails_with_all("left", "pair", "c"),
        fails_with_all("pair", "a", "b"),
        fails_with_all("right", "d", "e", "a"),
    )
    assert found(topology) == []


def test_a_loop_that_meets_the_rest_in_one_asset_is_a_module() -> None:
    ring = [pipe("tank", "p"), pipe("p", "q"), pipe("q", "r"), pipe("r", "p")]
    topology = drawn(fails_with_all("top", "p", "spare"), *ring, need("q", "pump"), sources={"tank": "PIPE"})
    events = CutSetQuestion(target="top", events=dict.fromkeys(["tank", "pump", "q", "spare"], 0.1))
    model = build_model(network(topology), events, Meter(PLENTY, started=PLENTY.clock()))
    listed = modules(model.groups, model.demand, model.target, model.variables)
    assert [{*model.ids[each.first : each.end]} for each in listed] == [{"tank", "pump", "q"}]


def test_values_between_make_none() -> None:
    topology = drawn(
        need("top", "left", "c", group="g", combine="CAPACITY", needs=1.5),
        fails_with_any("left", "a", "b"),
    )
    assert found(topology) == []


def tree(seed: int, *, repeated: float) -> Topology:
    """A tree of gates over 24 events, of which some are read from elsewhere, too."""
    rng = random.Random(seed)
    level = [f"e{number:02}" for number in range(24)]
    events, supplies, numbers = tuple(level), list[Supply](), itertools.count()
    while len(level) > 1:
        above: list[str] = []
        while level:
            size = rng.randint(2, 4)
            members, level = level[:size], level[size:]
            if rng.random() < repeated:
                members = sorted({*members, rng.choice(events)})
            above.append(f"g{next(numbers):02}")
            supplies += vote(above[-1], rng.randint(1, len(members)), *members)
        level = above
    return drawn(supplies, fails_with_any("top", *level))


@pytest.mark.parametrize("repeated", [0.0, 0.15, 0.4])
@pytest.mark.parametrize("seed", range(12))
def test_importance_is_the_same_with_modules_and_without(
    seed: int, repeated: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    topology = tree(seed, repeated=repeated)
    rng = random.Random(seed)
    events = {each: rng.choice([0.0, 0.01, 0.3, 0.9, 1.0]) for each in leaves(topology)}
    some = {each.event: each.fussell_vesely for each in ask(topology, events).importance}
    monkeypatch.setattr(importance, "modules", lambda *_: [])
    assert some == pytest.approx({each.event: each.fussell_vesely for each in ask(topology, events).importance})


@pytest.mark.parametrize("looks", range(1, 12))
def test_an_analysis_ends_when_nobody_waits_for_it(looks: int) -> None:
    token, ticks = Token(), itertools.count(1)

    def clock() -> float:
        if next(ticks) == looks:
            token.stop()
        return watched_seconds()

    topology = tree(1, repeated=0.4)
    question = CutSetQuestion(target="top", events=dict.fromkeys(leaves(topology), 0.1))
    budget = Budget(nodes=100_000, seconds=60.0, clock=clock)
    with pytest.raises(Stopped):
        token.run(lambda: minimal_cut_sets(topology, question, budget=budget))
    assert next(ticks) == looks + 1  # at that very look
