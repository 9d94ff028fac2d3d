"""Examples that hold: assets and relationships with all that the ontology demands of them.

A scene grows from the asset or relationship that is shown: whatever must stand beside it by a minimum of a
multiplicity comes along, and what must stand beside that. Where no end is found, there is no example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from graph.ontology.model import (
    AssetType,
    Datatype,
    Json,
    Multiplicity,
    Ontology,
    PropertyDefinition,
    RelationshipType,
)
from graph.ontology.supply import SUPPLY_PROPERTIES
from migrations.catalogue.specimens import specimen

Line: TypeAlias = "dict[str, Json]"

MUTATION: Final = """\
mutation Example($input: ChangeSetInput!) {
  applyChanges(input: $input) {
    __typename
    ... on ChangesApplied { revision assetsCreated relationshipsCreated }
    ... on ChangesRejected { problems { code message expected actual hint } }
  }
}
"""
_MOST_ASSETS = 24
_SELECTED = 5
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[0-9]+")
_LEAVES = frozenset(Datatype) - {Datatype.POINT, Datatype.LIST, Datatype.MAP, Datatype.OBJECT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example: `lines` in the bulk format, the same as variables of `MUTATION`, and a reading operation if any."""

    lines: tuple[Line, ...]
    reading: str | None = None

    @property
    def text(self) -> str:
        """The lines as they stand in a file."""
        return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in self.lines)

    @property
    def variables(self) -> str:
        """The variables of `MUTATION`, for a dry run."""
        changes = [_change(line) for line in self.lines]
        return json.dumps({"input": {"changes": changes, "dryRun": True}}, ensure_ascii=False, indent=2)


def asset_example(ontology: Ontology, kind: AssetType, link: RelationshipType | None) -> Example | None:
    """Return an example of an asset of `kind`, with a relationship of the type `link` if one is asked for."""
    if kind.abstract:
        return None
    scene = _Scene(ontology)
    try:
        shown = scene.asset(kind.name)
        if link is not None and not scene.joined(link, shown):
            source = kind.name in link.sources_allowed
            scene.partner(link, shown, source=source)
    except _Endless:
        return None
    return Example(lines=scene.lines(), reading=_reading(kind))


def relationship_example(ontology: Ontology, link: RelationshipType) -> Example | None:
    """Return an example of a relationship of the type `link`, with its ends."""
    scene = _Scene(ontology)
    try:
        shown = scene.asset(min(link.sources_allowed))
        if not scene.joined(link, shown):
            scene.partner(link, shown, source=True)
    except _Endless:
        return None
    return Example(lines=scene.lines())


class _Endless(Exception):
    """What the minima demand has no end here."""


class _Scene:
    """Assets and relationships in the making."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._types: dict[str, str] = {}
        self._assets: list[Line] = []
        self._links: list[Line] = []

    def lines(self) -> tuple[Line, ...]:
        return (*self._assets, *self._links)

    def joined(self, link: RelationshipType, asset: str) -> bool:
        """Whether the asset has a relationship of the type."""
        return any(line["type"] == link.name and asset in (line["from"], line["to"]) for line in self._links)

    def asset(self, type_name: str) -> str:
        """Put an asset into the scene with all that must stand beside it, and return its id."""
        if len(self._assets) >= _MOST_ASSETS:
            raise _Endless
        kind = self._ontology.asset_types[type_name]
        number, identity = self._number(type_name), self._next_id(type_name)
        self._types[identity] = type_name
        properties = _values(kind.properties.values(), identity, own=kind.name)
        line: Line = {"kind": "asset", "id": identity, "type": type_name, "name": f"{title(kind)} {number}"}
        self._assets.append({**line, "properties": properties} if properties else line)
        for link in self._ontology.relationship_types.values():
            self._complete(link, identity, source=True)
            self._complete(link, identity, source=False)
        return identity

    def partner(self, link: RelationshipType, asset: str, *, source: bool) -> None:
        """Join the asset with another one by the type; `source` says that it stands at the source."""
        allowed = link.targets_allowed if source else link.sources_allowed
        other = self._free(link, asset, allowed, source=source)
        name = other or self._next_id(min(allowed))
        # The relationship comes before what a newcomer needs, which may be just this one.
        self._links.append(_link(link, *((asset, name) if source else (name, asset))))
        if other is None:
            self.asset(min(allowed))

    def _number(self, type_name: str) -> int:
        return 1 + sum(each == type_name for each in self._types.values())

    def _next_id(self, type_name: str) -> str:
        return f"{'-'.join(words(type_name)).upper()}-{self._number(type_name)}"

    def _complete(self, link: RelationshipType, asset: str, *, source: bool) -> None:
        here, count = (link.sources_allowed, link.targets) if source else (link.targets_allowed, link.sources)
        if self._types[asset] not in here:
            return
        while self._count(link, asset, source=source) < count.minimum:
            self.partner(link, asset, source=source)

    def _count(self, link: RelationshipType, asset: str, *, source: bool) -> int:
        ends = ("from", "to") if link.symmetric else ("from" if source else "to",)
        return sum(line["type"] == link.name and asset in [line[end] for end in ends] for line in self._links)

    def _free(self, link: RelationshipType, asset: str, allowed: frozenset[str], *, source: bool) -> str | None:
        """Return an asset of the scene that may take one more relationship; never one that closes a circle."""
        limit: Multiplicity = link.sources if source else link.targets
        for other, type_name in self._types.items():
            beside = any({str(line["from"]), str(line["to"])} == {asset, other} for line in self._links)
            room = limit.maximum is None or self._count(link, other, source=not source) < limit.maximum
            if other != asset and type_name in allowed and room and not beside and not link.containment:
                return other
        return None


def _link(link: RelationshipType, source: str, target: str) -> Line:
    first, second = link.ends(source, target)
    line: Line = {"kind": "relationship", "type": link.name, "from": first, "to": second}
    own = [each for each in link.properties.values() if not (link.is_supply and each.name in SUPPLY_PROPERTIES)]
    properties = _values(own, f"{link.name}-1", own=link.name)
    return {**line, "properties": properties} if properties else line


def _values(definitions: Iterable[PropertyDefinition], name: str, *, own: str) -> dict[str, Json]:
    """Return values of what must be there and of what the type adds itself, as far as they are found."""
    wanted = (each for each in definitions if each.writable and (each.required or each.declared_by == own))
    found = {each.name: specimen(each, name) for each in wanted if each.deprecation is None or each.required}
    return {name: value for name, value in found.items() if value is not None}


def _change(line: Line) -> Line:
    rest = {key: value for key, value in line.items() if key != "kind"}
    return {"upsertAsset" if line["kind"] == "asset" else "upsertRelationship": rest}


def _reading(kind: AssetType) -> str:
    plain = [each.name for each in kind.properties.values() if each.datatype in _LEAVES and not each.deprecation]
    own = [name for name in plain if kind.properties[name].declared_by == kind.name]
    rest = [name for name in plain if name not in own]
    selected = " ".join(["id", "name", *(*own, *rest)[:_SELECTED]])
    return f"query Example {{\n  {kind.plural}(first: 10) {{\n    nodes {{ {selected} }}\n  }}\n}}\n"


def words(name: str) -> list[str]:
    """Return the words of a type's name."""
    return _WORDS.findall(name) or [name]


def title(kind: AssetType) -> str:
    """Return what people call a type: its English name, or the words of its own."""
    names: Mapping[str, str] = kind.display_name
    return names.get("en") or " ".join(words(kind.name))
