"""A network with some relationships changed: what a question takes away or puts in, and what a write changed.

The groups of the dependants concerned are written anew at the end of the pools; everything else stays where it is, so
that positions of assets and of untouched groups hold in both networks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from graph.impact import RelationshipId, Supply
from graph.kernel.arrays import (
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I32,
    I64,
    MEMBERS,
    NO_ASSETS,
    OUT_COUNT,
    OUTS,
    WEAKENED,
    Net,
)
from graph.kernel.build import build
from graph.kernel.encoding import Texts, columns_of
from graph.kernel.supplies import Supplies

Column = TypeVar("Column", I32, I64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewired:
    """Supplies after a change; `changed` are the dependants (n,) whose groups are others now, sorted.

    `newly_live` are supplies that carry something and carried nothing before, as provider << 32 | group, sorted; where
    the same provider already carried something into the group it is none of them.
    """

    supplies: Supplies
    changed: I32
    newly_live: I64


def rewired(
    supplies: Supplies, *, removed: Iterable[RelationshipId], added: Mapping[RelationshipId, Sequence[Supply]]
) -> Rewired:
    """The supplies with `removed` relationships open and `added` ones in place (replacing those that exist).

    Raises GroupDisagrees.
    """
    gone = frozenset(removed)
    concerned = _dependants(supplies, gone, added)
    news: dict[int, list[Supply]] = {}
    for at in concerned:
        kept = [
            replace(each, terms=replace(each.terms, open=True)) if each.relationship in gone else each
            for each in supplies.supplies_of(at)
            if each.relationship not in added
        ]
        dependant = supplies.ids[at]
        news[at] = [*kept, *(each for of in added.values() for each in of if each.dependant == dependant)]
    return _marked(supplies, replaced(supplies, news), sorted(news))


def _dependants(
    supplies: Supplies, removed: frozenset[RelationshipId], added: Mapping[RelationshipId, Sequence[Supply]]
) -> set[int]:
    """Whose groups change: either end of a relationship may be its dependant, and of one replaced both may."""
    ends = {end for each in (*removed, *added) for end in (each.source, each.target)}
    named = {each.dependant for of in added.values() for each in of}
    found = {at for end in ends if (at := supplies.ids.find(end)) is not None}
    changed = removed | added.keys()
    return {
        at
        for at in found
        if supplies.ids[at] in named or any(each.relationship in changed for each in supplies.supplies_of(at))
    }


def _marked(before: Supplies, after: Supplies, changed: Sequence[int]) -> Rewired:
    """Mark what a question opened, and list what carries something only now."""
    marks = after.net.marks.copy()
    live: list[int] = []
    for at in changed:
        earlier = {(each.relationship, each.provider): each for each in before.supplies_of(at)}
        for group in after.groups(at):
            fresh: set[int] = set()
            lasting: set[int] = set()
            for member in after.members(group):
                now = after.supply(group, member)
                was = earlier.get((now.relationship, now.provider))
                carried = was is not None and not was.terms.open
                if now.terms.open and carried:
                    marks[member] |= WEAKENED
                elif not now.terms.open:
                    (lasting if carried else fresh).add(after.provider(member))
            live += [provider << 32 | group for provider in fresh - lasting]
    net = after.net._replace(marks=marks)
    return Rewired(
        supplies=replace(after, net=net),
        changed=np.array(changed, np.int32),
        newly_live=np.array(sorted(live), np.int64),
    )


def replaced(supplies: Supplies, news: Mapping[int, Sequence[Supply]]) -> Supplies:
    """The supplies with other ones for some dependants: `news` gives all that each (by position) then has.

    No group that is new is coded as a plain need. Raises GroupDisagrees.
    """
    texts = Texts(supplies.texts)
    listed = [each for at in sorted(news) for each in news[at]]
    ends = {end for each in listed for end in (each.provider, each.dependant)}
    position = {end: _at(supplies, end) for end in ends}
    columns = columns_of(listed, position=position, types=[each.name for each in supplies.types], texts=texts)
    part = build(columns, assets=supplies.size, flow_of=supplies.flow_of, sources=supplies.sources)
    if part.disagree:
        supplies.refuse(columns, part.disagree, texts.listed)
    net = _joined(supplies.net, part.net, sorted(news))
    return replace(supplies, net=net, texts=texts.listed)


def _at(supplies: Supplies, end: str) -> int:
    at = supplies.ids.find(end)
    if at is None:
        raise AssertionError(f"{end} is no asset of these supplies")
    return at


def _joined(net: Net, part: Net, changed: Sequence[int]) -> Net:
    groups, members = net.groups.shape[0], net.members.size
    added = part.groups.copy()
    added[:, MEMBERS] += members
    assets = net.assets.copy()
    assets[changed, GROUPS] = part.assets[changed, GROUPS] + groups
    assets[changed, GROUP_COUNT] = part.assets[changed, GROUP_COUNT]
    outs = _outs(net, part, assets, changed)
    return Net(
        assets=assets,
        groups=np.concatenate([net.groups, added]),
        members=np.concatenate([net.members, part.members]),
        outs=np.concatenate([net.outs, outs]),
        capacity=_column(net.capacity, part.capacity, members, part.members.size, 1000),
        needed=_column(net.needed, part.needed, groups, added.shape[0], 0),
        delay=_column(net.delay, part.delay, members, part.members.size, 0),
        type=np.concatenate([net.type, part.type]),
        marks=np.concatenate([net.marks, part.marks]),
        key=_column(net.key, part.key, members, part.members.size, 0),
    )


def _column(before: Column, after: Column, many: int, more: int, default: int) -> Column:
    """Two columns one after the other, each of which may be empty for the default."""
    if before.size == after.size == 0:
        return before
    whole = np.empty_like(before, shape=many + more)
    whole[:] = default
    if before.size:
        whole[:many] = before
    if after.size:
        whole[many:] = after
    return whole


def _outs(net: Net, part: Net, assets: I32, changed: Sequence[int]) -> I32:
    """Outs of all providers of changed dependants, before or after, and where they are is written into `assets`."""
    old = {group for at in changed for group in _range(net, at)}
    fresh: defaultdict[int, list[int]] = defaultdict(list)
    for group in range(part.groups.shape[0]):
        if part.groups[group, FLOW] >= -1:
            for provider in _providers(part, group):
                fresh[provider].append(group + net.groups.shape[0])
    for group in old:
        for provider in _providers(net, group):
            fresh.setdefault(provider, [])
    owners = set(changed)
    outs: list[int] = []
    for provider, new in fresh.items():
        start, count = net.assets[provider, OUTS : OUT_COUNT + 1].tolist()
        kept = [out for out in net.outs[start : start + count].tolist() if not _replaced(out, old, owners)]
        assets[provider, OUTS] = net.outs.size + len(outs)
        assets[provider, OUT_COUNT] = len(kept) + len(new)
        outs += kept
        outs += new
    return np.array(outs, np.int32) if outs else NO_ASSETS


def _replaced(out: int, groups: set[int], owners: set[int]) -> bool:
    return out in groups if out >= 0 else ~out in owners


def _range(net: Net, at: int) -> range:
    start, count = net.assets[at, GROUPS : GROUP_COUNT + 1].tolist()
    return range(start, start + count)


def _providers(net: Net, group: int) -> list[int]:
    start, count = net.groups[group, MEMBERS : MEMBERS + 2].tolist()
    return [each for each in net.members[start : start + count].tolist() if each >= 0]
