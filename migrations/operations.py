"""Operations: what a migration does to an ontology, as data.

`OPERATIONS` is the one table: reading, replaying, making and documenting all go by it, so an operation that is added
here is known everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from graph.ontology.document import Element
from migrations.arguments import (
    AddAssetTypeArguments,
    AddChannelArguments,
    AddEnumArguments,
    AddPropertyArguments,
    AddRelationshipTypeArguments,
    DescribeOntologyArguments,
)
from migrations.draft import ASSET_TYPES, ENUMS, RELATIONSHIP_TYPES, Definition, Draft, OperationRefused


class Phase(StrEnum):
    """When an operation runs: additions first, data next, and apart from both what takes away."""

    EXPAND = "expand"
    BACKFILL = "backfill"
    CONTRACT = "contract"


class Operation(Protocol):
    """One step of a migration. Immutable; equal where it does the same."""

    @property
    def kind(self) -> str:
        """Its name in files."""
        ...

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        ...

    def apply(self, draft: Draft) -> None:
        """Change `draft`, or raise OperationRefused."""
        ...


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
        return _KIND_OF_SECTION[self.section]

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        noun = "enum" if self.section == ENUMS else "type"
        return {noun: {"name": self.name, **self.definition}}

    def apply(self, draft: Draft) -> None:
        """Add the element, or raise OperationRefused."""
        draft.add(self.section, self.name, self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProperty:
    """Adds a property to a type that exists."""

    type: str
    name: str
    definition: Definition
    kind = "add_property"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "property": {"name": self.name, **self.definition}}

    def apply(self, draft: Draft) -> None:
        """Add the property, or raise OperationRefused."""
        if self.definition.get("required"):
            raise OperationRefused(
                f"{self.type}.{self.name} can't be required: assets that exist have no value for it",
                expected="a property that is not required",
                hint="Leave out `required`, or add the property together with a new type",
            )
        draft.add_member(self.type, "properties", self.name, self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddChannel:
    """Adds a state channel to an asset type that exists."""

    type: str
    name: str
    definition: Definition
    kind = "add_channel"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "channel": {"name": self.name, **self.definition}}

    def apply(self, draft: Draft) -> None:
        """Add the channel, or raise OperationRefused."""
        draft.element(ASSET_TYPES, self.type)
        draft.add_member(self.type, "channels", self.name, self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationKind:
    """One row of the table: how an operation is called, what it takes, when it runs, and what it does in a sentence."""

    name: str
    phase: Phase
    purpose: str
    arguments: type[Element]
    read: Callable[[Definition], Operation]


def _read_describe(written: Definition) -> Operation:
    return DescribeOntology(facts=_part(written, "ontology"))


def _read_add(section: str, noun: str) -> Callable[[Definition], Operation]:
    def read(written: Definition) -> Operation:
        name, definition = _named(written, noun)
        return AddElement(section=section, name=name, definition=definition)

    return read


def _read_add_property(written: Definition) -> Operation:
    name, definition = _named(written, "property")
    return AddProperty(type=str(written["type"]), name=name, definition=definition)


def _read_add_channel(written: Definition) -> Operation:
    name, definition = _named(written, "channel")
    return AddChannel(type=str(written["type"]), name=name, definition=definition)


def _named(written: Definition, noun: str) -> tuple[str, Definition]:
    part = _part(written, noun)
    return str(part["name"]), {key: value for key, value in part.items() if key != "name"}


def _part(written: Definition, noun: str) -> Definition:
    part = written[noun]
    assert isinstance(part, dict), "arguments were checked against their class"
    return part


_KIND_OF_SECTION = {
    ENUMS: "add_enum",
    ASSET_TYPES: "add_asset_type",
    RELATIONSHIP_TYPES: "add_relationship_type",
}

OPERATIONS: Mapping[str, OperationKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            OperationKind(
                name="describe_ontology",
                phase=Phase.EXPAND,
                purpose="Says the ontology's own name, description and compatibility.",
                arguments=DescribeOntologyArguments,
                read=_read_describe,
            ),
            OperationKind(
                name="add_enum",
                phase=Phase.EXPAND,
                purpose="Adds an enum with its values.",
                arguments=AddEnumArguments,
                read=_read_add(ENUMS, "enum"),
            ),
            OperationKind(
                name="add_asset_type",
                phase=Phase.EXPAND,
                purpose="Adds an asset type with its properties and channels.",
                arguments=AddAssetTypeArguments,
                read=_read_add(ASSET_TYPES, "type"),
            ),
            OperationKind(
                name="add_relationship_type",
                phase=Phase.EXPAND,
                purpose="Adds a relationship type with its ends and properties.",
                arguments=AddRelationshipTypeArguments,
                read=_read_add(RELATIONSHIP_TYPES, "type"),
            ),
            OperationKind(
                name="add_property",
                phase=Phase.EXPAND,
                purpose="Adds an optional property to a type that exists.",
                arguments=AddPropertyArguments,
                read=_read_add_property,
            ),
            OperationKind(
                name="add_channel",
                phase=Phase.EXPAND,
                purpose="Adds a state channel to an asset type that exists.",
                arguments=AddChannelArguments,
                read=_read_add_channel,
            ),
        )
    }
)
