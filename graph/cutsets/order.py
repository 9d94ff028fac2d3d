"""The order of variables, which decides how large a diagram becomes.

Depth first from the target, an event at its first visit: events that meet in a gate low in the network come next to
each other (Malik et al. 1988, Fujita et al. 1988; for fault trees Bouissou 1996). The assets of a loop are taken
breadth first instead, so that what lies between the events passed and those ahead is a front across the mesh and not
most of it: on a grid of 6 by 6 all took a third of the time, and one of 7 by 7 went into a million nodes at all.

No order is good for all networks, and the best is NP-hard to find (Bollig and Wegener 1996).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator, Mapping

from graph.cutsets.components import Groups, loop_of
from graph.cutsets.demand import members_read


def search_order(groups: Groups, target: int, events: Container[int]) -> list[int]:
    """The events (positions) that the target may depend on, in the order of their variables. O(n + m)."""
    loop = loop_of(groups)
    found: list[int] = []
    seen: set[int] = set()
    entered: set[int] = set()
    stack = [iter([target])]
    while stack:
        asset = next((each for each in stack[-1] if each not in seen), None)
        if asset is None:
            stack.pop()
        elif loop[asset] not in entered:
            entered.add(loop[asset])
            stack.append(_breadth_first(groups, loop, asset))
        else:
            seen.add(asset)
            if asset in events:
                found.append(asset)
            stack.append(iter([each for each in _providers(groups, asset) if loop[each] != loop[asset]]))
    return found


def _breadth_first(groups: Groups, loop: Mapping[int, int], start: int) -> Iterator[int]:
    """An asset and those on a loop with it."""
    met = {start}
    ahead = deque([start])
    while ahead:
        asset = ahead.popleft()
        yield asset
        news = [each for each in _providers(groups, asset) if loop[each] == loop[asset] and each not in met]
        met.update(news)
        ahead.extend(dict.fromkeys(news))


def _providers(groups: Groups, asset: int) -> list[int]:
    """Members group by group, small groups first: their events decide most."""
    ordered = sorted(groups[asset], key=lambda group: len(members_read(group)))
    return [provider for group in ordered for provider in members_read(group)]
