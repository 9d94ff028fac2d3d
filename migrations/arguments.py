"""Arguments of operations as they stand in migration files: shapes alone, checked by pydantic."""

from __future__ import annotations

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
