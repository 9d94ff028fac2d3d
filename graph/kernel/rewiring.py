"""A network with some relationships changed: what a question takes away or puts in, and what a write changed.

The groups of the dependants concerned are written anew at the end of the pools; everything else stays where it is, so
that positions of assets and of untouched groups hold in both networks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph.impact import RelationshipId, Supply
from graph.kernel.arrays import I32, I64, WEAKENED
from graph.kernel.encoding import columns_of
from graph.kernel.joining import joined, part_of
from graph.kernel.supplies import Supplies


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
    marks = after.net.marks  # of members that this question alone has
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
    return Rewired(
        supplies=after,
        changed=np.array(changed, np.int32),
        newly_live=np.array(sorted(live), np.int64),
    )


def replaced(supplies: Supplies, news: Mapping[int, Sequence[Supply]]) -> Supplies:
    """The supplies with other ones for some dependants: `news` gives all that each (by position) then has.

    No group that is new is coded as a plain need. Raises GroupDisagrees.
    """
    listed = [each for at in sorted(news) for each in news[at]]
    ends = {end for each in listed for end in (each.provider, each.dependant)}
    position = {end: _at(supplies, end) for end in ends}
    types = [each.name for each in supplies.types]
    columns = columns_of(listed, position=position, types=types, texts=supplies.texts)
    part = part_of(columns, flow_of=supplies.flow_of, sources=supplies.sources)
    if part.disagree:
        supplies.refuse(columns, part.disagree)
    changed = np.array(sorted(news), np.int32)
    net, pools = joined(supplies.net, supplies.pools, part, changed=changed, assets=supplies.size, plain=False)
    return replace(supplies, net=net, pools=pools)


def _at(supplies: Supplies, end: str) -> int:
    at = supplies.ids.find(end)
    if at is None:
        raise AssertionError(f"{end} is no asset of these supplies")
    return at
