"""A topology by position: what the fixpoints work on. Assets are 0..n-1 in the order of their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.impact.quantity import FULL
from graph.impact.supply import Combine, Kind
from graph.impact.topology import Group, GroupId, Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkGroup:
    """A group by position.

    `needs` counts members (QUORUM) or is thousandths (CAPACITY). `feeds` are (provider, capacity in thousandths) of
    the members that are not open: an open one gives 0 whatever its provider does. `flow` is the position of the FLOW
    type in `Network.flows`, None for a REQUIREMENT.
    """

    source: Group
    dependant: int
    flow: int | None
    combine: Combine
    needs: int
    loss: int
    feeds: tuple[tuple[int, int], ...]

    def value(self, of: Sequence[int]) -> int:
        """The value of the group where `of[asset]` is the operability of each asset, in millionths."""
        return self.combined([(of[provider], capacity) for provider, capacity in self.feeds])

    def combined(self, given: Sequence[tuple[int, int]]) -> int:
        """The value of the group from what each member that is not open gives: (millionths, capacity).

        QUORUM: the k-th largest among the members, 0 where they are fewer than k. CAPACITY: what the members carry
        together over what is needed, at most 1, rounded down. A group that needs 0 has all it needs.
        """
        if self.needs == 0:
            return FULL
        if self.combine is Combine.CAPACITY:
            return min(FULL, sum(value * capacity for value, capacity in given) // self.needs)
        if len(given) < self.needs:
            return 0
        if self.needs == 1:
            return max(given)[0]
        return sorted([value for value, _ in given], reverse=True)[self.needs - 1]

    def term(self, of: Sequence[int]) -> int:
        """What the group leaves of its dependant, in millionths."""
        return term(self.loss, self.value(of))

    def term_of(self, given: Sequence[tuple[int, int]]) -> int:
        """What the group leaves of its dependant by what each member gives: (millionths, capacity)."""
        return term(self.loss, self.combined(given))

    def contribution(self, given: tuple[int, int]) -> int:
        """What one member's gift counts for beside the others'."""
        value, capacity = given
        return value * capacity if self.combine is Combine.CAPACITY else value


def term(loss: int, value: int) -> int:
    """1 - loss * (1 - value), rounded down; all in millionths."""
    return (FULL * FULL - loss * (FULL - value)) // FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Groups by dependant and dependants by provider.

    `groups[v]` are the groups that count for asset v: not those of a FLOW type that v is a source of.
    `dependants[p]` are the assets with a group that reads p, and `flow_dependants[t][p]` those that read it for type t.
    """

    topology: Topology
    ids: tuple[str, ...]
    position: dict[str, int]
    flows: tuple[str, ...]
    groups: tuple[tuple[NetworkGroup, ...], ...]
    dependants: tuple[tuple[int, ...], ...]
    flow_dependants: tuple[tuple[tuple[int, ...], ...], ...]
    group: dict[GroupId, NetworkGroup]

    @property
    def size(self) -> int:
        """How many assets there are."""
        return len(self.ids)


def network(topology: Topology) -> Network:
    """The topology by position."""
    ids = tuple(sorted(topology.assets))
    position = {asset: at for at, asset in enumerate(ids)}
    flows = tuple(sorted({each.flow_type for each in topology.groups if each.kind is Kind.FLOW}))
    group = {
        each: _by_position(source, position, flows)
        for each, source in topology.groups.items()
        if each.flow_type not in topology.assets[each.dependant]
    }
    groups: list[list[NetworkGroup]] = [[] for _ in ids]
    for each in sorted(group.values(), key=lambda each: each.source.id.order):
        groups[each.dependant].append(each)
    return Network(
        topology=topology,
        ids=ids,
        position=position,
        flows=flows,
        groups=tuple(tuple(of) for of in groups),
        dependants=_dependants(group.values(), len(ids)),
        flow_dependants=tuple(
            _dependants([each for each in group.values() if each.flow == flow], len(ids)) for flow in range(len(flows))
        ),
        group=group,
    )


def _by_position(source: Group, position: dict[str, int], flows: tuple[str, ...]) -> NetworkGroup:
    return NetworkGroup(
        source=source,
        dependant=position[source.id.dependant],
        flow=flows.index(source.id.flow_type) if source.id.kind is Kind.FLOW else None,
        combine=source.combine,
        needs=source.needs // 1000 if source.combine is Combine.QUORUM else source.needs,
        loss=source.loss,
        feeds=tuple(
            (position[supply.provider], supply.terms.capacity) for supply in source.supplies if not supply.terms.open
        ),
    )


def _dependants(groups: Iterable[NetworkGroup], size: int) -> tuple[tuple[int, ...], ...]:
    found: list[dict[int, None]] = [{} for _ in range(size)]
    for group in groups:
        for provider, _ in group.feeds:
            found[provider][group.dependant] = None
    return tuple(tuple(each) for each in found)
