"""Groups of an array case as evidence: members are made as they are shown, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, overload

import numpy as np

from graph.impact import Combine, Evidence, Operability, ProofMember
from graph.kernel.arrays import BY_CAPACITY, I64, LOSS
from graph.kernel.case import ArrayCase
from graph.kernel.gifts import Gifts, gifts
from graph.kernel.members import relationship
from graph.kernel.supplies import Supplies

READY: Final = 100
"""So many members are made with a proof at most; who reads more of them waits for all to be put in order."""


def shown(seen: Gifts, place: int) -> Evidence:
    """The evidence of one of the groups that were looked at, with the members that a page may show made already."""
    made = evidence(seen, place)
    if isinstance(made.members, MemberList):
        made.members.make(seen.only(place))
    return made


def evidence(seen: Gifts, place: int) -> Evidence:
    """The evidence of one of the groups that were looked at."""
    supplies, group = seen.case.after, int(seen.groups[place])
    members = seen.members_at(place)
    return Evidence(
        group=supplies.group_id(group),
        relationship_type=_type(supplies, group),
        needs=supplies.needs(group),
        combine=Combine.CAPACITY if supplies.net.groups[group, BY_CAPACITY] else Combine.QUORUM,
        loss=int(supplies.net.groups[group, LOSS]),
        value=Operability(int(seen.values[place])),
        term=Operability(int(seen.terms[place])),
        before=Operability(int(seen.had[place])),
        after=Operability(int(seen.has[place])),
        members=MemberList(seen.case, group, members.stop - members.start),
        lost_count=int(np.count_nonzero(seen.lost[members])),
    )


def _type(supplies: Supplies, group: int) -> str | None:
    """The type that all members of a group share, or None."""
    types = supplies.net.type[supplies.members(group)]
    return supplies.types[int(types[0])].name if (types == types[0]).all() else None


class MemberList(Sequence[ProofMember]):
    """The members of one group, lost ones first (the heaviest loss first), then by provider and relationship."""

    def __init__(self, case: ArrayCase, group: int, count: int) -> None:
        self._case = case
        self._group = group
        self._count = count
        self._ready: list[ProofMember] = []

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> ProofMember: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[ProofMember]: ...
    def __getitem__(self, at: int | slice) -> ProofMember | Sequence[ProofMember]:
        places = range(self._count)[at]
        if isinstance(places, int):
            return self._first(places + 1)[places]
        return [self._first(max(places) + 1)[place] for place in places] if places else []

    def __iter__(self) -> Iterator[ProofMember]:
        return iter(self._first(self._count))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)  # pyright: ignore[reportUnknownArgumentType]

    def __hash__(self) -> int:
        return hash(tuple(self))

    def make(self, seen: Gifts) -> None:
        """Make the members that a page may show, by what they give."""
        self._ready = [_member(seen, place) for place in _order(seen)[:READY].tolist()]

    def _first(self, count: int) -> list[ProofMember]:
        """The first so many members at least."""
        if len(self._ready) < count:
            seen = gifts(self._case, np.array([self._group], np.int32))
            self._ready = [_member(seen, place) for place in _order(seen)[:count].tolist()]
        return self._ready


def _order(seen: Gifts) -> I64:
    """The members of one group in the order in which they are shown. Cost: a sort of them."""
    ids, provider = seen.case.after.ids, seen.members.provider
    if provider.size == 1:
        return np.zeros(1, np.int64)
    distinct, of = np.unique(provider, return_inverse=True)
    rank = np.empty(distinct.size, np.int64)
    rank[ids.order(distinct)] = np.arange(distinct.size)
    tie = np.zeros(provider.size, np.int64)
    if distinct.size < provider.size:
        owner = int(seen.owners[0])
        parallel = np.flatnonzero(np.bincount(of)[of] > 1).tolist()
        named = {place: relationship(seen.case.after, owner, seen.members, place) for place in parallel}
        parallel.sort(key=lambda place: (named[place].type, named[place].key, named[place]))
        tie[parallel] = np.arange(len(parallel))
    return np.lexsort((tie, rank[of], seen.gives - seen.gave, ~seen.lost))


def _member(seen: Gifts, place: int) -> ProofMember:
    supplies, members = seen.case.after, seen.members
    return ProofMember(
        asset=supplies.ids[int(members.provider[place])],
        relationship_type=supplies.types[int(members.type[place])].name,
        key=supplies.texts[int(members.key[place])],
        operability=Operability(int(seen.after[place])),
        operability_before=Operability(int(seen.before[place])),
        capacity=int(members.capacity[place]),
        open=bool(members.open[place]),
        weakened=bool(seen.weakened[place]),
        gave=Operability(int(seen.gave[place])),
        gives=Operability(int(seen.gives[place])),
    )
