"""The one table of operations: reading, replaying, making, checking and documenting all go by it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from migrations.operations import arguments, elements, enum_values, renaming, reshaping_arguments, retyping, rewiring
from migrations.operations.draft import ASSET_TYPES, ENUMS, RELATIONSHIP_TYPES
from migrations.operations.member_table import MEMBER_KINDS
from migrations.operations.operation import CONTRACT, EITHER, EXPAND, TAKEN_BACK, UNCHANGED, OperationKind

_ELEMENTS = (
    OperationKind(
        name="describe_ontology",
        phases=EXPAND,
        purpose="Says the ontology's own name, description and compatibility.",
        data=UNCHANGED,
        undone=TAKEN_BACK,
        arguments=arguments.DescribeOntologyArguments,
        read=elements.read_describe,
    ),
    OperationKind(
        name="add_enum",
        phases=EXPAND,
        purpose="Adds an enum with its values.",
        data=UNCHANGED,
        undone="The enum is removed.",
        arguments=arguments.AddEnumArguments,
        read=elements.read_add(ENUMS),
    ),
    OperationKind(
        name="add_asset_type",
        phases=EXPAND,
        purpose="Adds an asset type with its properties and channels.",
        data=UNCHANGED,
        undone="The type is removed; assets made of it since stop that.",
        arguments=arguments.AddAssetTypeArguments,
        read=elements.read_add(ASSET_TYPES),
    ),
    OperationKind(
        name="add_relationship_type",
        phases=EXPAND,
        purpose="Adds a relationship type with its ends and properties.",
        data=UNCHANGED,
        undone="The type is removed; relationships made of it since stop that.",
        arguments=arguments.AddRelationshipTypeArguments,
        read=elements.read_add(RELATIONSHIP_TYPES),
    ),
    OperationKind(
        name="change_enum",
        phases=EXPAND,
        purpose="Changes an enum's description.",
        data=UNCHANGED,
        undone=TAKEN_BACK,
        arguments=arguments.ChangeEnumArguments,
        read=elements.read_change(ENUMS),
    ),
    OperationKind(
        name="change_asset_type",
        phases=EITHER,
        purpose="Changes what an asset type says of itself: parents, abstract, description, names, lifecycle, "
        "deprecation, what it is a source of.",
        data="Assets get the labels of supertypes that are new, and lose those of supertypes that go. Where it becomes "
        "abstract, or comes under or leaves a type that there is before and after, there must be no assets of it or of "
        "its subtypes.",
        undone=TAKEN_BACK,
        arguments=arguments.ChangeAssetTypeArguments,
        read=elements.read_change(ASSET_TYPES),
    ),
    OperationKind(
        name="change_relationship_type",
        phases=EITHER,
        purpose="Changes what a relationship type says of itself: ends, multiplicity, impact, containment, symmetry, "
        "names, description, deprecation.",
        data="Nothing changes; relationships that are there must fit ends, multiplicity and containment, and there "
        "must be none where symmetry changes.",
        undone=TAKEN_BACK,
        arguments=arguments.ChangeRelationshipTypeArguments,
        read=elements.read_change(RELATIONSHIP_TYPES),
    ),
    OperationKind(
        name="rename_asset_type",
        phases=CONTRACT,
        purpose="Lets an asset type go on under another name. From `apply` until `complete` both names find the same "
        "assets, which are made under the old one; the new one is an abstract type above it.",
        data="Assets get the label of the new name by `apply`, page by page, and are called by it from `complete` on, "
        "all in one moment; then the old label goes.",
        undone="The old name is put back, for all assets that have the new one by then.",
        arguments=reshaping_arguments.RenameTypeArguments,
        read=renaming.read_rename_asset_type,
    ),
    OperationKind(
        name="retype_assets",
        phases=CONTRACT,
        purpose="Makes assets of a type ones of others: all of them, or by the value of a property. So types are split "
        "and merged; `remove_asset_type` then takes away what is empty.",
        data="Assets change their type by `complete`, in batches that stand in the change log; with all their "
        "relationships, and those of their values that the other type has a property for. None of the old type is made "
        "any more meanwhile.",
        undone="The assets become again what they were, with the values that were given up; those made since stay what "
        "they are, and stop that where their type goes.",
        arguments=reshaping_arguments.RetypeAssetsArguments,
        read=retyping.read_retype,
    ),
    OperationKind(
        name="rename_relationship_type",
        phases=CONTRACT,
        purpose="Lets a relationship type go on under another name, and read from the other end with `reverse`.",
        data="Relationships are made anew under the new name by `complete`, with keys and values, in batches that "
        "stand in the change log. None of the old one is made any more meanwhile.",
        undone="All relationships are made anew under the old name, those among them that were made since.",
        arguments=reshaping_arguments.RenameRelationshipTypeArguments,
        read=rewiring.read_rename_relationship_type,
    ),
    OperationKind(
        name="rename_enum",
        phases=CONTRACT,
        purpose="Lets an enum go on under another name, with its values.",
        data="Nothing changes. The enum has its old name, in GraphQL as well, until `complete`.",
        undone="The old name is put back.",
        arguments=reshaping_arguments.RenameEnumArguments,
        read=renaming.read_rename_enum,
    ),
    OperationKind(
        name="remove_enum",
        phases=CONTRACT,
        purpose="Removes an enum that nothing uses.",
        data=UNCHANGED,
        undone="The enum is put back.",
        arguments=arguments.RemoveEnumArguments,
        read=elements.read_remove(ENUMS),
    ),
    OperationKind(
        name="remove_asset_type",
        phases=CONTRACT,
        purpose="Removes an asset type with its own properties and channels.",
        data="Nothing changes; there must be no assets of it.",
        undone="The type is put back.",
        arguments=arguments.RemoveTypeArguments,
        read=elements.read_remove(ASSET_TYPES),
    ),
    OperationKind(
        name="remove_relationship_type",
        phases=CONTRACT,
        purpose="Removes a relationship type.",
        data="Nothing changes; there must be no relationships of it.",
        undone="The type is put back.",
        arguments=arguments.RemoveTypeArguments,
        read=elements.read_remove(RELATIONSHIP_TYPES),
    ),
)

_VALUES = (
    OperationKind(
        name="add_enum_value",
        phases=EXPAND,
        purpose="Adds a value to an enum, before another or at the end.",
        data=UNCHANGED,
        undone="The value is removed; assets that have it since stop that.",
        arguments=arguments.AddEnumValueArguments,
        read=enum_values.read_add,
    ),
    OperationKind(
        name="order_enum_values",
        phases=EXPAND,
        purpose="Puts the values of an enum into another order.",
        data=UNCHANGED,
        undone=TAKEN_BACK,
        arguments=arguments.OrderEnumValuesArguments,
        read=enum_values.read_order,
    ),
    OperationKind(
        name="replace_enum_value",
        phases=CONTRACT,
        purpose="Removes a value from an enum, and puts another of its values in its place.",
        data="Where an asset or relationship has the value it gets the other by `complete`, in batches that stand in "
        "the change log, within lists, maps and objects as well; who writes the old one meanwhile stores the other.",
        undone="The value is put back, wherever nobody has changed the other since.",
        arguments=reshaping_arguments.ReplaceEnumValueArguments,
        read=enum_values.read_replace,
    ),
    OperationKind(
        name="remove_enum_value",
        phases=CONTRACT,
        purpose="Removes a value from an enum.",
        data="Nothing changes; no asset or relationship may have it.",
        undone="The value is put back.",
        arguments=arguments.RemoveEnumValueArguments,
        read=enum_values.read_remove,
    ),
)

OPERATIONS: Mapping[str, OperationKind] = MappingProxyType(
    {kind.name: kind for kind in (*_ELEMENTS, *_VALUES, *MEMBER_KINDS)}
)
