"""How far an asset is from a cause: fewest supplies from a failure or a removed supply along tripped groups.

A path goes from provider to dependant through members that give less than before, and only into groups that are tripped
(whose term in S is below what the dependant had in M).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from graph.impact.case import Case
from graph.impact.evidence import member, supplies, tripped
from graph.impact.network import NetworkGroup
from graph.impact.proof import ProofMember
from graph.impact.supply import Supply


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The last supply of a shortest path to an asset; `cause` where the supply itself was changed by the question."""

    hops: int
    group: NetworkGroup
    supply: Supply
    cause: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A supply into a tripped group, with what it gave and gives."""

    group: NetworkGroup
    supply: Supply
    seen: ProofMember


def edges(case: Case, at: int) -> Iterator[Edge]:
    """All supplies into the tripped groups of an asset, in the order of groups, then providers and relationships."""
    for group in tripped(case, at):
        for supply in supplies(case, group):
            yield Edge(group=group, supply=supply, seen=member(case, supply))


def arrival(case: Case, at: int, hops_of: Callable[[int], int | None]) -> Arrival:
    """How a shortest path reaches an impacted asset: by the first supply, in order, that comes from one hop nearer.

    `hops_of` gives what `distances` found, 0 for a failed asset and None for one that no path reaches.
    """
    hops = hops_of(at)
    listed = list(edges(case, at))
    for edge in listed:
        if edge.seen.weakened and hops == 1:
            return Arrival(hops=1, group=edge.group, supply=edge.supply, cause=True)
        nearer = hops_of(case.s.network.position[edge.supply.provider]) if edge.seen.lost else None
        if nearer is not None and hops == nearer + 1 and not edge.seen.weakened:
            return Arrival(hops=nearer + 1, group=edge.group, supply=edge.supply, cause=False)
    put_in = next(edge for edge in listed if edge.supply.relationship in case.changed)
    return Arrival(hops=1, group=put_in.group, supply=put_in.supply, cause=True)


def arrivals(case: Case) -> Mapping[int, Arrival]:
    """For each impacted asset (by position) how a shortest path reaches it."""
    hops = distances(case)
    return {at: arrival(case, at, hops.get) for at in case.impacted}


def distances(case: Case) -> Mapping[int, int]:
    """The hops of each asset that a path reaches; 0 for the failed ones.

    Causes are the failed assets, and supplies that the question took away or that give less since it replaced them.
    Where neither explains a fall, a supply that the question put in is the cause: an asset that had no supply of a FLOW
    type didn't need it.
    """
    by_provider: dict[int, list[int]] = {}
    weakened: list[int] = []
    put_in: list[int] = []
    for at in case.impacted:
        for edge in edges(case, at):
            if edge.seen.weakened:
                weakened.append(at)
            elif edge.seen.lost:
                by_provider.setdefault(case.s.network.position[edge.supply.provider], []).append(at)
            if edge.supply.relationship in case.changed:
                put_in.append(at)
    found: dict[int, int] = {}
    _search(found, [*((at, 0) for at in case.failed), *((at, 1) for at in weakened)], by_provider)
    _search(found, [(at, 1) for at in put_in], by_provider)
    return found


def _search(found: dict[int, int], causes: list[tuple[int, int]], by_provider: Mapping[int, list[int]]) -> None:
    """Reach what the causes reach, (asset, hops) in rising order of hops."""
    ahead = deque[int]()
    for at, hops in causes:
        if at not in found:
            found[at] = hops
            ahead.append(at)
    while ahead:
        at = ahead.popleft()
        for dependant in by_provider.get(at, ()):
            if dependant not in found:
                found[dependant] = found[at] + 1
                ahead.append(dependant)
