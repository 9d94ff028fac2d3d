"""What all accepted change sets of a transaction come to, as statements: planned apart from sending them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.changes.images import AssetImage, ExternalRef, Link, LinkImage
from graph.changes.records import ChangeRecord
from graph.changes.statements import of_type
from graph.changes.world import World
from graph.database import WriteUnit
from queries import Query, named


@dataclass(frozen=True, slots=True)
class Effect:
    """A writing statement with its parameters."""

    query: Query
    parameters: Mapping[str, object]


def effects_of(world: World) -> list[Effect]:
    """Return the statements that bring the database from the first to the last images, a statement for each kind.

    What frees a unique value comes before what takes it. Nothing is written twice.
    """
    effects = _Effects(world)
    return [*effects.freeing(), *effects.assets(), *effects.external_ids(), *effects.links()]


def counts_of(world: World) -> Mapping[str, int]:
    """Return by how many the assets of each exact type become more (or fewer, below 0); no type that stays as it is."""
    more: Counter[str] = Counter()
    for _, first, last in world.net_assets():
        if first is not None:
            more[first.type] -= 1
        if last is not None:
            more[last.type] += 1
    return {name: number for name, number in sorted(more.items()) if number}


async def write_effects(
    unit: WriteUnit, effects: Iterable[Effect], records: Sequence[ChangeRecord], counts: Mapping[str, int]
) -> None:
    """Send the statements, then write the records, set the counter to the newest and let the counts follow."""
    for effect in effects:
        await unit.write(effect.query, effect.parameters)
    written = {
        "rows": [record.row() for record in records],
        "revision": records[-1].revision,
        "counts": [{"type": name, "more": more} for name, more in counts.items()],
    }
    await unit.write(named("changes/create_changes"), written)


class _Effects:
    def __init__(self, world: World) -> None:
        self._world = world
        self._assets = list(world.net_assets())
        self._links = list(world.net_links())

    def freeing(self) -> Iterator[Effect]:
        gone = {asset for asset, _, last in self._assets if last is None}
        keys: defaultdict[str, list[str]] = defaultdict(list)
        for link, _, last in self._links:
            if last is None and link.source not in gone and link.target not in gone:
                keys[link.type].append(self._world.key_of(link))
        for name in sorted(keys):
            yield Effect(of_type("changes/delete_relationships", name), {"keys": sorted(keys[name])})
        names = [list(name) for _, first, last in self._assets for name in sorted(_names(first) - _names(last))]
        yield from _effect("changes/delete_external_ids", "names", names)
        yield from _effect("state/delete_states", "ids", sorted(gone))
        yield from _effect("changes/delete_assets", "ids", sorted(gone))
        yield from _effect("changes/update_assets", "rows", self._cleared())

    def assets(self) -> Iterator[Effect]:
        created: list[Mapping[str, object]] = []
        updated: list[Mapping[str, object]] = []
        relabelled: list[Mapping[str, object]] = []
        for asset, first, last in self._assets:
            if last is None:
                continue
            labels = self._world.rules.assets[last.type].labels
            values = self._asset_values(asset, last)
            if first is None:
                created.append({"labels": labels, "values": values})
                continue
            updated.append({"id": asset, "values": _difference(self._asset_values(asset, first), values)})
            if first.type != last.type:
                gone = [label for label in self._world.rules.assets[first.type].labels if label not in labels]
                relabelled.append({"id": asset, "gone": gone, "labels": labels})
        yield from _effect("changes/relabel_assets", "rows", relabelled)
        yield from _effect("changes/update_assets", "rows", updated)
        yield from _effect("changes/create_assets", "rows", created)

    def external_ids(self) -> Iterator[Effect]:
        rows = [
            {"asset": asset, "system": name.system, "id": name.id}
            for asset, first, last in self._assets
            for name in sorted(_names(last) - _names(first))
        ]
        yield from _effect("changes/create_external_ids", "rows", rows)

    def links(self) -> Iterator[Effect]:
        created: list[Mapping[str, object]] = []
        updated: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
        for link, first, last in self._links:
            if last is None:
                continue
            values = self._link_values(link, last)
            if first is None:
                created.append({"type": link.type, "source": link.source, "target": link.target, "values": values})
            else:
                changed = _difference(self._link_values(link, first), values)
                updated[link.type].append({"key": values["_key"], "values": changed})
        for name in sorted(updated):
            yield Effect(of_type("changes/update_relationships", name), {"rows": updated[name]})
        yield from _effect("changes/create_relationships", "rows", created)

    def _cleared(self) -> list[Mapping[str, object]]:
        """Rows that take away unique values which another asset takes over in the same transaction."""
        rules = self._world.rules
        given_up = {
            unique: asset
            for asset, first, last in self._assets
            if first is not None and last is not None
            for unique in rules.unique_values(first)
        }
        if not given_up:
            return []
        cleared: dict[str, dict[str, None]] = {}
        for asset, _, last in self._assets:
            for unique in rules.unique_values(last) if last is not None else ():
                holder = given_up.get(unique, asset)
                if holder != asset:
                    cleared.setdefault(holder, {})[unique[1]] = None
        return [{"id": asset, "values": values} for asset, values in sorted(cleared.items())]

    def _asset_values(self, asset: str, image: AssetImage) -> dict[str, object]:
        values = self._world.rules.assets[image.type].values.sent(image.properties)
        values["name"] = image.name
        values["_tenant"] = self._world.tenant
        values["_id"] = asset
        values["_rev"] = self._world.asset_revisions[asset]
        if image.source_of:
            values["_sourceOf"] = image.source_of
        return values

    def _link_values(self, link: Link, image: LinkImage) -> dict[str, object]:
        values = self._world.rules.links[link.type].values.sent(image.properties)
        values["_key"] = self._world.key_of(link)
        values["_rev"] = self._world.link_revisions[link]
        if link.key:
            values["key"] = link.key
        return values


def _difference(first: Mapping[str, object], last: Mapping[str, object]) -> dict[str, object]:
    changed = {name: value for name, value in last.items() if first.get(name) != value or name == "_rev"}
    return changed | {name: None for name in first if name not in last}


def _effect(name: str, parameter: str, rows: Sequence[object]) -> Iterator[Effect]:
    if rows:
        yield Effect(named(name), {parameter: rows})


def _names(image: AssetImage | None) -> set[ExternalRef]:
    return set() if image is None else set(image.external_ids)
