"""The result of `docs/impact.md`: nu X . min over FLOW types T of (mu Y . F, T reading Y and all others reading X).

How it is computed, and why that is the same. Write least(T, X) for mu Y . F with supplies of T reading Y and all others
reading X, and Z for the result.

1. X starts at `own`, or at the result of an earlier evaluation that only had more (higher own values, fewer open
   supplies), capped by `own`. Either way X >= Z and F(X) <= X, and both hold ever after.
2. `lower` replaces single values of X by F (everything reading X) until nothing changes. It never goes below Z: with
   F(X) <= X, least(T, X) <= F(X).
3. `_least` replaces X by least(T, X), one FLOW type after the other. Raising Y from 0 needs no more than the assets
   that a fall can reach along supplies of T: the others read nothing that changed, so they keep what they had. An asset
   that has come up to X is done, for least(T, X) <= X.
4. When neither lowers anything, X = F(X) and X = least(T, X) for each T, so X is a fixpoint of the whole operator that
   is not below the greatest one: it is the greatest one.

All rounds are synchronous (every value of a round is made from the values of the round before), so results and rounds
do not depend on any order. Values are integers of millionths: every loop ends, though one of CAPACITY or of losses
below 1 may creep by a millionth a round. The budget bounds the recomputations; when it is spent there is an error.

Cost: O((n + m) * rounds) for the first evaluation, and for later ones what a fall reaches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from graph.impact.errors import BudgetSpent
from graph.impact.network import Network
from graph.impact.quantity import Operability


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixpoint:
    """The operability of every asset, by position (millionths), with what it was made from."""

    network: Network
    own: Sequence[int]
    values: Sequence[int]

    def of(self, asset: str) -> Operability:
        """The operability of one asset by id."""
        return Operability(self.values[self.network.position[asset]])


class Work:
    """Counts recomputations of single values against a budget."""

    def __init__(self, network: Network, budget: int) -> None:
        self._network = network
        self._budget = budget
        self._left = budget

    def spend(self, assets: Collection[int]) -> None:
        """Take one recomputation for each of `assets`; raises BudgetSpent, naming some of them."""
        self._left -= len(assets)
        if self._left < 0:
            names = tuple(self._network.ids[asset] for asset in sorted(assets)[:10])
            raise BudgetSpent(budget=self._budget, assets=names)


def greatest(network: Network, own: Sequence[int], *, budget: int) -> Fixpoint:
    """The result, from nothing but the network and every asset's own operability (millionths, by position)."""
    values = list(own)
    everything = range(network.size)
    _settle(network, own, values, everything, Work(network, budget))
    return Fixpoint(network=network, own=own, values=values)


def lowered(before: Fixpoint, network: Network, own: Sequence[int], *, budget: int) -> Fixpoint:
    """The result where nothing is better than `before`: no own value is higher, no supply differs but by being open.

    Equal to `greatest(network, own)`, but costs what the fall reaches.
    """
    values = [min(pair) for pair in zip(before.values, own, strict=True)]
    changed = {at for at, value in enumerate(values) if value < before.values[at]}
    if network is not before.network:
        for at, groups in enumerate(network.groups):
            if [group.feeds for group in groups] != [group.feeds for group in before.network.groups[at]]:
                changed.add(at)
    if changed:
        _settle(network, own, values, changed, Work(network, budget))
    return Fixpoint(network=network, own=own, values=values)


def ranks(fixpoint: Fixpoint, flow: int) -> Sequence[int]:
    """For one FLOW type, the round of the least fixpoint in which each asset reached its value (0: it has none)."""
    network, values = fixpoint.network, fixpoint.values
    raised = [0] * network.size
    round_of = [0] * network.size
    dirty: Iterable[int] = range(network.size)
    number = 0
    while dirty:
        number += 1
        news = _round(network, fixpoint.own, dirty, flow, raised, values)
        for at, value in news:
            raised[at] = value
            round_of[at] = number
        dirty = _dependants(network.flow_dependants[flow], [at for at, _ in news])
    return round_of


