"""A twin in memory that answers the statements of a comparison, and does what change sets ask for."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graph.changes.images import Link
from graph.changes.model import ChangeSet, DeleteAsset, DeleteRelationship, Receipt, UpsertAsset, UpsertRelationship
from graph.changes.rules import Rulebook
from graph.database import Database, Parameters, Row, WriteUnit
from graph.identity import Revision, Tenant
from queries import Query

Values = dict[str, Any]


@dataclass(slots=True)
class Asset:
    type: str
    name: str
    values: Values = field(default_factory=dict[str, Any])
    externals: list[list[str]] = field(default_factory=list[list[str]])
    sources: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class FakeTwin:
    """`meddling` is called once, after the first page of assets, or of what an asset contains, was read."""

    rules: Rulebook
    assets: dict[str, Asset] = field(default_factory=dict[str, Asset])
    links: dict[Link, Values] = field(default_factory=dict[Link, Values])
    log: list[list[str]] = field(default_factory=list[list[str]])
    meddling: Callable[[], None] | None = None

    @property
    def database(self) -> Database:
        return cast("Database", self)

    async def rows(self, _tenant: Tenant, query: Query, parameters: Parameters) -> list[Row]:
        found = self.answer(query.name, parameters)
        if query.name in ("bulk/list_assets", "reconciliation/list_contents") and self.meddling is not None:
            meddle, self.meddling = self.meddling, None
            meddle()
        return found

    async def write(self, _tenant: Tenant, work: Callable[[WriteUnit], Awaitable[Any]]) -> Any:
        return await work(cast("WriteUnit", _Unit(self)))

    def answer(self, name: str, given: Mapping[str, Any]) -> list[Row]:
        match name:
            case "snapshot/hold_tenant":
                return [[len(self.log)]]
            case "snapshot/list_changes":
                after = given["after"]
                records = [[n, len(entries), entries] for n, entries in enumerate(self.log, 1) if n > after]
                return [[len(self.log), records[: given["most"]]]]
            case "bulk/list_assets":
                ids = sorted(each for each in self.assets if each > given["after"])[: given["limit"]]
                return [[[self._row(each) for each in ids]]]
            case "changes/read_assets":
                return [[[self._row(each) for each in given["ids"] if each in self.assets]]]
            case "bulk/list_relationships":
                links = [link for link in self.links if link.source in given["ids"]]
                return [
                    [[[*link[:3], {**self.links[link], **({"key": link.key} if link.key else {})}] for link in links]]
                ]
            case "bulk/read_parents":
                return [[[list(link) for link in self._of(given["types"]) if link.target in given["ids"]]]]
            case "reconciliation/list_contents":
                return [[[*{link.target for link in self._of(given["types"]) if link.source in given["ids"]}]]]
            case _:
                raise AssertionError(name)

    def relate(self, link: Link) -> None:
        """Create a relationship, with its change record."""
        self.links[link] = {}
        after = {"from": link.source, "to": link.target, "key": link.key}
        entry = {"kind": "relationship", "id": "", "type": link.type, "before": None, "after": after}
        self.log.append([json.dumps(entry)])

    def touch(self, *assets: str) -> None:
        """Write a change record that touched these assets."""
        entries = [{"kind": "asset", "id": name, "type": "", "before": None, "after": None} for name in assets]
        self.log.append([json.dumps(entry) for entry in entries])

    def apply(self, changes: ChangeSet) -> Receipt:
        """Do what a change set asks for, without any judgement but of presence."""
        for change in changes.changes:
            match change:
                case UpsertAsset():
                    self._upsert(change)
                case UpsertRelationship():
                    link = Link(change.type, change.source, change.target, change.key or "")
                    rules = self.rules.links[change.type].values
                    self.links[link] = _merged(self.links.get(link, {}), rules.stores, change.properties)
                case DeleteRelationship():
                    del self.links[Link(change.type, change.source, change.target, change.key or "")]
                case DeleteAsset():
                    del self.assets[change.id]
                    self.links = {
                        link: values
                        for link, values in self.links.items()
                        if change.id not in (link.source, link.target)
                    }
        for change in changes.changes:
            if isinstance(change, UpsertAsset):
                self._place(change)
        self.log.append([])
        return Receipt(revision=Revision(len(self.log)))

    def _upsert(self, change: UpsertAsset) -> None:
        asset = self.assets.setdefault(change.id, Asset(change.type, change.name or change.id))
        assert asset.type == change.type
        asset.name = change.name or asset.name
        asset.values = _merged(asset.values, self.rules.assets[change.type].values.stores, change.properties)
        if change.external_ids is not None:
            asset.externals = [[each.system, each.id] for each in change.external_ids]
        if change.source_of is not None:
            asset.sources = list(change.source_of)

    def _place(self, change: UpsertAsset) -> None:
        if change.parents is not None:
            for link in self._of(self.rules.containment):
                if link.target == change.id:
                    del self.links[link]
            for parent in change.parents:
                (kind,) = self.rules.containments_between(self.assets[parent].type, change.type)
                self.links[Link(kind.type.name, parent, change.id, "")] = {}

    def _of(self, types: Any) -> list[Link]:
        return [link for link in self.links if link.type in types]

    def _row(self, name: str) -> Row:
        asset = self.assets[name]
        labels = ["Asset", *self.rules.assets[asset.type].labels]
        values = {**asset.values, "name": asset.name, **({"_sourceOf": asset.sources} if asset.sources else {})}
        return [name, labels, values, asset.externals]


class _Unit:
    def __init__(self, twin: FakeTwin) -> None:
        self._twin = twin

    async def rows(self, query: Query, parameters: Parameters | None = None) -> list[Row]:
        return self._twin.answer(query.name, parameters or {})

    write = rows


def _merged(values: Values, stores: Mapping[str, Callable[[Any], Any]], given: Mapping[str, Any]) -> Values:
    stored = {name: None if value is None else stores[name](value) for name, value in given.items()}
    return {name: value for name, value in {**values, **stored}.items() if value is not None}
