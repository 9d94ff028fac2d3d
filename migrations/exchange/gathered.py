"""What an importer gathers, by the other standard's own keys and names; `settling` makes an ontology document of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from migrations.exchange.notes import Notes

Body: TypeAlias = dict[str, Any]
"""A part of an ontology document; `enum` names a gathered enum by its key, `items` and `fields` hold further bodies."""

ANY = "*"
"""An end of a relationship that may be of any type."""


@dataclass(slots=True, kw_only=True)
class GatheredType:
    """An asset type: `extends` are keys, `properties` and `channels` by the names that they have there."""

    name: str
    id: str | None = None
    extends: list[str] = field(default_factory=list[str])
    body: Body = field(default_factory=dict[str, Any])
    properties: dict[str, Body] = field(default_factory=dict[str, Body])
    channels: dict[str, Body] = field(default_factory=dict[str, Body])
    sources: list[str] = field(default_factory=list[str])


@dataclass(slots=True, kw_only=True)
class GatheredLink:
    """A relationship type; its ends are keys of types, or ANY."""

    name: str
    id: str | None = None
    sources: list[str] = field(default_factory=list[str])
    targets: list[str] = field(default_factory=list[str])
    body: Body = field(default_factory=dict[str, Any])
    properties: dict[str, Body] = field(default_factory=dict[str, Body])


@dataclass(slots=True, kw_only=True)
class GatheredEnum:
    """An enum."""

    name: str
    values: list[str]
    id: str | None = None
    description: str | None = None


@dataclass(slots=True)
class Gathered:
    """All of it, by keys, with what the importer could not take."""

    name: str
    notes: Notes = field(default_factory=Notes)
    description: str | None = None
    compatibility: str | None = None
    types: dict[str, GatheredType] = field(default_factory=dict[str, GatheredType])
    links: dict[str, GatheredLink] = field(default_factory=dict[str, GatheredLink])
    enums: dict[str, GatheredEnum] = field(default_factory=dict[str, GatheredEnum])

    def enum_of(self, values: list[str], name: str) -> str:
        """Return the key of the enum with these values, a new one called `name` where there is none."""
        for key, each in self.enums.items():
            if each.values == values:
                return key
        key, count = name, 1
        while key in self.enums:
            count += 1
            key = f"{name}{count}"
        self.enums[key] = GatheredEnum(name=key, values=values)
        return key

    def link(self, name: str, source: str, target: str) -> GatheredLink:
        """Return the relationship type called `name`, with these two among its ends."""
        found = self.links.setdefault(name, GatheredLink(name=name))
        for ends, end in ((found.sources, source), (found.targets, target)):
            if end not in ends:
                ends.append(end)
        return found


def without(body: Mapping[str, Any], *names: str) -> Body:
    """Return a copy of a body without some of its parts."""
    return {name: value for name, value in body.items() if name not in names}
