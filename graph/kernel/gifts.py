"""What the members of some groups gave before a question, and what they give after: all that a proof is read off.

Nothing is done one by one but for the relationships that the question changed: an asset may have very many supplies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from graph.impact import RelationshipId
from graph.kernel.arrays import (
    BY_CAPACITY,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I32,
    I64,
    LOSS,
    MEMBER_COUNT,
    MEMBERS,
    NAME,
    ONE,
    OWNER,
    REQUIREMENT,
)
from graph.kernel.case import ArrayCase
from graph.kernel.members import Booleans, Members, groups_of, members_of, read_members, relationship
from graph.kernel.terms import values_of
from graph.kernel.updating import listed

_Identity: TypeAlias = tuple[int, int, RelationshipId]
"""Dependant, provider and relationship of a supply."""

_ALONE: Final = [REQUIREMENT, 0]
"""FLOW and NAME of a group of one supply, which goes where the supply goes; others of a dependant differ in these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gifts:
    """Groups of S (g,) with their owners, their members (k,) group by group, and what these gave in M and give in S.

    Members that the question took out of their group stay, open. `before` and `after` are operabilities of the
    providers, `gave` and `gives` what the members contributed by them, `weakened` whether the question took the supply
    away or put one in its place that carries less. `values` and `terms` are those of the groups in S, `had` and `has`
    what the owners had in M and have in S. All in millionths.
    """

    case: ArrayCase
    groups: I32
    owners: I32
    members: Members
    before: I32
    after: I32
    gave: I32
    gives: I32
    weakened: Booleans
    values: I32
    terms: I64
    had: I32
    has: I32

    @property
    def lost(self) -> Booleans:
        """Which members give less than before."""
        return self.weakened | (self.gives < self.gave)

    @property
    def tripped(self) -> Booleans:
        """Which groups alone would keep their owner below what it had."""
        return self.terms < self.had

    def members_at(self, place: int) -> slice:
        """Where the members of a group are."""
        begin, end = np.searchsorted(self.members.of, np.array([place, place + 1], np.int32)).tolist()
        return slice(begin, end)

    def only(self, place: int) -> Gifts:
        """One of the groups alone."""
        of, at = self.members_at(place), slice(place, place + 1)
        members = Members._make(column[of] for column in self.members)
        return Gifts(
            case=self.case,
            groups=self.groups[at],
            owners=self.owners[at],
            members=members._replace(of=members.of - place),
            before=self.before[of],
            after=self.after[of],
            gave=self.gave[of],
            gives=self.gives[of],
            weakened=self.weakened[of],
            values=self.values[at],
            terms=self.terms[at],
            had=self.had[at],
            has=self.has[at],
        )


def causes_of(case: ArrayCase, dependants: I32) -> tuple[I32, I32]:
    """Which of some assets have a tripped group with a supply that the question weakened, or took away or put in.

    Hops needn't be known. Cost: as `gifts_of`.
    """
    seen = gifts_of(case, dependants)
    tripped = seen.tripped[seen.members.of]
    owners = seen.owners[seen.members.of]
    return np.unique(owners[tripped & seen.weakened]), np.unique(owners[tripped & seen.members.changed])


def gifts_of(case: ArrayCase, dependants: I32) -> Gifts:
    """What the members of all groups of some dependants gave and give. Cost: their supplies."""
    return gifts(case, groups_of(case.after, dependants))


def gifts(case: ArrayCase, groups: I32) -> Gifts:
    """What the members of some groups that are awake gave and give. Cost: members of all groups of the same owners."""
    net = case.after.net
    owners = net.groups[groups, OWNER]
    earlier = _earlier(case, np.unique(owners))
    members = _with_gone(case, groups, members_of(case.after, groups), earlier)
    before, after = case.read(case.m, members.provider), case.read(case.s, members.provider)
    gave = np.where(members.open, 0, before).astype(np.int32)
    weakened = np.zeros(gave.size, np.bool_)
    for place in np.flatnonzero(members.changed).tolist():
        group = int(groups[members.of[place]])
        was = earlier.get(_identity(case, int(owners[members.of[place]]), members, place))
        gave[place] = 0 if was is None or was.open else before[place]
        weakened[place] = was is not None and gave[place] > 0 and _less(case, group, members, place, was)
    values = _values(case, groups, members, after)
    loss = net.groups[groups, LOSS].astype(np.int64)
    return Gifts(
        case=case,
        groups=groups,
        owners=owners,
        members=members,
        before=before,
        after=after,
        gave=gave,
        gives=np.where(members.open, 0, after).astype(np.int32),
        weakened=weakened,
        values=values,
        terms=(ONE * ONE - loss * (ONE - values)) // ONE,
        had=case.read(case.m, owners),
        has=case.read(case.s, owners),
    )


