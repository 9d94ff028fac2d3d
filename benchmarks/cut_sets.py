"""Minimal cut sets of large fault trees: chains of two-of-four stages, and random trees of gates.

No server is needed. Run it by `python -m benchmarks.cut_sets [--stages N] [--events N]`.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Sequence
from itertools import count

from graph.cutsets import Budget, CutSetQuestion, CutSets, minimal_cut_sets
from graph.impact import Kind, RelationshipId, Supply, Terms, Topology, build_topology

GOAL = 2.0
ENTANGLED = 100
"""Events of a tree three in ten of whose gates read an event from elsewhere; it has over 150,000 minimal cut sets."""
ENTANGLED_GOAL = 10.0
BUDGET = Budget(nodes=4_000_000, seconds=120.0, clock=time.perf_counter)


def gate(name: str, members: Sequence[str], needs: int) -> list[Supply]:
    """A gate that works while `needs` of its members do."""
    return [
        Supply(
            provider=member,
            dependant=name,
            relationship=RelationshipId(type="NEEDS", source=member, target=name),
            kind=Kind.REQUIREMENT,
            terms=Terms(group="gate", needs=needs * 1000),
        )
        for member in members
    ]


def chain(stages: int, *, all_fail: bool) -> Topology:
    """Stages of four parts of which two must work; the top fails with any stage, or when all have failed."""
    supplies: list[Supply] = []
    names = [f"stage{number:04}" for number in range(stages)]
    for name in names:
        supplies += gate(name, [f"{name}-{part}" for part in range(4)], 2)
    return _topology([*supplies, *gate("top", names, 1 if all_fail else stages)])


def random_tree(events: int, *, repeated: float, seed: int = 1) -> Topology:
    """A tree of AND, OR and voting gates; a share `repeated` of the gates also reads an event from anywhere."""
    rng = random.Random(seed)
    supplies: list[Supply] = []
    level = [f"event{number:05}" for number in range(events)]
    leaves = tuple(level)
    numbers = count()
    while len(level) > 1:
        above: list[str] = []
        while level:
            size = rng.randint(2, 4)
            members, level = level[:size], level[size:]
            if rng.random() < repeated:
                members.append(rng.choice(leaves))
            members = sorted(set(members))
            above.append(f"gate{next(numbers):05}")
            needs = rng.choice([1, len(members), max(1, len(members) - 1)])
            supplies += gate(above[-1], members, needs)
        level = above
    return _topology([*supplies, *gate("top", level, 1)])


def _topology(supplies: Sequence[Supply]) -> Topology:
    assets = {end: frozenset[str]() for each in supplies for end in (each.provider, each.dependant)}
    return build_topology(assets, supplies)


def measure(name: str, topology: Topology, *, probability: float, importance: bool, goal: float = GOAL) -> CutSets:
    """Ask for everything about the top, and print what came and how long it took."""
    providers = {each.dependant for each in topology.supplies}
    events = dict.fromkeys(sorted(topology.assets.keys() - providers), probability)
    question = CutSetQuestion(target="top", events=events, importance=importance)
    started, processor = time.perf_counter(), time.thread_time()
    answer = minimal_cut_sets(topology, question, budget=BUDGET)
    seconds, processor = time.perf_counter() - started, time.thread_time() - processor
    cut_sets = "?" if answer.count is None else _said(answer.count)
    kind = "with importance" if importance else "count and probability"
    print(
        f"{name:40} {kind:22} {processor:6.2f} s processor {seconds:6.2f} s clock (goal: {goal} s)   "
        f"{cut_sets} cut sets, P = {answer.probability}",
        flush=True,
    )
    return answer


def _said(number: int) -> str:
    return f"{number:,}" if number < 10**12 else f"about 10^{math.log10(number):.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each network without and with importance."""
    parser = argparse.ArgumentParser(prog="benchmarks.cut_sets")
    parser.add_argument("--stages", type=int, default=1000, help="stages of the chains (default 1000)")
    parser.add_argument("--events", type=int, default=2000, help="events of the random tree (default 2000)")
    chosen = parser.parse_args(arguments)
    networks = {
        f"{chosen.stages} two-of-four, any stage fails": (chain(chosen.stages, all_fail=False), 0.01),
        f"{chosen.stages} two-of-four, all stages fail": (chain(chosen.stages, all_fail=True), 0.9),
        f"tree of {chosen.events} events": (random_tree(chosen.events, repeated=0.0), 0.3),
        f"tree of {chosen.events} events, some repeated": (random_tree(chosen.events, repeated=0.01), 0.3),
    }
    for name, (topology, probability) in networks.items():
        for importance in (False, True):
            measure(name, topology, probability=probability, importance=importance)
    entangled = random_tree(ENTANGLED, repeated=0.3, seed=8)
    for importance in (False, True):
        measure(
            f"tree of {ENTANGLED} events, entangled",
            entangled,
            probability=0.01,
            importance=importance,
            goal=ENTANGLED_GOAL,
        )


if __name__ == "__main__":
    main()
