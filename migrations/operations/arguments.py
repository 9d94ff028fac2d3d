"""Arguments of operations as they stand in migration files: shapes alone, checked by pydantic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, JsonValue, create_model, model_validator
from pydantic_core import CoreSchema

from graph.ontology.document import (
    AssetTypeDocument,
    ChannelDocument,
    Compatibility,
    Element,
    EnumDocument,
    Name,
    PropertyDocument,
    RelationshipTypeDocument,
    Text,
)


@dataclass(frozen=True, slots=True)
class _PartOf:
    """Marks a mapping that holds some fields of `whole`, checked as they are there, but none of `without`."""

    whole: type[Element]
    without: frozenset[str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of a class whose fields may all be left out."""
        fields: dict[str, Any] = {
            name: (info.annotation, Field(default=None, alias=info.alias, description=info.description))
            for name, info in self.whole.model_fields.items()
            if name not in self.without
        }
        return handler.generate_schema(create_model(f"{self.whole.__name__}Part", __base__=Element, **fields))


@dataclass(frozen=True, slots=True)
class _FieldsOf:
    """Marks a list of names of fields of `whole` that have a default, but none of `without`."""

    whole: type[Element]
    without: frozenset[str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of a list of exactly these names."""
        names = tuple(
            info.alias or name
            for name, info in self.whole.model_fields.items()
            if name not in self.without and not info.is_required()
        )
        return handler.generate_schema(list[Literal[names]])


_ID = frozenset({"id"})
_OWN = frozenset({"id", "properties", "channels"})
_NAMED = frozenset({"id", "formerly", "becomes"})
Changes = dict[str, JsonValue]


class OntologyFacts(Element):
    """What an ontology says of itself."""

    name: Name
    description: Text | None = None
    compatibility: Compatibility = "BACKWARD"


class NamedEnum(EnumDocument):
    """An enum with its name."""

    name: Name


class NamedAssetType(AssetTypeDocument):
    """An asset type with its name."""

    name: Name


class NamedRelationshipType(RelationshipTypeDocument):
    """A relationship type with its name."""

    name: Name


class NamedProperty(PropertyDocument):
    """A property with its name."""

    name: Name


class NamedChannel(ChannelDocument):
    """A channel with its name."""

    name: Name


class DescribeOntologyArguments(Element):
    """Arguments of `describe_ontology`."""

    ontology: OntologyFacts


class AddEnumArguments(Element):
    """Arguments of `add_enum`."""

    enum: NamedEnum


class AddAssetTypeArguments(Element):
    """Arguments of `add_asset_type`."""

    type: NamedAssetType


class AddRelationshipTypeArguments(Element):
    """Arguments of `add_relationship_type`."""

    type: NamedRelationshipType


class AddPropertyArguments(Element):
    """Arguments of `add_property`."""

    type: Name
    property: NamedProperty


class AddChannelArguments(Element):
    """Arguments of `add_channel`."""

    type: Name
    channel: NamedChannel


class ChangeEnumArguments(Element):
    """Arguments of `change_enum`."""

    enum: Name
    set: Annotated[Changes, _PartOf(EnumDocument, _ID | {"values"})] = Field(default_factory=dict[str, JsonValue])
    unset: Annotated[list[str], _FieldsOf(EnumDocument, _ID | {"values"})] = Field(
        default_factory=list[str], description="Fields that go back to their default."
    )


class ChangeAssetTypeArguments(Element):
    """Arguments of `change_asset_type`."""

    type: Name
    set: Annotated[Changes, _PartOf(AssetTypeDocument, _OWN)] = Field(default_factory=dict[str, JsonValue])
    unset: Annotated[list[str], _FieldsOf(AssetTypeDocument, _OWN)] = Field(
        default_factory=list[str], description="Fields that go back to their default."
    )


class ChangeRelationshipTypeArguments(Element):
    """Arguments of `change_relationship_type`."""

    type: Name
    set: Annotated[Changes, _PartOf(RelationshipTypeDocument, _OWN)] = Field(default_factory=dict[str, JsonValue])
    unset: Annotated[list[str], _FieldsOf(RelationshipTypeDocument, _OWN)] = Field(
        default_factory=list[str], description="Fields that go back to their default."
    )


class ChangePropertyArguments(Element):
    """Arguments of `change_property`."""

    type: Name
    property: Name
    set: Annotated[Changes, _PartOf(PropertyDocument, _ID)] = Field(default_factory=dict[str, JsonValue])
    unset: Annotated[list[str], _FieldsOf(PropertyDocument, _ID)] = Field(
        default_factory=list[str], description="Fields that go back to their default."
    )


class ChangeChannelArguments(Element):
    """Arguments of `change_channel`."""

    type: Name
    channel: Name
    set: Annotated[Changes, _PartOf(ChannelDocument, _NAMED)] = Field(default_factory=dict[str, JsonValue])
    unset: Annotated[list[str], _FieldsOf(ChannelDocument, _NAMED)] = Field(
        default_factory=list[str], description="Fields that go back to their default."
    )


class AddEnumValueArguments(Element):
    """Arguments of `add_enum_value`."""

    enum: Name
    value: Name
    before: Name | None = Field(default=None, description="The value it stands before; at the end where none is named.")


class RemoveEnumValueArguments(Element):
    """Arguments of `remove_enum_value`."""

    enum: Name
    value: Name


class OrderEnumValuesArguments(Element):
    """Arguments of `order_enum_values`."""

    enum: Name
    values: list[Name] = Field(min_length=1, description="All values, in the order people should see them.")


class RemoveEnumArguments(Element):
    """Arguments of `remove_enum`."""

    enum: Name


class RemoveTypeArguments(Element):
    """Arguments of `remove_asset_type` and `remove_relationship_type`."""

    type: Name


class RemovePropertyArguments(Element):
    """Arguments of `remove_property`."""

    type: Name
    property: Name
    values: Literal["refuse", "erase"] = Field(
        default="refuse",
        description="What becomes of values that are there: `refuse` stops for them, `erase` takes them away. The "
        "change log keeps them.",
    )


class RemoveChannelArguments(Element):
    """Arguments of `remove_channel`."""

    type: Name
    channel: Name


class MovePropertyArguments(Element):
    """Arguments of `move_property`."""

    property: Name
    from_: list[Name] = Field(alias="from", min_length=1, description="Asset types that declare it, all alike.")
    to: list[Name] = Field(min_length=1, description="Asset types that declare it from now on.")


class ComputePropertiesArguments(Element):
    """Arguments of `compute_properties`."""

    type: Name
    sets: list[Name] = Field(min_length=1, description="The properties that get values.")
    python: str | None = Field(
        default=None,
        max_length=100_000,
        description="Source of a function `change(asset)` of one asset alone (id, type, name, properties), which "
        "returns the values to be set, or None.",
    )
    cypher: str | None = Field(
        default=None,
        max_length=100_000,
        description="A statement that only reads, for the tenant $tenant, and returns `id` and `properties`; run again "
        "it must find the same.",
    )

    @model_validator(mode="after")
    def one_way(self) -> ComputePropertiesArguments:
        """Refuse what says both ways, or none."""
        if (self.python is None) is (self.cypher is None):
            raise ValueError("say either `python` or `cypher`")
        return self


class FillPropertyArguments(Element):
    """Arguments of `fill_property`."""

    type: Name
    property: Name
    value: JsonValue = Field(description="What every asset gets that has no value yet; in the declared unit.")
