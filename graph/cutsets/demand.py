"""What must be known of each asset to tell whether the target is DOWN.

DOWN is "operability below one millionth". That holds if one of the target's groups leaves less than a millionth, which
for QUORUM means that enough members are below some other threshold, and so on to the events. Thresholds not asked for
are never looked at: where all losses are 1 and all groups QUORUM, one yes or no per asset is left, and a group that can
only degrade disappears with all behind it. A CAPACITY group asks for all values of its members.

The values read are a closed system: what is asked of an asset follows from what is asked of its providers, round by
round of every fixpoint. So the fixpoints of the whole, seen through these thresholds, are the fixpoints of the part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from graph.cutsets.budget import Meter
from graph.impact import FULL, Combine
from graph.impact.network import Network, NetworkGroup

NOTHING: Final = 0
EVERY: Final = -1
"""Stands for all thresholds of an asset."""

Demand = Mapping[int, frozenset[int]]
"""By position of an asset the thresholds asked for, in millionths, or EVERY. Assets not asked about are left out."""


def least_value(loss: int, threshold: int) -> int:
    """The least value of a group (millionths) whose term is not below `threshold`; 0 or less where none is too low.

    term >= t as `term` rounds down: FULL * FULL - loss * (FULL - value) >= t * FULL.
    """
    return FULL - FULL * (FULL - threshold) // loss


def matters(group: NetworkGroup, threshold: int) -> bool:
    """Whether some value of the group would put its dependant below the threshold."""
    return group.needs > 0 and (threshold == EVERY or least_value(group.loss, threshold) > 0)


def is_short(group: NetworkGroup) -> bool:
    """Whether the group gives 0 whatever its members do: a QUORUM with fewer members than it needs."""
    return group.combine is Combine.QUORUM and len(group.feeds) < group.needs


def asked(group: NetworkGroup, threshold: int) -> int:
    """What one threshold of the dependant asks of each member: a threshold, NOTHING or EVERY."""
    if not matters(group, threshold) or is_short(group):
        return NOTHING
    if threshold == EVERY or group.combine is Combine.CAPACITY:
        return EVERY
    return least_value(group.loss, threshold)


def demand(network: Network, target: int, meter: Meter) -> Demand:
    """What "is the target below a millionth?" asks of every asset. Cost: O(thresholds * supplies)."""
    wanted: dict[int, set[int]] = {target: {1}}
    ahead = [(target, 1)]
    while ahead:
        asset, threshold = ahead.pop()
        meter.spend()
        for group in network.groups[asset]:
            passed = asked(group, threshold)
            for provider, _ in group.feeds if passed != NOTHING else ():
                known = wanted.setdefault(provider, set())
                if passed not in known:
                    known.add(passed)
                    ahead.append((provider, passed))
    return {asset: frozenset({EVERY} if EVERY in of else of) for asset, of in wanted.items()}


def groups_that_matter(network: Network, demand: Demand, asset: int) -> list[NetworkGroup]:
    """The groups of an asset that decide what is asked of it."""
    return [group for group in network.groups[asset] if any(matters(group, each) for each in demand[asset])]


def members_read(group: NetworkGroup) -> list[int]:
    """The members of a group that matters, by position; none where it is short."""
    return [] if is_short(group) else [provider for provider, _ in group.feeds]
