"""An independent judge: the definition written down again, on dicts of fractions of whole millionths.

Nothing here is shared with the evaluator but the types of the topology. `by_iteration` follows the formula round by
round from scratch; `by_enumeration` finds the fixpoints as Knaster and Tarski define them, by looking at every
assignment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, product

from graph.impact import Combine, Kind, Supply, Topology

Values = dict[str, int]
ONE = 1_000_000


def operator(
    topology: Topology, own: Mapping[str, int]
) -> Callable[[Mapping[str, int], str | None, Mapping[str, int]], Values]:
    """F as a function of X, a FLOW type T (or None) and Y: supplies of T read Y, all others read X."""
    wanted: dict[tuple[str, ...], list[Supply]] = {}
    for number, supply in enumerate(topology.supplies):
        name = supply.terms.group
        if supply.kind is Kind.FLOW:
            if supply.relationship.type in topology.assets[supply.dependant]:
                continue
            key = ("F", supply.dependant, supply.relationship.type, name or "")
        elif name:
            key = ("R", supply.dependant, name)
        else:
            key = ("R", supply.dependant, "", str(number))
        wanted.setdefault(key, []).append(supply)

    def apply(x: Mapping[str, int], flow: str | None, y: Mapping[str, int]) -> Values:
        result = dict(own)
        for members in wanted.values():
            left = _term(members, y if flow is not None and members[0].flow_type == flow else x)
            dependant = members[0].dependant
            result[dependant] = min(result[dependant], left)
        return result

    return apply


def _term(members: list[Supply], of: Mapping[str, int]) -> int:
    needs, combine, loss = members[0].terms.of_group
    gives = [(0 if each.terms.open else of[each.provider], each.terms.capacity) for each in members]
    if needs == 0:
        value = ONE
    elif combine is Combine.CAPACITY:
        value = min(ONE, sum(share * capacity for share, capacity in gives) // needs)
    else:
        # The k-th largest is the greatest value that at least k members reach.
        value = max(
            (share for share, _ in gives if 1000 * sum(other >= share for other, _ in gives) >= needs), default=0
        )
    return (ONE * ONE - loss * (ONE - value)) // ONE


def flow_types(topology: Topology) -> list[str]:
    return sorted({supply.flow_type for supply in topology.supplies if supply.flow_type is not None})


def by_iteration(topology: Topology, own: Mapping[str, int]) -> Values:
    """nu X . min over T of mu Y . F, by the formula."""
    f = operator(topology, own)
    x = dict(own)
    while True:
        lower = f(x, None, x)
        for flow in flow_types(topology):
            y = dict.fromkeys(x, 0)
            while (raised := f(x, flow, y)) != y:
                y = raised
            lower = y if flow == flow_types(topology)[0] else {each: min(lower[each], y[each]) for each in x}
        if lower == x:
            return x
        x = lower


def by_enumeration(topology: Topology, own: Mapping[str, int], scale: tuple[int, ...]) -> Values:
    """The same, where all values lie on `scale`: the join of all X <= G(X), G by the meet of all Y >= F(X, Y)."""
    f = operator(topology, own)
    assets = sorted(topology.assets)
    every = [dict(zip(assets, values, strict=True)) for values in product(scale, repeat=len(assets))]

    def g(x: Values) -> Values:
        found = [f(x, None, x)] if not flow_types(topology) else []
        found += [_meet(assets, (y for y in every if _below(f(x, t, y), y))) for t in flow_types(topology)]
        return _meet(assets, found)

    join = dict.fromkeys(assets, 0)
    for x in every:
        if _below(x, g(x)):
            join = {each: max(join[each], x[each]) for each in assets}
    return join


def _meet(assets: list[str], of: Iterable[Values]) -> Values:
    meet = dict.fromkeys(assets, ONE)
    for values in of:
        meet = {each: min(meet[each], values[each]) for each in assets}
    return meet


def _below(left: Values, right: Values) -> bool:
    return all(left[each] <= right[each] for each in left)


def subsets(of: Iterable[str], most: int) -> Iterator[frozenset[str]]:
    """All subsets of at most `most` elements."""
    listed = sorted(of)
    for size in range(most + 1):
        for each in combinations(listed, size):
            yield frozenset(each)
