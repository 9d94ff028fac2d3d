"""From columns of supplies to the arrays of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.kernel.arrays import (
    ASLEEP,
    BY_CAPACITY,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I16,
    I32,
    I64,
    LOSS,
    MEMBER_COUNT,
    MEMBERS,
    NAME,
    NEEDS,
    NO_NUMBERS,
    ONE,
    OUT_COUNT,
    OUTS,
    OWNER,
    REQUIREMENT,
    U8,
    Net,
)
from graph.kernel.jit import compiled, keep_on_disk, uncounted

Picked: TypeAlias = "slice | NDArray[np.bool_] | NDArray[np.int64]"


class Columns(NamedTuple):
    """Supplies in any order, one position each.

    `provider`, `dependant` positions of assets; `type` position of the relationship type; `name` position of the
    group's name among texts, 0 for none; `needs` (QUORUM: members; CAPACITY: thousandths), `by_capacity`, `loss`
    (millionths) of the group; `capacity` (thousandths), `delay` (microseconds), `marks` (bits) of the supply; `key`
    position of the relationship's key among texts. `capacity`, `delay` and `key` are empty where they are the
    default (1000, 0, 0) everywhere. `open` is 1 where the supply carries nothing.
    """

    provider: I32
    dependant: I32
    type: I16
    name: I32
    needs: I64
    by_capacity: U8
    loss: I32
    capacity: I64
    delay: I64
    open: U8
    marks: U8
    key: I32

    def where(self, keep: Picked) -> Columns:
        """Some of the supplies."""
        return Columns._make(column if column.size == 0 else column[keep] for column in self)

    def row(self, supply: int) -> Columns:
        """One supply alone."""
        return self.where(slice(supply, supply + 1))

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """All supplies of parts that leave no column out."""
        if not parts:
            return _NOTHING
        return cls._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


_NOTHING = Columns(
    provider=np.zeros(0, np.int32),
    dependant=np.zeros(0, np.int32),
    type=np.zeros(0, np.int16),
    name=np.zeros(0, np.int32),
    needs=np.zeros(0, np.int64),
    by_capacity=np.zeros(0, np.uint8),
    loss=np.zeros(0, np.int32),
    capacity=np.zeros(0, np.int64),
    delay=np.zeros(0, np.int64),
    open=np.zeros(0, np.uint8),
    marks=np.zeros(0, np.uint8),
    key=np.zeros(0, np.int32),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A network; `disagree` are two supplies of one group that disagree about it, or none."""

    net: Net
    disagree: tuple[int, ...]


def build(columns: Columns, *, assets: int, flow_of: I16, sources: U8) -> Built:
    """The arrays of `assets` assets.

    `flow_of` says for each relationship type the number of its FLOW type, or REQUIREMENT; `sources` (T, assets) is 1
    where an asset is a source of a FLOW type. Cost: O(n + m log m) for the largest m supplies of one dependant.
    """
    keep_on_disk()
    order = _by_dependant(columns, assets, flow_of)
    group_of, *disagree = _groups(columns, order, flow_of)
    groups = _group_rows(columns, order, group_of, flow_of, sources)
    members = _members(columns, order)
    delay = columns.delay if columns.delay.size == 0 else columns.delay[order]
    rows, outs, feeds = _asset_rows(groups, members, delay, assets)
    net = Net(
        assets=rows,
        feeds=feeds,
        groups=groups,
        members=members,
        outs=outs,
        capacity=columns.capacity if columns.capacity.size == 0 else columns.capacity[order],
        needed=_needed(columns, order, groups),
        delay=delay,
        type=columns.type[order],
        marks=columns.marks[order],
        key=columns.key if columns.key.size == 0 else columns.key[order],
    )
    return Built(net=net, disagree=tuple(each for each in disagree if each >= 0))


def _needed(columns: Columns, order: I32, groups: I32) -> I64:
    """What CAPACITY groups need, in thousandths; nothing where there are none."""
    if not columns.by_capacity.any():
        return NO_NUMBERS
    return columns.needs[order[groups[:, MEMBERS]]]


def _members(columns: Columns, order: I32) -> I32:
    provider = columns.provider[order]
    return np.where(columns.open[order], ~provider, provider).astype(np.int32)


@compiled
def _by_dependant(columns: Columns, assets: int, flow_of: I16) -> I32:
    """Supplies by dependant, then group, then as they came: a counting sort, and a small one for each dependant.

    Dependants all of whose groups are plain needs come last: nobody evaluates these groups, and those that are
    evaluated lie close together.
    """
    dependant = columns.dependant
    count = dependant.size
    plain = _plain_alone(columns, assets, flow_of)
    next_of = np.zeros(assets, np.int64)
    for at in dependant:
        next_of[at] += 1
    total = 0
    for last in range(2):
        for at in range(assets):
            if plain[at] == last:
                size = next_of[at]
                next_of[at] = total
                total += size
    order = np.empty(count, np.int32)
    for supply in range(count):
        at = dependant[supply]
        order[next_of[at]] = supply
        next_of[at] += 1
    start = 0
    for last in range(2):
        for at in range(assets):
            if plain[at] == last:
                if next_of[at] - start > 1:
                    _sort(columns.type, columns.name, flow_of, order, start, next_of[at])
                start = next_of[at]
    return order


@compiled
def _plain_alone(columns: Columns, assets: int, flow_of: I16) -> U8:
    """1 for the assets (n,) all of whose supplies, as far as each tells by itself, are plain needs."""
    dependant, type_, name, needs, by_capacity, loss, delay = (
        columns.dependant,
        columns.type,
        columns.name,
        columns.needs,
        columns.by_capacity,
        columns.loss,
        columns.delay,
    )
    plain = np.ones(assets, np.uint8)
    for supply in range(dependant.size):
        lone = flow_of[type_[supply]] == REQUIREMENT and name[supply] == 0
        whole = needs[supply] == 1 and loss[supply] == ONE and not by_capacity[supply]
        if not (lone and whole and (delay.size == 0 or delay[supply] == 0)):
            plain[dependant[supply]] = 0
    return plain


