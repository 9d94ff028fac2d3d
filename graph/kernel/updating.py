"""Supplies after a write: what it touched is put in anew, all else is shared with the supplies before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.kernel.arrays import (
    BY_CAPACITY,
    GROUP_COUNT,
    GROUPS,
    I32,
    I64,
    LOSS,
    MEMBER_COUNT,
    MEMBERS,
    NAME,
    NEEDS,
    NO_ASSETS,
    NO_NUMBERS,
    OWNER,
    REVERSED,
    U8,
)
from graph.kernel.build import Columns
from graph.kernel.jit import compiled
from graph.kernel.joining import joined, part_of
from graph.kernel.pools import LEAST
from graph.kernel.supplies import Supplies

DEFAULTS: Final = {"capacity": 1000, "delay": 0, "key": 0}
"""Columns that are left out where all have this."""


RESERVE: Final = 64
"""One in so many positions is kept in reserve, for all arrays by asset grow when there is none left."""


class Contradicted(Exception):
    """A write doesn't fit the supplies that it is said to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """What a write, or many together, did to supplies.

    `came` are the ids of new assets, whose positions follow those of all known ids; `went` the positions of assets
    that are no more. `sources` gives for assets, new ones too, the numbers of all FLOW types that they now are sources
    of. `before` are the supplies that are no more, or are others now (ends, type, marks and key are looked at), `after`
    those to be put in.
    """

    came: Sequence[str]
    went: Collection[int]
    sources: Mapping[int, Collection[int]]
    before: Columns
    after: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Supplies after a write, and the positions of the assets, sorted, whose groups may be others now."""

    supplies: Supplies
    changed: I32


def written(supplies: Supplies, write: Write) -> Written:
    """The supplies after a write. Raises Contradicted, and leaves the supplies before as they are in any case.

    Cost: supplies of all dependants touched, outs of their providers, and 16 bytes an asset to be copied.
    """
    size = room_for(supplies, len(write.came))
    sources = _sources(supplies.sources, write.sources, size)
    changed = _changed(supplies, write, sources)
    held = supplies_in(supplies, changed[changed < supplies.size])
    columns = Columns.joined([_without(held, write.before), filled(write.after)])
    _check_ends(columns, write.went)
    part = part_of(without_defaults(columns), flow_of=supplies.flow_of, sources=sources)
    if part.disagree:
        raise Contradicted("two supplies of a group disagree about it")
    net, pools = supplies.net, supplies.pools
    if changed.size or size > supplies.size:
        net, pools = joined(net, pools, part, changed=changed, assets=size, plain=True)
    ids = supplies.ids.changed(came=write.came, went=write.went)
    return Written(supplies=replace(supplies, ids=ids, net=net, pools=pools, sources=sources), changed=changed)


def room_for(supplies: Supplies, came: int) -> int:
    """How many positions there are once some more assets have come: as many as before where that is enough."""
    needed = len(supplies.ids) + came
    if needed <= supplies.size:
        return supplies.size
    return needed + needed // RESERVE + LEAST


def supplies_in(supplies: Supplies, dependants: I32) -> Columns:
    """All supplies of some dependants, with no column left out; of each in the order of its groups."""
    net = supplies.net
    members, of = listed(net.assets, net.groups, dependants)
    groups = net.groups[of]
    ends = net.members[members]
    counted = groups[:, NEEDS].astype(np.int64)
    return Columns(
        provider=np.where(ends >= 0, ends, ~ends).astype(np.int32),
        dependant=groups[:, OWNER].copy(),
        type=net.type[members],
        name=groups[:, NAME].copy(),
        needs=np.where(groups[:, BY_CAPACITY], net.needed[of], counted) if net.needed.size else counted,
        by_capacity=groups[:, BY_CAPACITY].astype(np.uint8),
        loss=groups[:, LOSS].copy(),
        capacity=net.capacity[members] if net.capacity.size else np.full(members.size, 1000, np.int64),
        delay=net.delay[members] if net.delay.size else np.zeros(members.size, np.int64),
        open=(ends < 0).astype(np.uint8),
        marks=net.marks[members] & np.uint8(REVERSED),
        key=net.key[members] if net.key.size else np.zeros(members.size, np.int32),
    )