def _settle(network: Network, own: Sequence[int], values: list[int], changed: Iterable[int], work: Work) -> None:
    """Lower `values` to the result; `changed` are the assets that may be too high or were lowered just now."""
    seeds: list[set[int]] = [set(changed) for _ in network.flows]
    first = set(changed)
    dirty = first | _dependants(network.dependants, first)
    while True:
        fell = lower(network, own, values, dirty, work)
        for seed in seeds:
            seed.update(fell)
        dirty = set[int]()
        for flow, seed in enumerate(seeds):
            if not seed:
                continue
            fell = _least(network, own, values, flow, seed, work)
            seed.clear()
            for other in seeds[:flow] + seeds[flow + 1 :]:
                other.update(fell)
            dirty |= _dependants(network.dependants, fell)
        if not dirty and not any(seeds):
            return


def lower(network: Network, own: Sequence[int], values: list[int], dirty: set[int], work: Work) -> set[int]:
    """Lower X by F, everything reading X, until nothing changes; returns the assets that fell."""
    fell: set[int] = set()
    while dirty:
        work.spend(dirty)
        news = [(at, value) for at in dirty if (value := _plain(network, own, at, values)) < values[at]]
        for at, value in news:
            values[at] = value
        fallen = [at for at, _ in news]
        fell.update(fallen)
        dirty = _dependants(network.dependants, fallen)
    return fell


def _least(network: Network, own: Sequence[int], values: list[int], flow: int, seed: set[int], work: Work) -> set[int]:
    """Replace X by least(T, X) where a change in `seed` reaches it along supplies of T; returns what fell."""
    return raise_up(network, own, values, flow, _reach(network.flow_dependants[flow], seed), work)


def raise_up(
    network: Network, own: Sequence[int], values: list[int], flow: int, restart: AbstractSet[int], work: Work
) -> set[int]:
    """Raise the assets of `restart` from 0 by supplies of one FLOW type, the others as they are in `values`.

    Writes what came of it into `values` and returns the assets that ended lower than they were.
    """
    raised = list(values)
    for at in restart:
        raised[at] = 0
    dirty = restart
    while dirty := {at for at in dirty if raised[at] < values[at]}:
        work.spend(dirty)
        news = _round(network, own, dirty, flow, raised, values)
        for at, value in news:
            raised[at] = value
        dirty = _dependants(network.flow_dependants[flow], [at for at, _ in news])
    fell = {at for at in restart if raised[at] < values[at]}
    for at in fell:
        values[at] = raised[at]
    return fell


def _round(
    network: Network, own: Sequence[int], dirty: Iterable[int], flow: int, raised: list[int], held: Sequence[int]
) -> list[tuple[int, int]]:
    """One round of raising Y: the assets of `dirty` whose F, with T reading Y and the rest reading X, is above Y."""
    return [(at, value) for at in dirty if (value := _mixed(network, own, at, flow, raised, held)) > raised[at]]


def _plain(network: Network, own: Sequence[int], at: int, values: Sequence[int]) -> int:
    """F at one asset: the least of its own operability and its groups' terms."""
    return min([own[at], *(group.term(values) for group in network.groups[at])])


def _mixed(network: Network, own: Sequence[int], at: int, flow: int, raised: Sequence[int], held: Sequence[int]) -> int:
    """F at one asset with groups of one FLOW type reading Y (`raised`) and all others reading X (`held`)."""
    terms = (group.term(raised if group.flow == flow else held) for group in network.groups[at])
    return min([own[at], *terms])


def _dependants(of: Sequence[Sequence[int]], assets: Iterable[int]) -> set[int]:
    return {dependant for asset in assets for dependant in of[asset]}


def _reach(of: Sequence[Sequence[int]], seed: set[int]) -> set[int]:
    reached = set(seed)
    ahead = list(seed)
    while ahead:
        for dependant in of[ahead.pop()]:
            if dependant not in reached:
                reached.add(dependant)
                ahead.append(dependant)
    return reached
