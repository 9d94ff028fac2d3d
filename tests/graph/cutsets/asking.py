"""Fault trees written down, and questions about them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from graph.cutsets import Budget, CutSetQuestion, CutSets, Importance, minimal_cut_sets
from graph.impact import Supply, Topology
from tests.graph.impact.drawing import drawn, need

PLENTY = Budget(nodes=500_000, seconds=60, clock=time.monotonic)


def vote(gate: str, fail_at: int, *members: str) -> list[Supply]:
    """A gate that fails when `fail_at` of its members do."""
    return need(gate, *members, group="gate", needs=len(members) - fail_at + 1)


def fails_with_any(gate: str, *members: str) -> list[Supply]:
    return vote(gate, 1, *members)


def fails_with_all(gate: str, *members: str) -> list[Supply]:
    return vote(gate, len(members), *members)


def stage(number: int) -> str:
    return f"s{number:02}"


def chain(stages: int, *, all_fail: bool = False) -> Topology:
    """Stages of four parts of which two must work; the top fails with any stage, or when all have failed."""
    names = [stage(number) for number in range(stages)]
    parts = [vote(name, 3, *(f"{name}{part}" for part in "abcd")) for name in names]
    return drawn(*parts, vote("top", stages if all_fail else 1, *names))


def leaves(topology: Topology) -> list[str]:
    """The assets that nothing supplies, by id."""
    return sorted(topology.assets.keys() - {each.dependant for each in topology.supplies})


def ask(
    topology: Topology,
    events: Mapping[str, float | None] | Sequence[str],
    *,
    target: str = "top",
    max_order: int | None = None,
    first: int = 1000,
    budget: Budget = PLENTY,
) -> CutSets:
    """Ask for everything about a target."""
    known = events if isinstance(events, Mapping) else dict.fromkeys(events)
    question = CutSetQuestion(target=target, events=known, max_order=max_order, first=first)
    return minimal_cut_sets(topology, question, budget=budget)


def alike(
    topology: Topology, share: float, *, max_order: int | None = None, first: int = 1000, budget: Budget = PLENTY
) -> CutSets:
    """Ask with all leaves as events of one probability."""
    return ask(topology, dict.fromkeys(leaves(topology), share), max_order=max_order, first=first, budget=budget)


def probability_of(answer: CutSets) -> float:
    assert answer.probability is not None
    return answer.probability


def importance_of(answer: CutSets, event: str) -> Importance:
    (found,) = (each for each in answer.importance if each.event == event)
    return found


def sets(text: str) -> tuple[tuple[str, ...], ...]:
    """Cut sets as text: `a bc` is {a} and {b, c}, of events with names of one letter."""
    return tuple(tuple(each) for each in text.split())