@compiled
def listed(assets: I32, groups: I32, dependants: I32) -> tuple[I32, I32]:
    """The members of all groups of some dependants, and the group of each."""
    total = 0
    for at in dependants:
        for group in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
            total += groups[group, MEMBER_COUNT]
    members, of = np.empty(total, np.int32), np.empty(total, np.int32)
    count = 0
    for at in dependants:
        for group in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
            for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
                members[count] = member
                of[count] = group
                count += 1
    return members, of


def filled(columns: Columns) -> Columns:
    """Columns none of which is left out."""
    count = columns.provider.size
    return columns._replace(
        capacity=columns.capacity if columns.capacity.size else np.full(count, 1000, np.int64),
        delay=columns.delay if columns.delay.size else np.zeros(count, np.int64),
        key=columns.key if columns.key.size else np.zeros(count, np.int32),
    )


def without_defaults(columns: Columns) -> Columns:
    """Columns of which those are left out that have the default everywhere."""
    return columns._replace(
        capacity=columns.capacity if (columns.capacity != 1000).any() else NO_NUMBERS,
        delay=columns.delay if columns.delay.any() else NO_NUMBERS,
        key=columns.key if columns.key.any() else NO_ASSETS,
    )


def joined_columns(parts: Sequence[Columns]) -> Columns:
    """All supplies of parts, each of which may leave columns out."""
    if not parts:
        return Columns.joined(())
    whole: dict[str, NDArray[np.generic]] = {}
    for name in Columns._fields:
        listed = [getattr(part, name) for part in parts]
        if name in DEFAULTS and not any(column.size for column in listed):
            whole[name] = listed[0]
            continue
        sizes = [part.provider.size for part in parts]
        whole[name] = np.concatenate(
            [
                column if column.size == size else np.full(size, DEFAULTS[name], column.dtype)
                for column, size in zip(listed, sizes, strict=True)
            ]
        )
    return Columns(**whole)  # pyright: ignore[reportArgumentType]  one array for each name


def _sources(before: U8, news: Mapping[int, Collection[int]], size: int) -> U8:
    if not news and size == before.shape[1]:
        return before
    sources = np.zeros((before.shape[0], size), np.uint8)
    sources[:, : before.shape[1]] = before
    for at, flows in news.items():
        sources[:, at] = 0
        sources[list(flows), at] = 1
    return sources


def _changed(supplies: Supplies, write: Write, sources: U8) -> I32:
    """Whose supplies change, or whose groups fall asleep or wake up."""
    known = supplies.sources
    turned = [at for at in write.sources if at < supplies.size and not np.array_equal(known[:, at], sources[:, at])]
    parts = [write.before.dependant, write.after.dependant, np.array([*turned, *write.went], np.int32)]
    return np.unique(np.concatenate(parts)).astype(np.int32)


def _without(held: Columns, gone: Columns) -> Columns:
    """`held` but for the supplies that are gone. Raises Contradicted where one of these isn't there."""
    asked = set(identities(gone))
    fitting = np.flatnonzero(np.isin(_ends(held), _ends(gone)))
    named = identities(held.where(fitting))
    found = [at for at, identity in zip(fitting.tolist(), named, strict=True) if identity in asked]
    if len(found) != len(asked):
        raise Contradicted("a supply that is changed isn't there")
    keep = np.ones(held.provider.size, np.bool_)
    keep[found] = False
    return held.where(keep)


def _ends(columns: Columns) -> I64:
    return columns.provider.astype(np.int64) << 32 | columns.dependant


def identities(columns: Columns) -> list[tuple[int, ...]]:
    """What makes each supply one of its own."""
    key = columns.key if columns.key.size else np.zeros(columns.provider.size, np.int32)
    parts = (columns.provider, columns.dependant, columns.type, columns.marks & np.uint8(REVERSED), key)
    return list(zip(*(part.tolist() for part in parts), strict=True))


def _check_ends(columns: Columns, went: Collection[int]) -> None:
    gone = np.array(sorted(went), np.int32)
    if gone.size and (np.isin(columns.provider, gone).any() or np.isin(columns.dependant, gone).any()):
        raise Contradicted("an asset that went still has supplies")
