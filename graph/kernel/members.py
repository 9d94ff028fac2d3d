"""The members of some groups by column, and which of them comes first: ties are broken as `graph/impact` does."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.impact import RelationshipId
from graph.kernel.arrays import (
    ASLEEP,
    CHANGED,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I16,
    I32,
    I64,
    MEMBER_COUNT,
    MEMBERS,
    NAME,
    OWNER,
    REVERSED,
    Net,
)
from graph.kernel.supplies import Supplies

Booleans: TypeAlias = NDArray[np.bool_]

_LAST: Final = 2**15
"""Above the numbers of all FLOW types: groups of requirements come after theirs."""


class Members(NamedTuple):
    """Members of groups (k,): `of` is the place of the group in a list of groups, `provider` a position.

    `open` says that it carries nothing, `changed` that the question took it away or put it in; `type`, `backwards`
    (from target to source) and `key` make the relationship, `capacity` is in thousandths.
    """

    of: I32
    provider: I32
    open: Booleans
    changed: Booleans
    type: I16
    backwards: Booleans
    key: I32
    capacity: I64

    def where(self, keep: Booleans | I64) -> Members:
        """Some of them."""
        return Members._make(column[keep] for column in self)


def groups_of(supplies: Supplies, dependants: I32) -> I32:
    """The groups of some dependants that are awake: those of a dependant side by side, in the order of `dependants`."""
    net = supplies.net
    counts = net.assets[dependants, GROUP_COUNT]
    begin = np.repeat(net.assets[dependants, GROUPS] - (np.cumsum(counts) - counts), counts)
    groups = (begin + np.arange(begin.size)).astype(np.int32)
    return groups[net.groups[groups, FLOW] != ASLEEP]


def members_of(supplies: Supplies, groups: I32) -> Members:
    """The members of some groups, group by group. Cost: their number."""
    net = supplies.net
    counts = net.groups[groups, MEMBER_COUNT]
    of = np.repeat(np.arange(groups.size, dtype=np.int32), counts)
    return read_members(net, (net.groups[groups, MEMBERS] - (np.cumsum(counts) - counts))[of] + np.arange(of.size), of)


def read_members(net: Net, members: I64, of: I32) -> Members:
    """Members by their positions in the arrays of a network (k,), and the place of the group of each."""
    provider, marks = net.members[members], net.marks[members]
    return Members(
        of=of,
        provider=np.where(provider >= 0, provider, ~provider).astype(np.int32),
        open=provider < 0,
        changed=(marks & CHANGED) != 0,
        type=net.type[members],
        backwards=(marks & REVERSED) != 0,
        key=net.key[members] if net.key.size else np.zeros(of.size, np.int32),
        capacity=net.capacity[members] if net.capacity.size else np.full(of.size, 1000, np.int64),
    )


def relationship(supplies: Supplies, dependant: int, members: Members, place: int) -> RelationshipId:
    """The relationship of a member of a group of a dependant."""
    ends = supplies.ids[int(members.provider[place])], supplies.ids[dependant]
    source, target = reversed(ends) if members.backwards[place] else ends
    name, key = supplies.types[int(members.type[place])].name, supplies.texts[int(members.key[place])]
    return RelationshipId(type=name, source=source, target=target, key=key)


def first_member(supplies: Supplies, dependant: int, members: Members) -> int:
    """The place of the first of some members of groups of one dependant: by provider, then by relationship."""
    ids, provider = supplies.ids, members.provider
    least = int(provider.min()) if provider.max() < ids.base else int(ids.in_order(np.unique(provider))[0])
    parallel = np.flatnonzero(provider == least).tolist()
    return min(parallel, key=lambda place: relationship(supplies, dependant, members, place))


def first_group(supplies: Supplies, groups: I32) -> int:
    """The first of some groups of one dependant that are awake, as by `GroupId.order`. Cost: their number."""
    if groups.size == 1:
        return int(groups[0])
    net = supplies.net
    flow = net.groups[groups, FLOW]
    kind = np.where(flow >= 0, flow, _LAST)
    groups = groups[kind == kind.min()]
    names = net.groups[groups, NAME]
    groups = groups[names == min(set(names.tolist()), key=supplies.texts.__getitem__)]
    if groups.size == 1:
        return int(groups[0])
    # Requirements without a name: each is the group of its one supply.
    return int(groups[first_member(supplies, int(net.groups[groups[0], OWNER]), members_of(supplies, groups))])
