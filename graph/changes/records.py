"""Change records: what a change set did, image by image, as the log keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from graph.changes.images import AssetImage, Link, LinkImage
from graph.changes.rules import Rulebook
from graph.changes.world import World
from graph.clock import epoch_millis
from graph.identity import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """Who did what when."""

    actor: str
    operation: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """The key a caller gave, what it stood for, and the receipt that answers it again (JSON)."""

    key: str
    digest: str
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecord:
    """One record, ready to be written. `entries` are canonical JSON texts; `touched` are ids of assets, sorted."""

    revision: Revision
    authorship: Authorship
    entries: tuple[str, ...]
    touched: tuple[str, ...]
    idempotency: Idempotency | None = None

    def row(self) -> Mapping[str, object]:
        """Return the record as properties of its node."""
        row: dict[str, object] = {
            "revision": self.revision,
            "time": epoch_millis(self.authorship.time),
            "actor": self.authorship.actor,
            "operation": self.authorship.operation,
            "entryCount": len(self.entries),
            "entries": self.entries,
            "touched": self.touched,
        }
        if self.idempotency is not None:
            row["idempotencyKey"] = self.idempotency.key
            row["requestHash"] = self.idempotency.digest
            row["receipt"] = self.idempotency.receipt
        return row


def entries_of(world: World) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the entries of the trial, assets before relationships, and the ids of all assets that it touches."""
    rules = world.rules
    texts: list[str] = []
    touched: set[str] = set()
    for asset, before, after in world.changed_assets():
        touched.add(asset)
        image = after or before
        assert image is not None
        texts.append(
            entry_text(
                "asset", asset, image.type, before and asset_json(rules, before), after and asset_json(rules, after)
            )
        )
    for link, before, after in world.changed_links():
        touched.add(link.source)
        touched.add(link.target)
        texts.append(
            entry_text(
                "relationship",
                world.key_of(link),
                link.type,
                before and link_json(rules, link, before),
                after and link_json(rules, link, after),
            )
        )
    return tuple(texts), tuple(sorted(touched))


def asset_json(rules: Rulebook, image: AssetImage) -> Mapping[str, object]:
    """Return an asset as change records show it."""
    return {
        "type": image.type,
        "name": image.name,
        "properties": rules.assets[image.type].values.shown_all(image.properties),
        "externalIds": [{"system": name.system, "id": name.id} for name in image.external_ids],
        "sourceOf": list(image.source_of),
    }


def link_json(rules: Rulebook, link: Link, image: LinkImage) -> Mapping[str, object]:
    """Return a relationship as change records show it."""
    return {
        "from": link.source,
        "to": link.target,
        "key": link.key,
        "properties": rules.links[link.type].values.shown_all(image.properties),
    }


def entry_text(kind: str, name: str, of_type: str, before: object, after: object) -> str:
    """Return an entry as records keep it."""
    entry = {"kind": kind, "id": name, "type": of_type, "before": before, "after": after}
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS).decode()