class _Supply(NamedTuple):
    """A supply of M whose relationship the question changed."""

    member: int
    group: int
    open: bool
    capacity: int


def _earlier(case: ArrayCase, owners: I32) -> dict[_Identity, _Supply]:
    """The supplies of M of some dependants whose relationships the question changed."""
    base, after = case.base, case.after
    if base is after:
        return {}
    rows = slice(GROUPS, GROUP_COUNT + 1)
    concerned = owners[(base.net.assets[owners, rows] != after.net.assets[owners, rows]).any(axis=1)]
    if concerned.size == 0:
        return {}
    ends = {base.ids.find(end) for each in case.changed for end in (each.source, each.target)}
    members, of = listed(base.net.assets, base.net.groups, concerned)
    provider = base.net.members[members]
    near = np.flatnonzero(np.isin(np.where(provider >= 0, provider, ~provider), [at for at in ends if at is not None]))
    found: dict[_Identity, _Supply] = {}
    for member, group in zip(members[near].tolist(), of[near].tolist(), strict=True):
        supply = base.supply(group, member)
        if supply.relationship in case.changed:
            identity = (int(base.net.groups[group, OWNER]), base.provider(member), supply.relationship)
            found[identity] = _Supply(member, group, supply.terms.open, supply.terms.capacity)
    return found


def _identity(case: ArrayCase, owner: int, members: Members, place: int) -> _Identity:
    return (owner, int(members.provider[place]), relationship(case.after, owner, members, place))


def _less(case: ArrayCase, group: int, members: Members, place: int, was: _Supply) -> bool:
    """Whether a member carries less than the supply that it was."""
    if case.after.net.groups[group, BY_CAPACITY] and members.capacity[place] < was.capacity:
        return True
    return bool(members.open[place]) and not was.open


def _with_gone(case: ArrayCase, groups: I32, members: Members, earlier: dict[_Identity, _Supply]) -> Members:
    """The members of groups with those, open, that the question took out of them: put elsewhere, with other terms."""
    net, base = case.after.net, case.base.net
    if not earlier:
        return members
    owners, changed = net.groups[groups, OWNER], np.flatnonzero(members.changed).tolist()
    here = {_identity(case, int(owners[of := members.of[at]]), members, at): int(groups[of]) for at in changed}
    gone: list[tuple[int, int]] = []
    for identity, supply in earlier.items():
        name = base.groups[supply.group, [FLOW, NAME]].tolist()
        group = here.get(identity)
        if name == _ALONE or (group is not None and net.groups[group, [FLOW, NAME]].tolist() == name):
            continue
        same = (owners == identity[0]) & (net.groups[groups][:, [FLOW, NAME]] == name).all(axis=1)
        gone += [(supply.member, place) for place in np.flatnonzero(same).tolist()]
    if not gone:
        return members
    left, of = np.array(gone, np.int64).T
    always = np.ones(left.size, np.bool_)
    opened = read_members(base, left, of.astype(np.int32))._replace(open=always, changed=always)
    joined = Members._make(np.concatenate(columns) for columns in zip(members, opened, strict=True))
    return joined.where(np.argsort(joined.of, kind="stable"))


def _values(case: ArrayCase, groups: I32, members: Members, after: I32) -> I32:
    """The values of groups in S."""
    net = case.after.net
    rows = net.groups[groups]
    counts = np.bincount(members.of, minlength=groups.size)
    rows[:, MEMBERS] = np.cumsum(counts) - counts
    rows[:, MEMBER_COUNT] = counts
    rows[:, LOSS] = ONE
    places = np.arange(members.of.size, dtype=np.int32)
    needed = net.needed[groups] if net.needed.size else np.zeros(groups.size, np.int64)
    return values_of(rows, np.where(members.open, ~places, places).astype(np.int32), members.capacity, needed, after)
