"""Which assets are on a loop of supplies together."""

from __future__ import annotations

from collections.abc import Sequence


def loops(dependants: Sequence[Sequence[int]]) -> list[int]:
    """For each asset the number of its strongly connected component; on a loop together are those that share one.

    By two searches (Kosaraju): components are what is reached backwards, from the asset that the forward search
    finished last. Cost: O(n + m).
    """
    backwards: list[list[int]] = [[] for _ in dependants]
    for provider, reads in enumerate(dependants):
        for dependant in reads:
            backwards[dependant].append(provider)
    component = [-1] * len(dependants)
    for root in reversed(_finished(dependants)):
        if component[root] >= 0:
            continue
        component[root] = root
        ahead = [root]
        while ahead:
            for provider in backwards[ahead.pop()]:
                if component[provider] < 0:
                    component[provider] = root
                    ahead.append(provider)
    return component


def _finished(dependants: Sequence[Sequence[int]]) -> list[int]:
    """Assets in the order in which a depth-first search leaves them."""
    order: list[int] = []
    seen = [False] * len(dependants)
    for root in range(len(dependants)):
        if seen[root]:
            continue
        seen[root] = True
        stack = [(root, iter(dependants[root]))]
        while stack:
            at, rest = stack[-1]
            following = next((each for each in rest if not seen[each]), None)
            if following is None:
                stack.pop()
                order.append(at)
            else:
                seen[following] = True
                stack.append((following, iter(dependants[following])))
    return order
