"""Which assets are behind one that isn't well: those unwell by themselves that its loss comes from."""

from __future__ import annotations

from collections import deque
from typing import Final

from graph.kernel import Supplies
from graph.kernel.arrays import ASLEEP, BY_CAPACITY, FLOW, I32, NEEDS, ONE

LOOKED_AT: Final = 2_000
"""Assets that are looked at for one: behind one that stands at the end of everything, the nearest causes are named."""


def causes(supplies: Supplies, values: I32, own: I32, at: int, *, most: int) -> list[int]:
    """Return the nearest assets below 1 by themselves that make the asset at a position less than it could be.

    `values` (n,) are operabilities and `own` (n,) own ones, in millionths. Followed are lost members of groups that
    lack something: a provider that a group can do without is no cause. Cost: members of these groups.
    """
    found: list[int] = []
    seen, ahead = {at}, deque([at])
    while ahead and len(found) < most and len(seen) < LOOKED_AT:
        here = ahead.popleft()
        if own[here] < ONE:
            found.append(here)
        for group in supplies.groups(here):
            for provider in _lost(supplies, values, group):
                if provider not in seen:
                    seen.add(provider)
                    ahead.append(provider)
    return found


def _lost(supplies: Supplies, values: I32, group: int) -> list[int]:
    """The members below 1 of a group that gives less than it should; none of another."""
    row = supplies.net.groups[group]
    if row[FLOW] == ASLEEP:
        return []
    members = [
        (provider, int(values[provider]) if int(supplies.net.members[member]) >= 0 else 0, member)
        for member in supplies.members(group)
        for provider in (supplies.provider(member),)
    ]
    if row[BY_CAPACITY]:
        capacity = supplies.net.capacity
        given = sum((int(capacity[member]) if capacity.size else 1_000) * value for _, value, member in members)
        whole = given >= int(supplies.net.needed[group]) * ONE
    else:
        needs = int(row[NEEDS])
        whole = sum(value == ONE for _, value, _ in members) >= needs
    return [] if whole else [provider for provider, value, _ in members if value < ONE and int(values[provider]) < ONE]
