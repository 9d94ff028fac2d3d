"""A network with some relationships changed: what a question takes away or puts in, and what a write changed.

The groups of the dependants concerned are written anew at the end of the pools; everything else stays where it is, so
that positions of assets and of untouched groups hold in both networks. A dependant may have very many supplies, so
nothing is done one by one but for the relationships that are changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.impact import RelationshipId, Supply
from graph.kernel.arrays import CHANGED, I32, I64, REVERSED, WEAKENED
from graph.kernel.build import Columns
from graph.kernel.encoding import columns_of
from graph.kernel.joining import joined, part_of
from graph.kernel.supplies import Supplies
from graph.kernel.updating import filled, identities, listed, supplies_in, without_defaults

_CARRIED: Final = 8
"""A bit of marks while a network is made: the supply carried something before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewired:
    """Supplies after a change; `changed` are the dependants whose groups are others now, sorted.

    `replacing` are those of them some of whose supplies are in place of others. `newly_live` are supplies that carry
    something and carried nothing before, as provider << 32 | group, sorted; where the same provider already carried
    something into the group it is none of them.
    """

    supplies: Supplies
    changed: I32
    replacing: I32
    newly_live: I64


def rewired(
    supplies: Supplies, *, removed: Iterable[RelationshipId], added: Mapping[RelationshipId, Sequence[Supply]]
) -> Rewired:
    """The supplies with `removed` relationships open and `added` ones in place (replacing those that exist).

    Raises GroupDisagrees. Cost: supplies of both ends of these relationships, for each of them.
    """
    held = supplies_in(supplies, _ends(supplies, [*removed, *added]))
    opened, replaced = _fitting(supplies, held, removed), _fitting(supplies, held, added)
    fresh = _columns(supplies, [each for of in added.values() for each in of])
    carried = held.open == 0
    earlier = set(identities(held.where(replaced & carried)))
    lasting = np.array([each in earlier for each in identities(fresh)], np.bool_)
    changed = np.unique(np.concatenate([held.dependant[opened | replaced], fresh.dependant])).astype(np.int32)
    kept = held._replace(
        open=np.where(opened, 1, held.open).astype(np.uint8),
        marks=held.marks | _bits(carried, _CARRIED) | _bits(opened, CHANGED),
    ).where(np.isin(held.dependant, changed) & ~replaced)
    fresh = fresh._replace(marks=fresh.marks | _bits(lasting, _CARRIED) | np.uint8(CHANGED))
    after = _with_others(supplies, Columns.joined([kept, fresh]), changed)
    return Rewired(
        supplies=after,
        changed=changed,
        replacing=np.unique(held.dependant[replaced]).astype(np.int32),
        newly_live=_marked(after, changed),
    )


def _bits(where: NDArray[np.bool_], bit: int) -> NDArray[np.uint8]:
    return where.astype(np.uint8) * np.uint8(bit)


def _ends(supplies: Supplies, relationships: Sequence[RelationshipId]) -> I32:
    """Positions of both ends: either may be the dependant, and of one replaced both may."""
    found = {supplies.ids.find(end) for each in relationships for end in (each.source, each.target)}
    return np.array(sorted(at for at in found if at is not None), np.int32)


def _fitting(supplies: Supplies, held: Columns, relationships: Iterable[RelationshipId]) -> NDArray[np.bool_]:
    """Which of some supplies are those of relationships."""
    reverse = (held.marks & REVERSED) != 0
    source, target = np.where(reverse, held.dependant, held.provider), np.where(reverse, held.provider, held.dependant)
    number = {each.name: at for at, each in enumerate(supplies.types)}
    found = np.zeros(held.provider.size, np.bool_)
    for each in relationships:
        ends = supplies.ids.find(each.source), supplies.ids.find(each.target)
        if each.type in number and None not in ends:
            alike = (held.type == number[each.type]) & (held.key == supplies.texts.position(each.key))
            found |= alike & (source == ends[0]) & (target == ends[1])
    return found


def _columns(supplies: Supplies, put_in: Sequence[Supply]) -> Columns:
    ends = {end for each in put_in for end in (each.provider, each.dependant)}
    position = {end: _at(supplies, end) for end in ends}
    types = [each.name for each in supplies.types]
    return filled(columns_of(put_in, position=position, types=types, texts=supplies.texts))


def _with_others(supplies: Supplies, columns: Columns, changed: I32) -> Supplies:
    """The supplies in which `changed` dependants have those of `columns` and no others.

    No group that is new is coded as a plain need. Raises GroupDisagrees.
    """
    columns = without_defaults(columns)
    part = part_of(columns, flow_of=supplies.flow_of, sources=supplies.sources)
    if part.disagree:
        supplies.refuse(columns, part.disagree)
    net, pools = joined(supplies.net, supplies.pools, part, changed=changed, assets=supplies.size, plain=False)
    return replace(supplies, net=net, pools=pools)


def _marked(after: Supplies, changed: I32) -> I64:
    """Mark what was opened, in members that this question alone has; returns what carries something only now."""
    net = after.net
    members, of = listed(net.assets, net.groups, changed)
    marks, provider = net.marks[members], net.members[members]
    is_open, carried = provider < 0, (marks & _CARRIED) != 0
    net.marks[members] = (marks & np.uint8(255 - _CARRIED)) | _bits(is_open & carried, WEAKENED)
    pairs = provider.astype(np.int64) << 32 | of
    return np.setdiff1d(pairs[~is_open & ~carried], pairs[~is_open & carried])


def _at(supplies: Supplies, end: str) -> int:
    at = supplies.ids.find(end)
    if at is None:
        raise AssertionError(f"{end} is no asset of these supplies")
    return at
