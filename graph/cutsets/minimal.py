"""Minimal cut sets of a monotone failure, from its decision diagram (Rauzy 1993)."""

from __future__ import annotations

from typing import Final

from graph.cutsets.decision import ALWAYS, NEVER, Decision
from graph.cutsets.families import EMPTY, UNIT, Families
from graph.cutsets.recursion import solve

_Pair = tuple[int, int]
_ENDLESS: Final = 1 << 62


class Minimal:
    """The minimal solutions of every node of a decision diagram, as families in `families`.

    Those of "x has failed ? high : low" are those of `low`, and with x those of `high` that aren't cut sets of `low`
    already. Rauzy's operator `without` takes these away; asked of the diagram of `low` itself instead of its minimal
    solutions, it is a walk along both diagrams. Cost: as many steps as pairs of nodes met, at most the product.
    """

    def __init__(self, decision: Decision, families: Families) -> None:
        self.decision = decision
        self.families = families
        self._known: dict[_Pair, int] = {}
        self.of: dict[int, int] = {NEVER: EMPTY, ALWAYS: UNIT}

    def all(self) -> int:
        """All minimal solutions of the root; `of` then has those of every node."""
        decision = self.decision
        for at in decision.inner if decision.root not in self.of else ():
            high, low = self.of[decision.high[at]], self.of[decision.low[at]]
            new = self._without(high, decision.low[at])
            self.of[at] = self.families.node(decision.variables[at], new, low)
        return self.of[decision.root]

    def up_to(self, order: int) -> int:
        """Those of at most `order` elements. Larger ones are never made, at any node."""
        decision, least = self.decision, self._fewest()
        wanted = self._orders(order, least)
        found: dict[_Pair, int] = {}
        found |= {(end, left): self.of[end] for end in (NEVER, ALWAYS) for left in range(order + 1)}
        for at in decision.inner:
            high, low = decision.high[at], decision.low[at]
            for left in wanted[at]:
                new = found[high, left - 1] if least[high] < left else EMPTY
                rest = found[low, left] if least[low] <= left else EMPTY
                found[at, left] = self.families.node(decision.variables[at], self._without(new, low), rest)
        return found[decision.root, order] if least[decision.root] <= order else EMPTY

    def _fewest(self) -> list[int]:
        """For each node the size of its smallest solution."""
        decision = self.decision
        fewest = [_ENDLESS, 0]
        for at in decision.inner:
            fewest.append(min(fewest[decision.high[at]] + 1, fewest[decision.low[at]]))
        return fewest

    def _orders(self, order: int, fewest: list[int]) -> list[list[int]]:
        """For each node the orders up to which its solutions are asked for from the root, where it has any."""
        decision = self.decision
        wanted: list[set[int]] = [set() for _ in decision.variables]
        wanted[decision.root].add(order)
        for at in reversed(decision.inner):
            wanted[at] = {left for left in wanted[at] if fewest[at] <= left}
            self.families.meter.spend(len(wanted[at]))
            wanted[decision.low[at]] |= wanted[at]
            wanted[decision.high[at]] |= {left - 1 for left in wanted[at]}
        return [sorted(of) for of in wanted]

    def _without(self, family: int, node: int) -> int:
        """The sets of a family that are no cut sets of a node."""
        start = self._met(family, node)
        return solve(start, self._known, self.families.meter, plain=self._plain, parts=self._parts, join=self._join)

    def _met(self, family: int, node: int) -> _Pair:
        """Go on in the diagram, not failed, to where the family decides: its sets hold no earlier variable."""
        decision = self.decision
        if family > UNIT:
            variable = self.families.variables[family]
            while decision.variables[node] < variable:
                node = decision.low[node]
        return family, node

    def _plain(self, pair: _Pair) -> int | None:
        family, node = pair
        if node == NEVER:
            return family
        if node == ALWAYS or family == self.of.get(node):
            return EMPTY
        return family if family <= UNIT else None

    def _parts(self, pair: _Pair) -> tuple[_Pair, _Pair]:
        family, node = pair
        decision, families = self.decision, self.families
        if decision.variables[node] > families.variables[family]:
            return self._met(families.high[family], node), self._met(families.low[family], node)
        high = self._met(families.high[family], decision.high[node])
        return high, self._met(families.low[family], decision.low[node])

    def _join(self, pair: _Pair, high: int, low: int) -> int:
        return self.families.node(self.families.variables[pair[0]], high, low)
