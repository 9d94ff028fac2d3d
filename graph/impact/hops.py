"""How far an asset is from a cause: fewest supplies from a failure or a removed supply along tripped groups.

A path goes from provider to dependant through members that give less than before, and only into groups that are tripped
(whose term in S is below what the dependant had in M).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from graph.impact.case import Case
from graph.impact.evidence import member, supplies, tripped
from graph.impact.network import NetworkGroup
from graph.impact.supply import Supply


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The last supply of a shortest path to an asset; `cause` where the supply itself was changed by the question."""

    hops: int
    group: NetworkGroup
    supply: Supply
    cause: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    dependant: int
    group: NetworkGroup
    supply: Supply


def arrivals(case: Case) -> Mapping[int, Arrival]:
    """For each impacted asset (by position) how a shortest path reaches it.

    Causes are the failed assets, and supplies that the question took away or that give less since it replaced them.
    Where neither explains a fall, a supply that the question put in is the cause: an asset that had no supply of a FLOW
    type didn't need it. Ties go to the first in the order of groups, then providers and relationships.
    """
    edges, causes, added = _edges(case)
    found: dict[int, Arrival] = {}
    ahead: deque[tuple[int, int]] = deque((at, 0) for at in sorted(case.failed))
    for edge in causes:
        _reach(found, ahead, edge, hops=1, cause=True)
    _search(found, ahead, edges)
    for edge in added:
        _reach(found, ahead, edge, hops=1, cause=True)
    _search(found, ahead, edges)
    return found


def _edges(case: Case) -> tuple[dict[int, list[_Edge]], list[_Edge], list[_Edge]]:
    """Supplies into tripped groups of impacted assets: by lost provider, those that are causes, those put in."""
    by_provider: dict[int, list[_Edge]] = {}
    causes: list[_Edge] = []
    added: list[_Edge] = []
    position = case.s.network.position
    for at in case.impacted:
        for group in tripped(case, at):
            for supply in supplies(case, group):
                seen = member(case, supply)
                edge = _Edge(dependant=at, group=group, supply=supply)
                if seen.weakened:
                    causes.append(edge)
                elif seen.lost:
                    by_provider.setdefault(position[supply.provider], []).append(edge)
                if supply.relationship in case.changed:
                    added.append(edge)
    return by_provider, causes, added


def _search(found: dict[int, Arrival], ahead: deque[tuple[int, int]], edges: Mapping[int, list[_Edge]]) -> None:
    while ahead:
        at, hops = ahead.popleft()
        for edge in edges.get(at, ()):
            _reach(found, ahead, edge, hops=hops + 1, cause=False)


def _reach(found: dict[int, Arrival], ahead: deque[tuple[int, int]], edge: _Edge, *, hops: int, cause: bool) -> None:
    if edge.dependant in found:
        return
    found[edge.dependant] = Arrival(hops=hops, group=edge.group, supply=edge.supply, cause=cause)
    ahead.append((edge.dependant, hops))
