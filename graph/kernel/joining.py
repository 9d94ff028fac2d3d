"""A network in which some dependants have other supplies: their groups go to the end, all else stays where it is.

So positions of assets and of untouched groups hold in both networks, and both answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.kernel.arrays import (
    ASLEEP,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I16,
    I32,
    I64,
    MEMBER_COUNT,
    MEMBERS,
    OUT_COUNT,
    OUTS,
    OWNER,
    U8,
    Net,
)
from graph.kernel.build import Columns, build, is_plain
from graph.kernel.jit import compiled
from graph.kernel.pools import POOL_OF, Pool, Pools


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The groups of some dependants as a network of its own: `ends` are the positions of its assets, sorted."""

    net: Net
    ends: I32
    disagree: tuple[int, ...]


def part_of(columns: Columns, *, flow_of: I16, sources: U8) -> Part:
    """The network of some supplies alone. Cost: these supplies, however many others there are."""
    ends, places = np.unique(np.concatenate([columns.provider, columns.dependant]), return_inverse=True)
    provider, dependant = np.split(places.astype(np.int32), 2)
    local = columns._replace(provider=provider, dependant=dependant)
    built = build(local, assets=ends.size, flow_of=flow_of, sources=np.ascontiguousarray(sources[:, ends]))
    return Part(net=built.net, ends=ends.astype(np.int32), disagree=built.disagree)


def joined(net: Net, pools: Pools, part: Part, *, changed: I32, assets: int, plain: bool) -> tuple[Net, Pools]:
    """The network of `assets` assets in which `changed` dependants (sorted) have the groups of a part, and no others.

    `plain` says whether new groups may be coded as plain needs. Takes rows of the pools; where these have no room left
    everything is copied into larger ones. Cost: groups of what changed, outs of their providers, and n for the rows.
    """
    rows = np.zeros((assets, net.assets.shape[1]), np.int32)
    rows[: net.assets.shape[0]] = net.assets
    lengths: dict[Pool, int] = {"groups": part.net.groups.shape[0], "members": part.net.members.size}
    taken = _taken(pools, lengths)
    if taken is None:
        return joined(*_moved(net, pools, lengths), part, changed=changed, assets=assets, plain=plain)
    first = taken["groups"].start
    providers, outs = _outs(rows, net, part, changed, first, plain)
    place = _taken(pools, {"outs": outs.size})
    if place is None:
        lengths["outs"] = outs.size
        return joined(*_moved(net, pools, lengths), part, changed=changed, assets=assets, plain=plain)
    taken |= place
    rows[providers, OUTS] += taken["outs"].start
    _point(rows, part, changed, first)
    added = part.net._replace(groups=_groups(part, taken["members"].start), members=_members(part), outs=outs)
    made = {
        name: pools.put(name, getattr(net, name), getattr(added, name), taken[pool]) for name, pool in POOL_OF.items()
    }
    return Net(assets=rows, feeds=_feeds(net, part, assets), **made), pools  # pyright: ignore[reportArgumentType]  one array for each name


def _feeds(net: Net, part: Part, assets: int) -> U8:
    feeds = np.zeros(assets, np.uint8)
    feeds[: net.feeds.size] = net.feeds
    feeds[part.ends] |= part.net.feeds
    return feeds


def _taken(pools: Pools, lengths: dict[Pool, int]) -> dict[Pool, slice] | None:
    found: dict[Pool, slice] = {}
    for pool, rows in lengths.items():
        start = pools.take(pool, rows)
        if start is None:
            return None
        found[pool] = slice(start, start + rows)
    return found


def _moved(net: Net, pools: Pools, lengths: dict[Pool, int]) -> tuple[Net, Pools]:
    larger, moved = Pools.of(net, also=lengths, begun=pools.begun)
    return moved, larger


def _groups(part: Part, first_member: int) -> I32:
    groups = part.net.groups.copy()
    groups[:, OWNER] = part.ends[groups[:, OWNER]]
    groups[:, MEMBERS] += first_member
    return groups


