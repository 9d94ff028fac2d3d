"""The next version of a snapshot, from what the change log says since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from graph.identity import Revision
from graph.kernel import Columns, Containment, Contradicted, Write, Written, room_for, written
from graph.kernel.arrays import I16, I32
from graph.snapshot.model import GONE, Snapshot
from graph.snapshot.records import Change, Difference, Image, LinkName, columns_of_terms, terms_of
from graph.snapshot.rules import Rules, flow_numbers
from graph.snapshot.terms import Batch, columns_of


def followed(snapshot: Snapshot, difference: Difference, revision: Revision, rules: Rules) -> Snapshot:
    """The snapshot at `revision`, which `difference` leads to. The one before is left as it is.

    Raises Contradicted where the difference doesn't fit the snapshot. To be called for the newest of a family alone.
    Cost: what the difference touches, and some tens of bytes an asset to be copied.
    """
    assets = _assets(snapshot, difference, rules)
    kinds = _kinds(snapshot, assets)
    containment = _containment(snapshot, difference, assets, rules)
    write = _write(snapshot, difference, assets, rules)
    made = _written(snapshot, write)
    if made.supplies is snapshot.supplies:
        return replace(snapshot, revision=revision, kinds=kinds, containment=containment)
    snapshot.family.changes[snapshot.number :] = [made.changed]
    return replace(
        snapshot,
        revision=revision,
        supplies=made.supplies,
        kinds=kinds,
        containment=containment,
        number=snapshot.number + 1,
        baseline=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assets:
    """What becomes of assets.

    `came` are ids of new ones, `went` positions of those that go; `kinds` and `sources` give for all that come or
    become others the type and the FLOW types they are sources of, by position. `positions` are of the ids touched.
    """

    came: list[str]
    went: list[int]
    kinds: Mapping[int, int]
    sources: Mapping[int, frozenset[int]]
    positions: dict[str, int]


def _assets(snapshot: Snapshot, difference: Difference, rules: Rules) -> _Assets:
    came: list[str] = []
    went: list[int] = []
    kinds: dict[int, int] = {}
    sources: dict[int, frozenset[int]] = {}
    positions: dict[str, int] = {}
    for name, change in sorted(difference.assets.items()):
        at = snapshot.ids.find(name)
        if (at is None) != (change.before is None):
            raise Contradicted(f"the log and the snapshot differ about {name}")
        if at is not None:
            positions[name] = at
        if change.after is None:
            if at is not None:
                went.append(at)
            continue
        if at is None:
            at = positions[name] = len(snapshot.ids) + len(came)
            came.append(name)
        elif _alike(change):
            continue
        kinds[at], sources[at] = _kind(change.after, rules)
    return _Assets(came=came, went=went, kinds=kinds, sources=sources, positions=positions)


def _alike(change: Change) -> bool:
    """Whether an asset that is there before and after is the same to a snapshot."""
    before, after = change.before, change.after
    return (
        before is not None and after is not None and all(before[each] == after[each] for each in ("type", "sourceOf"))
    )


def _kind(image: Image, rules: Rules) -> tuple[int, frozenset[int]]:
    name: str = image["type"]
    if name not in rules.kinds:
        raise Contradicted(f"{name} is no type of this ontology")
    return rules.kinds[name], rules.sources[name] | flow_numbers(image["sourceOf"], rules.flows)


def _kinds(snapshot: Snapshot, assets: _Assets) -> I16:
    if not assets.kinds and not assets.went:
        return snapshot.kinds
    kinds = np.full(room_for(snapshot.supplies, len(assets.came)), GONE, np.int16)
    kinds[: snapshot.size] = snapshot.kinds
    for at, kind in assets.kinds.items():
        kinds[at] = kind
    kinds[assets.went] = GONE
    return kinds


def _written(snapshot: Snapshot, write: Write) -> Written:
    ends = (write.before.provider.size, write.after.provider.size)
    if not (write.came or write.went or write.sources or any(ends)):
        return Written(supplies=snapshot.supplies, changed=np.zeros(0, np.int32))
    return written(snapshot.supplies, write)


# ---- relationships ---------------------------------------------------------------------------------------------------


def _place(snapshot: Snapshot, assets: _Assets, name: str) -> int:
    at = assets.positions.get(name)
    if at is None:
        at = snapshot.ids.find(name)
        if at is None:
            raise Contradicted(f"{name} has a relationship and is no asset")
        assets.positions[name] = at
    return at


def _write(snapshot: Snapshot, difference: Difference, assets: _Assets, rules: Rules) -> Write:
    before: defaultdict[str, list[tuple[LinkName, Image]]] = defaultdict(list)
    after: defaultdict[str, list[tuple[LinkName, Image]]] = defaultdict(list)
    for name, change in difference.links.items():
        if name.type not in rules.codecs or _same_terms(change):
            continue
        if change.before is not None:
            before[name.type].append((name, change.before))
        if change.after is not None:
            after[name.type].append((name, change.after))

    def columns(of: Mapping[str, list[tuple[LinkName, Image]]]) -> Columns:
        batches = [_batch(snapshot, assets, listed, name, rules) for name, listed in of.items()]
        return columns_of(batches, rules.types, snapshot.supplies.texts)

    return Write(
        came=assets.came, went=assets.went, sources=assets.sources, before=columns(before), after=columns(after)
    )


def _same_terms(change: Change) -> bool:
    before, after = change.before, change.after
    return (before is None and after is None) or (
        before is not None and after is not None and terms_of(before) == terms_of(after)
    )


def _batch(snapshot: Snapshot, assets: _Assets, listed: list[tuple[LinkName, Image]], name: str, rules: Rules) -> Batch:
    def ends(of: Iterable[str]) -> I32:
        return np.array([_place(snapshot, assets, each) for each in of], np.int32)

    return Batch(
        type=name,
        sources=ends(link.source for link, _ in listed),
        targets=ends(link.target for link, _ in listed),
        terms=columns_of_terms([image for _, image in listed], name, rules),
    )


def _containment(snapshot: Snapshot, difference: Difference, assets: _Assets, rules: Rules) -> Containment:
    news: dict[int, list[int]] = {}

    def parents(child: int) -> list[int]:
        if child not in news:
            news[child] = snapshot.containment.of(child) if child < snapshot.size else []
        return news[child]

    for name, change in difference.links.items():
        if name.type not in rules.containment or (change.before is None) == (change.after is None):
            continue
        child, parent = _place(snapshot, assets, name.target), _place(snapshot, assets, name.source)
        if change.before is None:
            parents(child).append(parent)
        elif parent in parents(child):
            news[child].remove(parent)
        else:
            raise Contradicted(f"{name.source} doesn't contain {name.target}")
    gone = set(assets.went)
    if gone and (any(news.get(at, snapshot.containment.of(at)) for at in gone) or gone & set(chain(*news.values()))):
        raise Contradicted("an asset that went is still contained or contains")
    return snapshot.containment.changed(news, assets=room_for(snapshot.supplies, len(assets.came)))
