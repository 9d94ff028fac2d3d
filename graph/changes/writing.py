"""Writes the net effect of all accepted change sets of a transaction, a statement for each kind of effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from graph.changes.images import AssetImage, ExternalRef, Link, LinkImage
from graph.changes.records import ChangeRecord
from graph.changes.statements import of_type
from graph.changes.world import World
from graph.database import WriteUnit
from queries import Query, named


class Writer:
    """Writes for one tenant in one transaction. Nothing is written twice: only first and last images count."""

    def __init__(self, unit: WriteUnit, world: World) -> None:
        self._unit = unit
        self._world = world
        self._assets = list(world.net_assets())
        self._links = list(world.net_links())

    async def write(self, records: Sequence[ChangeRecord]) -> None:
        """Write assets, external ids, relationships, records and the counter.

        What frees a unique value comes before what takes it.
        """
        await self._free()
        await self._write_assets()
        await self._write_external_ids()
        await self._write_links()
        rows = [record.row() for record in records]
        await self._unit.write(named("changes/create_changes"), {"rows": rows, "revision": records[-1].revision})

    async def _free(self) -> None:
        gone = {asset for asset, _, last in self._assets if last is None}
        keys: defaultdict[str, list[str]] = defaultdict(list)
        for link, _, last in self._links:
            if last is None and link.source not in gone and link.target not in gone:
                keys[link.type].append(self._world.key_of(link))
        for name in sorted(keys):
            await self._unit.write(of_type("changes/delete_relationships", name), {"keys": sorted(keys[name])})
        names = [list(name) for _, first, last in self._assets for name in sorted(_names(first) - _names(last))]
        await self._run("changes/delete_external_ids", "names", names)
        await self._run("changes/delete_assets", "ids", sorted(gone))
        await self._run("changes/update_assets", "rows", self._cleared())

    def _cleared(self) -> list[Mapping[str, object]]:
        """Rows that take away unique values which another asset takes over in the same transaction."""
        rules = self._world.rules
        given_up = {
            unique: asset
            for asset, first, last in self._assets
            if first is not None and last is not None
            for unique in rules.unique_values(first)
        }
        cleared: dict[str, dict[str, None]] = {}
        for asset, _, last in self._assets:
            for unique in rules.unique_values(last) if last is not None else ():
                holder = given_up.get(unique, asset)
                if holder != asset:
                    cleared.setdefault(holder, {})[unique[1]] = None
        return [{"id": asset, "values": values} for asset, values in sorted(cleared.items())]

    async def _write_assets(self) -> None:
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
            updated.append({"id": asset, "values": self._difference(self._asset_values(asset, first), values)})
            if first.type != last.type:
                gone = [label for label in self._world.rules.assets[first.type].labels if label not in labels]
                relabelled.append({"id": asset, "gone": gone, "labels": labels})
        await self._run("changes/relabel_assets", "rows", relabelled)
        await self._run("changes/update_assets", "rows", updated)
        await self._run("changes/create_assets", "rows", created)

    async def _write_external_ids(self) -> None:
        rows = [
            {"asset": asset, "system": name.system, "id": name.id}
            for asset, first, last in self._assets
            for name in sorted(_names(last) - _names(first))
        ]
        await self._run("changes/create_external_ids", "rows", rows)

    async def _write_links(self) -> None:
        created: list[Mapping[str, object]] = []
        updated: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
        for link, first, last in self._links:
            if last is None:
                continue
            values = self._link_values(link, last)
            if first is None:
                created.append({"type": link.type, "source": link.source, "target": link.target, "values": values})
            else:
                changed = self._difference(self._link_values(link, first), values)
                updated[link.type].append({"key": values["_key"], "values": changed})
        for name in sorted(updated):
            await self._unit.write(of_type("changes/update_relationships", name), {"rows": updated[name]})
        await self._run("changes/create_relationships", "rows", created)

    def _asset_values(self, asset: str, image: AssetImage) -> dict[str, object]:
        values = {
            **self._world.rules.assets[image.type].values.sent(image.properties),
            "name": image.name,
            "_tenant": self._world.tenant,
            "_id": asset,
            "_rev": self._world.asset_revisions[asset],
        }
        if image.source_of:
            values["_sourceOf"] = image.source_of
        return values

    def _link_values(self, link: Link, image: LinkImage) -> dict[str, object]:
        values = {
            **self._world.rules.links[link.type].values.sent(image.properties),
            "_key": self._world.key_of(link),
            "_rev": self._world.link_revisions[link],
        }
        if link.key:
            values["key"] = link.key
        return values

    def _difference(self, first: Mapping[str, object], last: Mapping[str, object]) -> dict[str, object]:
        changed = {name: value for name, value in last.items() if first.get(name) != value or name == "_rev"}
        return changed | {name: None for name in first if name not in last}

    async def _run(self, name: str, parameter: str, rows: Sequence[object]) -> None:
        if rows:
            query: Query = named(name)
            await self._unit.write(query, {parameter: rows})


def _names(image: AssetImage | None) -> set[ExternalRef]:
    return set() if image is None else set(image.external_ids)
