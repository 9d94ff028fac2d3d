"""The supplies of a tenant as arrays, with the names that answers give to what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from graph.impact import (
    Combine,
    Direction,
    GroupId,
    Kind,
    RelationshipId,
    Supply,
    SupplyRef,
    Terms,
    build_topology,
)
from graph.impact.topology import meant
from graph.kernel.arrays import (
    BY_CAPACITY,
    GROUP_COUNT,
    GROUPS,
    I16,
    LOSS,
    MEMBER_COUNT,
    MEMBERS,
    NAME,
    NEEDS,
    OWNER,
    REQUIREMENT,
    REVERSED,
    U8,
    Net,
)
from graph.kernel.build import Columns, build
from graph.kernel.ids import Ids
from graph.kernel.pools import Pools
from graph.kernel.texts import Texts
from graph.work import checkpoint

LONGEST = 2**61
"""Microseconds that stand for this delay and all longer ones: 73,000 years."""


def time_of(microseconds: int) -> timedelta:
    """Microseconds as a time; LONGEST and more is the longest there is."""
    return timedelta.max if microseconds >= LONGEST else timedelta(microseconds=microseconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyType:
    """A relationship type that carries impact."""

    name: str
    direction: Direction
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplies:
    """All supplies of n assets.

    Arrays by asset have `size` entries, more than `ids` where some are in reserve: these have no supplies.
    `types` are the relationship types in the order that `net.type` counts, `flows` the names of the FLOW types,
    `flow_of` (types,) the position of each among them; `sources` (T, n) is 1 where an asset is a source of a type;
    `texts` are the names of groups and keys of relationships. The arrays of `net` are views of `pools`.
    """

    ids: Ids
    net: Net
    pools: Pools
    types: tuple[SupplyType, ...]
    flows: tuple[str, ...]
    flow_of: I16
    sources: U8
    texts: Texts

    @property
    def size(self) -> int:
        """How many positions there are: of assets, of assets that went, and in reserve for some that may come."""
        return self.net.assets.shape[0]

    @property
    def assets(self) -> Ids:
        """The ids of all assets."""
        return self.ids

    @property
    def delayed(self) -> bool:
        """Whether any supply has a delay."""
        return self.net.delay.size > 0

    def groups(self, at: int) -> range:
        """The groups of an asset."""
        start, count = self.net.assets[at, GROUPS : GROUP_COUNT + 1].tolist()
        return range(start, start + count)

    def members(self, group: int) -> range:
        """The members of a group."""
        start, count = self.net.groups[group, MEMBERS : MEMBER_COUNT + 1].tolist()
        return range(start, start + count)

    def provider(self, member: int) -> int:
        """Who provides by a member."""
        provider = int(self.net.members[member])
        return provider if provider >= 0 else ~provider

    def supply(self, group: int, member: int) -> Supply:
        """A member as a supply."""
        net = self.net
        type_ = self.types[int(net.type[member])]
        ends = (self.ids[self.provider(member)], self.ids[int(net.groups[group, OWNER])])
        source, target = reversed(ends) if net.marks[member] & REVERSED else ends
        key = self.texts[int(net.key[member])] if net.key.size else ""
        return Supply(
            provider=ends[0],
            dependant=ends[1],
            relationship=RelationshipId(type=type_.name, source=source, target=target, key=key),
            kind=type_.kind,
            terms=self._terms(group, member),
        )

    def supplies(self, group: int) -> Iterator[Supply]:
        """All members of a group as supplies."""
        return (self.supply(group, member) for member in self.members(group))

    def supplies_of(self, at: int) -> list[Supply]:
        """All supplies of a dependant, those of groups that are asleep too. Raises Stopped, for there may be many."""
        checkpoint()
        return [each for group in self.groups(at) for each in self.supplies(group)]

    def find(self, references: Sequence[SupplyRef]) -> Iterator[RelationshipId]:
        """Yield the one relationship that each reference means. Raises UnknownRelationship or Ambiguous.

        Cost: supplies of both ends.
        """
        for each in references:
            ends = self.ids.find(each.source), self.ids.find(each.target)
            found: set[RelationshipId] = set()
            if ends[0] is not None and ends[1] is not None:
                found = {*self._between(ends[0], ends[1]), *self._between(ends[1], ends[0])}
            fitting = (of for of in found if (of.type, of.source, of.target) == (each.type, each.source, each.target))
            yield meant(each, sorted(fitting))

    def _between(self, provider: int, dependant: int) -> Iterator[RelationshipId]:
        for group in self.groups(dependant):
            start, count = self.net.groups[group, MEMBERS : MEMBER_COUNT + 1].tolist()
            members = self.net.members[start : start + count]
            for place in np.flatnonzero((members == provider) | (members == ~provider)).tolist():
                yield self.supply(group, start + place).relationship

    def refuse(self, columns: Columns, disagree: Sequence[int]) -> None:
        """Raise what the plain topology says of two supplies that disagree; the arrays hold one word a group."""
        alone: list[Supply] = []
        for supply in disagree:
            net = build(columns.row(supply), assets=self.size, flow_of=self.flow_of, sources=self.sources).net
            alone.append(replace(self, net=net).supply(0, 0))
        build_topology({end: frozenset() for each in alone for end in (each.provider, each.dependant)}, alone)

    def group_id(self, group: int) -> GroupId:
        """What names a group."""
        first = self.members(group)[0]
        type_ = self.types[int(self.net.type[first])]
        name = self.texts[int(self.net.groups[group, NAME])]
        flow = type_.name if type_.kind is Kind.FLOW else ""
        alone = None if flow or name else self.supply(group, first).relationship
        dependant = self.ids[int(self.net.groups[group, OWNER])]
        return GroupId(dependant=dependant, kind=type_.kind, flow_type=flow, name=name, alone=alone)

    def needs(self, group: int) -> int:
        """What a group needs, in thousandths."""
        if self.net.groups[group, BY_CAPACITY]:
            return int(self.net.needed[group])
        return int(self.net.groups[group, NEEDS]) * 1000

    def _terms(self, group: int, member: int) -> Terms:
        net = self.net
        return Terms(
            group=self.texts[int(net.groups[group, NAME])] or None,
            needs=self.needs(group),
            combine=Combine.CAPACITY if net.groups[group, BY_CAPACITY] else Combine.QUORUM,
            capacity=int(net.capacity[member]) if net.capacity.size else 1000,
            loss=int(net.groups[group, LOSS]),
            delay=time_of(int(net.delay[member])) if self.delayed else timedelta(0),
            open=int(net.members[member]) < 0,
        )


def flows_of(types: Sequence[SupplyType]) -> tuple[tuple[str, ...], I16]:
    """The FLOW types among `types` in the order of their names, and for each type its position there."""
    flows = tuple(sorted(each.name for each in types if each.kind is Kind.FLOW))
    of = [flows.index(each.name) if each.kind is Kind.FLOW else REQUIREMENT for each in types]
    return flows, np.array(of, np.int16)


def assemble(ids: Ids, types: Sequence[SupplyType], texts: Texts, sources: U8, columns: Columns) -> Supplies:
    """The supplies that `columns` list. Raises GroupDisagrees naming both relationships."""
    flows, flow_of = flows_of(types)
    built = build(columns, assets=len(ids), flow_of=flow_of, sources=sources)
    pools, net = Pools.of(built.net)
    made = Supplies(
        ids=ids,
        net=net,
        pools=pools,
        types=tuple(types),
        flows=flows,
        flow_of=flow_of,
        sources=sources,
        texts=texts,
    )
    if built.disagree:
        made.refuse(columns, built.disagree)
    return made
