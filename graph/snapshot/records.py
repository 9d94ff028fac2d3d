"""Change records as a snapshot follows them: many together come to what differs in the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import orjson

from graph.snapshot.rules import TERMS, Rules

Image: TypeAlias = Mapping[str, Any]


class LinkName(NamedTuple):
    """What makes a relationship one of its own."""

    type: str
    source: str
    target: str
    key: str


@dataclass(slots=True)
class Change:
    """The first and the last image of something; None where it didn't exist."""

    before: Image | None
    after: Image | None


@dataclass(slots=True)
class Difference:
    """What differs between two revisions: assets by id, and relationships that supply or contain by name."""

    assets: dict[str, Change] = field(default_factory=dict[str, Change])
    links: dict[LinkName, Change] = field(default_factory=dict[LinkName, Change])

    def add(self, entries: Iterable[str], rules: Rules) -> None:
        """Take in the entries of the next record. Entries that concern no snapshot are left out."""
        for text in entries:
            entry: dict[str, Any] = orjson.loads(text)
            if entry["kind"] == "asset":
                if _only_values(entry):
                    continue
                _note(self.assets, entry["id"], entry["before"], entry["after"])
            elif entry["type"] in rules.codecs or entry["type"] in rules.containment:
                image: Image = entry["after"] or entry["before"]
                name = LinkName(entry["type"], image["from"], image["to"], image["key"])
                _note(self.links, name, entry["before"], entry["after"])


def _only_values(entry: Mapping[str, Any]) -> bool:
    """Whether the images of an asset hold no more than values of properties, which no snapshot has."""
    return all(image is not None and "sourceOf" not in image for image in (entry["before"], entry["after"]))


def _note(changes: dict[Any, Change], name: str | LinkName, before: Image | None, after: Image | None) -> None:
    known = changes.get(name)
    if known is None:
        changes[name] = Change(before, after)
    else:
        known.after = after


def terms_of(image: Image) -> dict[str, Any]:
    """What the image of a relationship says of how it supplies."""
    properties: Mapping[str, Any] = image["properties"]
    return {name: properties[name] for name in TERMS if properties.get(name) is not None}


def columns_of_terms(images: Sequence[Image], name: str, rules: Rules) -> list[list[Any]]:
    """The terms of relationships of one type by column, as `Batch.terms` has them."""
    codecs = rules.codecs[name]
    rows = [[image["key"], *_stored(terms_of(image), codecs)] for image in images]
    return [list(column) for column in zip(*rows, strict=True)]


def _stored(terms: Mapping[str, Any], codecs: Mapping[str, Any]) -> list[Any]:
    stored = {name: codecs[name].store(value) for name, value in terms.items()}
    delay = stored.get("delay")
    return [
        stored.get("group", ""),
        stored.get("needs", 1.0),
        stored.get("combine", "QUORUM"),
        stored.get("capacity", 1.0),
        stored.get("loss", 1.0),
        stored.get("open", False),
        0 if delay is None else delay.days,
        0 if delay is None else delay.seconds * 1_000_000 + delay.microseconds,
    ]