@compiled
def _sort(type_: I16, name: I32, flow_of: I16, order: I32, start: int, end: int) -> None:
    keys = np.empty(end - start, np.int64)
    sorted_already = True
    for i in range(start, end):
        keys[i - start] = _group_key(type_, name, flow_of, order[i])
        if i > start and keys[i - start] < keys[i - start - 1]:
            sorted_already = False
    if not sorted_already:
        places = np.argsort(keys, kind="mergesort")
        order[start:end] = order[start:end][places]


NAMED, LONE = 1 << 56, 1 << 57
"""Where the keys of named groups of requirements begin, and of those that are groups of their own."""


@uncounted
def _group_key(type_: I16, name: I32, flow_of: I16, supply: int) -> int:
    """The same number for supplies of one dependant that form a group: FLOW types first, then names, then lone ones."""
    of_type: int = type_[supply]
    flow: int = flow_of[of_type]
    if flow >= 0:
        return (flow << 32) + name[supply]
    if name[supply] > 0:
        return NAMED + name[supply]
    return LONE + supply


@compiled
def _groups(columns: Columns, order: I32, flow_of: I16) -> tuple[I32, int, int]:
    """For each place in `order` its group; and two supplies that disagree about theirs, or -1 twice."""
    dependant, type_, name, needs, by_capacity, loss = (
        columns.dependant,
        columns.type,
        columns.name,
        columns.needs,
        columns.by_capacity,
        columns.loss,
    )
    group_of = np.empty(order.size, np.int32)
    groups = 0
    first, second = -1, -1
    head, head_key = -1, np.int64(-1)
    for place in range(order.size):
        supply = order[place]
        key = _group_key(type_, name, flow_of, supply)
        if head < 0 or dependant[supply] != dependant[head] or key != head_key:
            head, head_key = supply, key
            groups += 1
        elif first < 0 and (
            needs[supply] != needs[head] or by_capacity[supply] != by_capacity[head] or loss[supply] != loss[head]
        ):
            first, second = head, supply
        group_of[place] = groups - 1
    return group_of, first, second


@compiled
def _group_rows(columns: Columns, order: I32, group_of: I32, flow_of: I16, sources: U8) -> I32:
    """The rows of `Net.groups`."""
    dependant, type_, name, needs, by_capacity, loss = (
        columns.dependant,
        columns.type,
        columns.name,
        columns.needs,
        columns.by_capacity,
        columns.loss,
    )
    count = group_of[-1] + 1 if group_of.size else 0
    groups = np.zeros((count, 8), np.int32)
    for place in range(order.size):
        group, supply = group_of[place], order[place]
        if groups[group, MEMBER_COUNT] == 0:
            flow = flow_of[type_[supply]]
            at = dependant[supply]
            groups[group, OWNER] = at
            groups[group, FLOW] = ASLEEP if flow >= 0 and sources[flow, at] else flow
            groups[group, NEEDS] = 0 if by_capacity[supply] else needs[supply]
            groups[group, LOSS] = loss[supply]
            groups[group, MEMBERS] = place
            groups[group, NAME] = name[supply]
            groups[group, BY_CAPACITY] = by_capacity[supply]
        groups[group, MEMBER_COUNT] += 1
    return groups


@uncounted
def is_plain(groups: I32, delay: I64, group: int) -> bool:
    """Whether a group is a plain need: one member, needed whole and at once."""
    return (
        groups[group, FLOW] == REQUIREMENT
        and groups[group, MEMBER_COUNT] == 1
        and groups[group, NEEDS] == 1
        and groups[group, LOSS] == ONE
        and not groups[group, BY_CAPACITY]
        and (delay.size == 0 or delay[groups[group, MEMBERS]] == 0)
    )


@compiled
def _asset_rows(groups: I32, members: I32, delay: I64, assets: int) -> tuple[I32, I32, U8]:
    """The rows of `Net.assets`, `Net.outs` and `Net.feeds`."""
    rows = np.zeros((assets, 4), np.int32)
    feeds = np.zeros(assets, np.uint8)
    for group in range(groups.shape[0] - 1, -1, -1):
        at = groups[group, OWNER]
        rows[at, GROUPS] = group
        rows[at, GROUP_COUNT] += 1
        if groups[group, FLOW] != ASLEEP:
            for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
                if members[member] >= 0:
                    rows[members[member], OUT_COUNT] += 1
    total = 0
    for at in range(assets):
        rows[at, OUTS] = total
        total += rows[at, OUT_COUNT]
        rows[at, OUT_COUNT] = 0
    outs = np.empty(total, np.int32)
    for group in range(groups.shape[0]):
        if groups[group, FLOW] == ASLEEP:
            continue
        out = ~groups[group, OWNER] if is_plain(groups, delay, group) else group
        bit = flow_bit(groups[group, FLOW])
        for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
            at = members[member]
            if at >= 0:
                outs[rows[at, OUTS] + rows[at, OUT_COUNT]] = out
                rows[at, OUT_COUNT] += 1
                feeds[at] |= bit
    return rows, outs, feeds


@compiled
def flow_bit(flow: int) -> np.uint8:
    """The bit of `Net.feeds` for a FLOW type, none for REQUIREMENT; from the eighth on they have one together."""
    return np.uint8(1 << min(flow, 7) if flow >= 0 else 0)
