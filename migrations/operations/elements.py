"""Operations on enums and types as wholes, and on the ontology's own facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from migrations.operations.draft import ASSET_TYPES, ENUMS, RELATIONSHIP_TYPES, Definition, Draft, change
from migrations.operations.operation import Operation, changes, named, part, unset_of

_NAMES: Final = {ENUMS: "enum", ASSET_TYPES: "asset_type", RELATIONSHIP_TYPES: "relationship_type"}
_NOUNS: Final = {ENUMS: "enum", ASSET_TYPES: "type", RELATIONSHIP_TYPES: "type"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeOntology:
    """Says the ontology's own name, description and compatibility."""

    facts: Definition
    kind = "describe_ontology"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"ontology": self.facts}

    def apply(self, draft: Draft) -> None:
        """Set the facts; those not named go back to their defaults."""
        draft.describe({"description": None, "compatibility": "BACKWARD", **self.facts})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddElement:
    """Adds an enum, an asset type or a relationship type."""

    section: str
    name: str
    definition: Definition

    @property
    def kind(self) -> str:
        """Its name in files."""
        return f"add_{_NAMES[self.section]}"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {_NOUNS[self.section]: {"name": self.name, **self.definition}}

    def apply(self, draft: Draft) -> None:
        """Add the element, or raise OperationRefused."""
        draft.add(self.section, self.name, self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeElement:
    """Changes what an enum or type says of itself: anything but its name, id, values, properties and channels."""

    section: str
    name: str
    put: Definition
    unset: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Its name in files."""
        return f"change_{_NAMES[self.section]}"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {_NOUNS[self.section]: self.name, **changes(self.put, self.unset)}

    def apply(self, draft: Draft) -> None:
        """Change the element, or raise OperationRefused."""
        change(draft.element(self.section, self.name), self.put, self.unset)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveElement:
    """Removes an enum, an asset type or a relationship type."""

    section: str
    name: str

    @property
    def kind(self) -> str:
        """Its name in files."""
        return f"remove_{_NAMES[self.section]}"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {_NOUNS[self.section]: self.name}

    def apply(self, draft: Draft) -> None:
        """Remove the element, or raise OperationRefused."""
        draft.remove(self.section, self.name)


def read_describe(written: Definition) -> Operation:
    """Read `describe_ontology`."""
    return DescribeOntology(facts=part(written, "ontology"))


def read_add(section: str) -> Callable[[Definition], Operation]:
    """Return the reader of the operation that adds to a section."""

    def read(written: Definition) -> Operation:
        name, definition = named(written, _NOUNS[section])
        return AddElement(section=section, name=name, definition=definition)

    return read


def read_change(section: str) -> Callable[[Definition], Operation]:
    """Return the reader of the operation that changes an element of a section."""

    def read(written: Definition) -> Operation:
        name = str(written[_NOUNS[section]])
        return ChangeElement(section=section, name=name, put=part(written, "set"), unset=unset_of(written))

    return read


def read_remove(section: str) -> Callable[[Definition], Operation]:
    """Return the reader of the operation that removes from a section."""

    def read(written: Definition) -> Operation:
        return RemoveElement(section=section, name=str(written[_NOUNS[section]]))

    return read