def _members(part: Part) -> I32:
    members = part.net.members
    positions = part.ends[np.where(members >= 0, members, ~members)]
    return np.where(members >= 0, positions, ~positions).astype(np.int32)


def _outs(rows: I32, net: Net, part: Part, changed: I32, first: int, plain: bool) -> tuple[I32, I32]:
    """All providers that gain or lose some, and their outs; where they will be is written into `rows`, from 0 on."""
    mark = np.zeros(rows.shape[0], np.uint8)
    mark[changed] = 1
    known = changed[changed < net.assets.shape[0]]
    providers = np.union1d(_providers(net.assets, net.groups, net.members, known), part.ends).astype(np.int32)
    fresh, counts = _fresh_outs(part.net.groups, part.net.members, part.net.delay, part.ends, first, plain)
    places = np.searchsorted(providers, part.ends).astype(np.int32)
    return providers, _merged(rows, net.groups, net.outs, mark, providers, places, fresh, counts)


@compiled
def _providers(assets: I32, groups: I32, members: I32, dependants: I32) -> I32:
    """Positions of those that some dependants' groups awake have an out for."""
    total = 0
    for at in dependants:
        for group in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
            total += groups[group, MEMBER_COUNT]
    found = np.empty(total, np.int32)
    count = 0
    for at in dependants:
        for group in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
            if groups[group, FLOW] == ASLEEP:
                continue
            for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
                if members[member] >= 0:
                    found[count] = members[member]
                    count += 1
    return found[:count].copy()


@compiled
def _fresh_outs(groups: I32, members: I32, delay: I64, ends: I32, first: int, plain: bool) -> tuple[I32, I32]:
    """New outs, those of a provider side by side, and how many each asset of the part has."""
    counts = np.zeros(ends.size, np.int32)
    for group in range(groups.shape[0]):
        if groups[group, FLOW] != ASLEEP:
            for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
                if members[member] >= 0:
                    counts[members[member]] += 1
    following = np.zeros(ends.size, np.int64)
    total = 0
    for at in range(ends.size):
        following[at] = total
        total += counts[at]
    fresh = np.empty(total, np.int32)
    for group in range(groups.shape[0]):
        if groups[group, FLOW] == ASLEEP:
            continue
        out = first + group
        if plain and is_plain(groups, delay, group):
            out = ~ends[groups[group, OWNER]]
        for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
            if members[member] >= 0:
                fresh[following[members[member]]] = out
                following[members[member]] += 1
    return fresh, counts


@compiled
def _merged(rows: I32, groups: I32, outs: I32, mark: U8, providers: I32, places: I32, fresh: I32, counts: I32) -> I32:
    """For each provider its outs that don't lead to what is marked, then its new ones."""
    total = fresh.size
    for at in providers:
        total += rows[at, OUT_COUNT]
    made = np.empty(total, np.int32)
    length, part, ahead = 0, 0, 0
    for i in range(providers.size):
        at = providers[i]
        begin = length
        for place in range(rows[at, OUTS], rows[at, OUTS] + rows[at, OUT_COUNT]):
            out = outs[place]
            dependant = ~out if out < 0 else groups[out, OWNER]
            if not mark[dependant]:
                made[length] = out
                length += 1
        if part < places.size and places[part] == i:
            for _ in range(counts[part]):
                made[length] = fresh[ahead]
                ahead += 1
                length += 1
            part += 1
        rows[at, OUTS] = begin
        rows[at, OUT_COUNT] = length - begin
    return made[:length].copy()


def _point(rows: I32, part: Part, changed: I32, first: int) -> None:
    """Let changed dependants have the groups of the part, which begin at `first`."""
    rows[changed, GROUPS : GROUP_COUNT + 1] = 0
    own = part.net.assets[:, GROUP_COUNT] > 0
    owners = part.ends[own]
    rows[owners, GROUPS] = part.net.assets[own, GROUPS] + first
    rows[owners, GROUP_COUNT] = part.net.assets[own, GROUP_COUNT]
