"""An ontology on its way from one version to the next: a document as plain values, changed by operations."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TypeAlias, cast

from graph.ontology.document import OntologyDocument
from graph.ontology.model import Json, Ontology

Definition: TypeAlias = "dict[str, Json]"

ENUMS = "enums"
ASSET_TYPES = "assetTypes"
RELATIONSHIP_TYPES = "relationshipTypes"
SECTIONS = (ENUMS, ASSET_TYPES, RELATIONSHIP_TYPES)
PROPERTIES = "properties"
CHANNELS = "channels"
MEMBERS = {PROPERTIES: "property", CHANNELS: "channel"}
NOUNS = {ENUMS: "enum", ASSET_TYPES: "asset type", RELATIONSHIP_TYPES: "relationship type"}


def sparse(ontology: Ontology) -> Definition:
    """Return an ontology as a document of plain values, with ids and without defaults."""
    document = OntologyDocument.model_validate_json(ontology.canonical)
    return cast("Definition", document.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def mapping(value: Definition, key: str) -> dict[str, Definition]:
    """Return the definitions by name that a document or an element has under a key."""
    return cast("dict[str, Definition]", value.get(key, {}))


def apart_from_id(definition: Definition) -> Definition:
    """Return a definition without its id: what it says, whichever thing it is."""
    return {key: value for key, value in definition.items() if key != "id"}


class OperationRefused(Exception):
    """An operation that does not fit the version it is applied to; who replays knows its file and line."""

    def __init__(self, message: str, *, expected: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.hint = hint


class Draft:
    """A document in the making. Links are judged when it is whole, not after every operation."""

    def __init__(self, value: Definition | None = None) -> None:
        self._value: Definition = copy.deepcopy(value) if value is not None else {}

    @property
    def value(self) -> Definition:
        """The document as it stands; a copy."""
        return copy.deepcopy(self._value)

    def describe(self, facts: Definition) -> None:
        """Set the document's own fields (name, description, compatibility)."""
        self._value.update(copy.deepcopy(facts))

    def elements(self, section: str) -> dict[str, Definition]:
        """Return the elements of a section by name."""
        return cast("dict[str, Definition]", self._value.setdefault(section, {}))

    def element(self, section: str, name: str) -> Definition:
        """Return one element, or raise OperationRefused."""
        found = self.elements(section).get(name)
        if found is None:
            raise OperationRefused(
                f"There is no {NOUNS[section]} {name!r} at this point of the history",
                hint="Operations run in the order they are written, after those of all parents",
            )
        return found

    def add(self, section: str, name: str, definition: Definition) -> None:
        """Add an element, or raise OperationRefused where one of its name is there."""
        elements = self.elements(section)
        if name in elements:
            raise OperationRefused(f"The {NOUNS[section]} {name!r} exists already")
        elements[name] = copy.deepcopy(definition)

    def remove(self, section: str, name: str) -> None:
        """Remove an element, or raise OperationRefused where there is none of its name."""
        self.element(section, name)
        del self.elements(section)[name]

    def owner(self, name: str) -> Definition:
        """Return the asset type or relationship type called `name`, or raise OperationRefused."""
        section = RELATIONSHIP_TYPES if name in self.elements(RELATIONSHIP_TYPES) else ASSET_TYPES
        return self.element(section, name)

    def members(self, owner: str, collection: str) -> dict[str, Definition]:
        """Return the properties or channels that a type declares itself, by name."""
        return cast("dict[str, Definition]", self.owner(owner).setdefault(collection, {}))

    def member(self, owner: str, collection: str, name: str) -> Definition:
        """Return a property or channel that a type declares itself, or raise OperationRefused."""
        found = self.members(owner, collection).get(name)
        if found is None:
            raise OperationRefused(
                f"{owner} declares no {MEMBERS[collection]} {name!r} at this point of the history",
                hint="An inherited one is changed at the type that declares it",
            )
        return found

    def add_member(self, owner: str, collection: str, name: str, definition: Definition) -> None:
        """Add a property or channel to a type, or raise OperationRefused."""
        members = self.members(owner, collection)
        if name in members:
            raise OperationRefused(f"{owner} has {MEMBERS[collection]} {name!r} already")
        members[name] = copy.deepcopy(definition)

    def remove_member(self, owner: str, collection: str, name: str) -> None:
        """Remove a property or channel from the type that declares it, or raise OperationRefused."""
        self.member(owner, collection, name)
        del self.members(owner, collection)[name]


def change(definition: Definition, put: Definition, unset: Iterable[str]) -> None:
    """Set and unset fields of `definition`; what is unset goes back to its default."""
    definition.update(copy.deepcopy(put))
    for field in unset:
        definition.pop(field, None)
