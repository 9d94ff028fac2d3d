"""An independent judge of cut sets: every subset of the events, each evaluated by the plain evaluator of impact."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from graph.impact import FULL, Evaluator, Topology
from graph.impact.fixpoint import lowered

CutSet = tuple[str, ...]


def subsets(of: Iterable[str]) -> Iterator[CutSet]:
    """All subsets, smallest first, then by ids."""
    listed = sorted(of)
    for size in range(len(listed) + 1):
        yield from combinations(listed, size)


def downing(topology: Topology, target: str, events: Iterable[str]) -> set[CutSet]:
    """The subsets of events whose joint failure leaves the target at 0."""
    evaluator = Evaluator(topology)
    return {failed for failed in subsets(events) if _is_down(evaluator, target, failed)}


def _is_down(evaluator: Evaluator, target: str, failed: CutSet) -> bool:
    network = evaluator.network
    own = [0 if asset in failed else FULL for asset in network.ids]
    return lowered(evaluator.nominal, network, own, budget=evaluator.budget).of(target) == 0


def by_size(each: CutSet) -> tuple[int, CutSet]:
    """The order of an answer: smallest first, then by ids."""
    return len(each), each


def minimal(down: Collection[CutSet]) -> list[CutSet]:
    """Those without another one inside, smallest first, then by ids."""
    kept: list[CutSet] = []
    for each in sorted(down, key=by_size):
        if not any(set(smaller) <= set(each) for smaller in kept):
            kept.append(each)
    return kept


def probability(sets: Iterable[CutSet], of: Mapping[str, float]) -> float:
    """The probability that exactly one of these sets, and nothing else, has failed."""
    return math.fsum(math.prod(p if event in failed else 1 - p for event, p in of.items()) for failed in sets)


def fussell_vesely(event: str, down: Collection[CutSet], of: Mapping[str, float]) -> float:
    """The probability that a minimal cut set holding the event has occurred, given that the target is down."""
    holding = [set(each) for each in minimal(down) if event in each]
    occurred = [failed for failed in subsets(of) if any(each <= set(failed) for each in holding)]
    return probability(occurred, of) / probability(down, of)


def conditional(event: str, value: float, down: Collection[CutSet], of: Mapping[str, float]) -> float:
    """The probability that the target is down where the event is known to have failed (1) or not (0)."""
    return probability(down, {**of, event: value})


def ratio(one: float, other: float) -> float:
    """One over other as an answer says it."""
    if other == 0:
        return 1.0 if one == 0 else math.inf
    return one / other


def cut(sets: Sequence[CutSet], order: int | None) -> list[CutSet]:
    """Those of at most `order` elements."""
    return [each for each in sets if order is None or len(each) <= order]
