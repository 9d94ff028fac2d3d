"""The world that change sets are judged in: what the database holds, as far as it matters, under what is being changed.

Facts are told with `know_*`. A trial begins, puts images in place of others, and is then kept or undone; what later
trials of the same transaction see are the kept ones. Nothing here talks to the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from graph.changes.images import AssetImage, End, ExternalRef, Group, Link, LinkImage, Member
from graph.changes.rules import Comparable, Rulebook
from graph.identity import RelationshipKey, Tenant, relationship_key

Unique: TypeAlias = tuple[str, str, Comparable]
"""A value that one asset of a tenant may hold: declaring type, property, value."""

ChangedAsset: TypeAlias = tuple[str, AssetImage | None, AssetImage | None]
ChangedLink: TypeAlias = tuple[Link, LinkImage | None, LinkImage | None]


class World:
    """Assets and relationships as they would be, with the indexes that the rules ask.

    `whole` are the assets of the database known with everything; `vast` those that contain too much to be read.
    """

    def __init__(self, rules: Rulebook, tenant: Tenant) -> None:
        self.rules = rules
        self.tenant = tenant
        self.assets: dict[str, AssetImage | None] = {}
        self.links: dict[Link, LinkImage | None] = {}
        self.whole: set[str] = set()
        self.vast: set[str] = set()
        self.asset_revisions: dict[str, int] = {}
        self.link_revisions: dict[Link, int] = {}
        self.incident: defaultdict[str, set[Link]] = defaultdict(set)
        self.parents: defaultdict[str, set[Link]] = defaultdict(set)
        self.children: defaultdict[str, set[Link]] = defaultdict(set)
        self.between: defaultdict[tuple[str, str, str], set[Link]] = defaultdict(set)
        self.counts: defaultdict[tuple[str, str, End], int] = defaultdict(int)
        self.names: defaultdict[ExternalRef, set[str]] = defaultdict(set)
        self.holders: defaultdict[Unique, set[str]] = defaultdict(set)
        self.settled: defaultdict[Group, list[Member]] = defaultdict(list)
        self._keys: dict[Link, RelationshipKey] = {}
        self._assets_before: dict[str, AssetImage | None] = {}
        self._links_before: dict[Link, LinkImage | None] = {}
        self._changed_assets: list[ChangedAsset] | None = None
        self._changed_links: list[ChangedLink] | None = None
        self._first_assets: dict[str, AssetImage | None] = {}
        self._first_links: dict[Link, LinkImage | None] = {}

    def key_of(self, link: Link) -> RelationshipKey:
        """Return the key of a relationship in the database; its ends are sorted already where that matters."""
        key = self._keys.get(link)
        if key is None:
            key = self._keys[link] = relationship_key(self.tenant, link.source, link.target, public=link.key)
        return key

    # ---- facts -------------------------------------------------------------------------------------------------------

    def know_asset(self, asset: str, image: AssetImage, revision: int = 0) -> None:
        """Take over an asset of the database."""
        self.assets[asset] = image
        self.asset_revisions[asset] = revision
        self.whole.add(asset)
        self._index_asset(asset, image)

    def know_type(self, asset: str, type_name: str, revision: int = 0) -> None:
        """Take over that an asset exists; good for ends of relationships, and for no change of the asset itself."""
        self.assets[asset] = AssetImage(type_name, "", {})
        self.asset_revisions[asset] = revision

    def know_link(self, link: Link, image: LinkImage, revision: int = 0) -> None:
        """Take over a relationship of the database; counts are told apart."""
        self.links[link] = image
        self.link_revisions[link] = revision
        self._index_link(link)

    def know_containment(self, link: Link) -> None:
        """Take over that a containment exists, whatever its properties."""
        self.parents[link.target].add(link)
        self.children[link.source].add(link)

    # ---- trials ------------------------------------------------------------------------------------------------------

    def put_asset(self, asset: str, image: AssetImage | None) -> None:
        """Let `asset` be so, or not exist."""
        before = self.assets.get(asset)
        self._assets_before.setdefault(asset, before)
        self._changed_assets = None
        self._replace_asset(asset, before, image)

    def put_link(self, link: Link, image: LinkImage | None) -> None:
        """Let the relationship be so, or not exist."""
        before = self.links.get(link)
        self._links_before.setdefault(link, before)
        self._changed_links = None
        self._replace_link(link, before, image)

    def changed_assets(self) -> Sequence[ChangedAsset]:
        """Return what the trial changes: asset, before, after. Every rule asks, so it is found once."""
        if self._changed_assets is None:
            self._changed_assets = [
                (asset, before, after)
                for asset, before in self._assets_before.items()
                if before != (after := self.assets[asset])
            ]
        return self._changed_assets

    def changed_links(self) -> Sequence[ChangedLink]:
        """Return what the trial changes: relationship, before, after."""
        if self._changed_links is None:
            self._changed_links = [
                (link, before, after)
                for link, before in self._links_before.items()
                if before != (after := self.links[link])
            ]
        return self._changed_links

    def undo(self) -> None:
        """Forget the trial."""
        for link, before in self._links_before.items():
            self._replace_link(link, self.links[link], before)
        for asset, before in self._assets_before.items():
            self._replace_asset(asset, self.assets[asset], before)
        self._end()

    def keep(self, revision: int) -> None:
        """Accept the trial at `revision`."""
        for asset, before, _ in self.changed_assets():
            self._first_assets.setdefault(asset, before)
            self.asset_revisions[asset] = revision
        for link, before, _ in self.changed_links():
            self._first_links.setdefault(link, before)
            self.link_revisions[link] = revision
        self._end()

    def net_assets(self) -> Iterator[ChangedAsset]:
        """Yield what all kept trials together change: asset, image in the database, image to be."""
        for asset, first in self._first_assets.items():
            last = self.assets[asset]
            if first != last:
                yield asset, first, last

    def net_links(self) -> Iterator[ChangedLink]:
        """Yield what all kept trials together change: relationship, image in the database, image to be."""
        for link, first in self._first_links.items():
            last = self.links[link]
            if first != last:
                yield link, first, last

    def _end(self) -> None:
        self._assets_before.clear()
        self._links_before.clear()
        self._changed_assets = self._changed_links = None

    # ---- indexes -----------------------------------------------------------------------------------------------------

    def _replace_asset(self, asset: str, before: AssetImage | None, after: AssetImage | None) -> None:
        if before is not None:
            self._unindex_asset(asset, before)
        self.assets[asset] = after
        if after is not None:
            self._index_asset(asset, after)

    def _replace_link(self, link: Link, before: LinkImage | None, after: LinkImage | None) -> None:
        self.links[link] = after
        if before is None and after is not None:
            self._index_link(link)
            self._count(link, 1)
        elif before is not None and after is None:
            self._unindex_link(link)
            self._count(link, -1)

    def _index_asset(self, asset: str, image: AssetImage) -> None:
        for reference in image.external_ids:
            self.names[reference].add(asset)
        for unique in self.rules.unique_values(image):
            self.holders[unique].add(asset)

    def _unindex_asset(self, asset: str, image: AssetImage) -> None:
        for reference in image.external_ids:
            self.names[reference].discard(asset)
        for unique in self.rules.unique_values(image):
            self.holders[unique].discard(asset)

    def _index_link(self, link: Link) -> None:
        self.incident[link.source].add(link)
        self.incident[link.target].add(link)
        self.between[link[:3]].add(link)
        if link.type in self.rules.containment:
            self.know_containment(link)

    def _unindex_link(self, link: Link) -> None:
        self.incident[link.source].discard(link)
        self.incident[link.target].discard(link)
        self.between[link[:3]].discard(link)
        self.parents[link.target].discard(link)
        self.children[link.source].discard(link)

    def _count(self, link: Link, step: int) -> None:
        rule = self.rules.links[link.type]
        if not rule.bounded:
            return
        self.counts[link.target, link.type, End.IN] += step
        self.counts[link.source, link.type, End.OUT] += step
        if rule.type.symmetric and link.source != link.target:
            self.counts[link.source, link.type, End.IN] += step
            self.counts[link.target, link.type, End.OUT] += step
