"""What leans on an asset among those that are on a loop with it: what is lower there when the asset itself is put to 0.

`lowered` of `fixpoint.py` says the same. This one costs only what is touched, for a question that is asked of every
asset in turn. It never leaves the loops of the asset (its strongly connected component): what is downstream of them
can't change them. Within a FLOW type it goes by rank, the round of the least fixpoint in which an asset reached its
value:

- Suspect is what fell, and every asset whose providers of lower rank, suspects left out, don't alone give it its value.
  An asset that owes its value to one of higher rank (a loose one) is suspect from the start.
- What isn't suspect keeps its value: by rank, each has all it needs from others that keep theirs.
- Suspects begin again at 0 and are raised from what isn't suspect: the least fixpoint with the rest given.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from graph.impact.fixpoint import Fixpoint, Work, lower, raise_up, ranks


class Leaning:
    """Puts one asset after the other to 0 in a state, each time from that state.

    `component` says for each asset (by position) which loops it is on, as `loops` does; all that is done for all
    assets together shares one budget.
    """

    def __init__(self, state: Fixpoint, component: Sequence[int], *, budget: int) -> None:
        self._state = state
        self._component = component
        self._network = replace(
            state.network,
            dependants=_inside(state.network.dependants, component),
            flow_dependants=tuple(_inside(of, component) for of in state.network.flow_dependants),
        )
        self._work = Work(state.network, budget)
        flows = range(len(state.network.flows))
        self._ranks = [ranks(state, flow) for flow in flows]
        self._loose = [
            [at for at in range(self._network.size) if self._support(at, flow, set()) < state.values[at]]
            for flow in flows
        ]

    def without(self, at: int) -> list[int]:
        """The operabilities, by position, with the own operability of one asset put to 0; right for its component."""
        values, own = list(self._state.values), list(self._state.own)
        values[at] = own[at] = 0
        low = {at}
        news: Collection[int] = low
        while news:
            dirty = {dependant for each in news for dependant in self._network.dependants[each]}
            fell = lower(self._network, own, values, dirty, self._work)
            low |= fell
            news = set[int]()
            for flow in range(len(self._network.flows)):
                suspects = self._suspects(flow, low, self._component[at])
                fell = raise_up(self._network, own, values, flow, suspects, self._work)
                low |= fell
                news |= fell
        return values

    def _suspects(self, flow: int, low: AbstractSet[int], component: int) -> set[int]:
        suspects = {*low, *(at for at in self._loose[flow] if self._component[at] == component)}
        ahead = list(suspects)
        while ahead:
            for at in self._network.flow_dependants[flow][ahead.pop()]:
                if at not in suspects and self._support(at, flow, suspects) < self._state.values[at]:
                    suspects.add(at)
                    ahead.append(at)
        return suspects

    def _support(self, at: int, flow: int, suspects: AbstractSet[int]) -> int:
        """What an asset's groups of a FLOW type leave of it by providers of lower rank that aren't suspect, alone."""
        values, rank = self._state.values, self._ranks[flow]
        terms = [
            group.term_of(
                [
                    (0 if provider in suspects or rank[provider] >= rank[at] else values[provider], capacity)
                    for provider, capacity in group.feeds
                ]
            )
            for group in self._network.groups[at]
            if group.flow == flow
        ]
        return min(terms, default=values[at])


def _inside(dependants: Sequence[Sequence[int]], component: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(each for each in of if component[each] == component[provider]) for provider, of in enumerate(dependants)
    )
