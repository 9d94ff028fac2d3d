"""The one table of operations: reading, replaying, making, checking and documenting all go by it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from migrations.operations import (
    arguments,
    computing,
    elements,
    enum_values,
    members,
    moving,
    renaming,
    retyping,
    rewiring,
    succession,
)
from migrations.operations.draft import ASSET_TYPES, CHANNELS, ENUMS, PROPERTIES, RELATIONSHIP_TYPES
from migrations.operations.operation import OperationKind, Phase

_EXPAND = frozenset({Phase.EXPAND})
_BACKFILL = frozenset({Phase.BACKFILL})
_CONTRACT = frozenset({Phase.CONTRACT})
_EITHER = _EXPAND | _CONTRACT
_NONE = "Nothing changes."
_BACK = "The change is taken back."

_ELEMENTS = (
    OperationKind(
        name="describe_ontology",
        phases=_EXPAND,
        purpose="Says the ontology's own name, description and compatibility.",
        data=_NONE,
        undone=_BACK,
        arguments=arguments.DescribeOntologyArguments,
        read=elements.read_describe,
    ),
    OperationKind(
        name="add_enum",
        phases=_EXPAND,
        purpose="Adds an enum with its values.",
        data=_NONE,
        undone="The enum is removed.",
        arguments=arguments.AddEnumArguments,
        read=elements.read_add(ENUMS),
    ),
    OperationKind(
        name="add_asset_type",
        phases=_EXPAND,
        purpose="Adds an asset type with its properties and channels.",
        data=_NONE,
        undone="The type is removed; assets made of it since stop that.",
        arguments=arguments.AddAssetTypeArguments,
        read=elements.read_add(ASSET_TYPES),
    ),
    OperationKind(
        name="add_relationship_type",
        phases=_EXPAND,
        purpose="Adds a relationship type with its ends and properties.",
        data=_NONE,
        undone="The type is removed; relationships made of it since stop that.",
        arguments=arguments.AddRelationshipTypeArguments,
        read=elements.read_add(RELATIONSHIP_TYPES),
    ),
    OperationKind(
        name="change_enum",
        phases=_EXPAND,
        purpose="Changes an enum's description.",
        data=_NONE,
        undone=_BACK,
        arguments=arguments.ChangeEnumArguments,
        read=elements.read_change(ENUMS),
    ),
    OperationKind(
        name="change_asset_type",
        phases=_EITHER,
        purpose="Changes what an asset type says of itself: parents, abstract, description, names, lifecycle, "
        "deprecation, what it is a source of.",
        data="Assets get the labels of supertypes that are new, and lose those of supertypes that go. Where it becomes "
        "abstract, or comes under or leaves a type that there is before and after, there must be no assets of it or of "
        "its subtypes.",
        undone=_BACK,
        arguments=arguments.ChangeAssetTypeArguments,
        read=elements.read_change(ASSET_TYPES),
    ),
    OperationKind(
        name="change_relationship_type",
        phases=_EITHER,
        purpose="Changes what a relationship type says of itself: ends, multiplicity, impact, containment, symmetry, "
        "names, description, deprecation.",
        data="Nothing changes; relationships that are there must fit ends, multiplicity and containment, and there "
        "must be none where symmetry changes.",
        undone=_BACK,
        arguments=arguments.ChangeRelationshipTypeArguments,
        read=elements.read_change(RELATIONSHIP_TYPES),
    ),
    OperationKind(
        name="rename_asset_type",
        phases=_CONTRACT,
        purpose="Lets an asset type go on under another name. From `apply` until `complete` both names find the same "
        "assets, which are made under the old one; the new one is an abstract type above it.",
        data="Assets get the label of the new name by `apply`, page by page, and are called by it from `complete` on, "
        "all in one moment; then the old label goes.",
        undone="The old name is put back, for all assets that have the new one by then.",
        arguments=arguments.RenameTypeArguments,
        read=renaming.read_rename_asset_type,
    ),
    OperationKind(
        name="retype_assets",
        phases=_CONTRACT,
        purpose="Makes assets of a type ones of others: all of them, or by the value of a property. So types are split "
        "and merged; `remove_asset_type` then takes away what is empty.",
        data="Assets change their type by `complete`, in batches that stand in the change log; with all their "
        "relationships, and those of their values that the other type has a property for. None of the old type is made "
        "any more meanwhile.",
        undone="The assets become again what they were, with the values that were given up; those made since stay what "
        "they are, and stop that where their type goes.",
        arguments=arguments.RetypeAssetsArguments,
        read=retyping.read_retype,
    ),
    OperationKind(
        name="rename_relationship_type",
        phases=_CONTRACT,
        purpose="Lets a relationship type go on under another name, and read from the other end with `reverse`.",
        data="Relationships are made anew under the new name by `complete`, with keys and values, in batches that "
        "stand in the change log. None of the old one is made any more meanwhile.",
        undone="All relationships are made anew under the old name, those among them that were made since.",
        arguments=arguments.RenameRelationshipTypeArguments,
        read=rewiring.read_rename_relationship_type,
    ),
    OperationKind(
        name="remove_enum",
        phases=_CONTRACT,
        purpose="Removes an enum that nothing uses.",
        data=_NONE,
        undone="The enum is put back.",
        arguments=arguments.RemoveEnumArguments,
        read=elements.read_remove(ENUMS),
    ),
    OperationKind(
        name="remove_asset_type",
        phases=_CONTRACT,
        purpose="Removes an asset type with its own properties and channels.",
        data="Nothing changes; there must be no assets of it.",
        undone="The type is put back.",
        arguments=arguments.RemoveTypeArguments,
        read=elements.read_remove(ASSET_TYPES),
    ),
    OperationKind(
        name="remove_relationship_type",
        phases=_CONTRACT,
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
        phases=_EXPAND,
        purpose="Adds a value to an enum, before another or at the end.",
        data=_NONE,
        undone="The value is removed; assets that have it since stop that.",
        arguments=arguments.AddEnumValueArguments,
        read=enum_values.read_add,
    ),
    OperationKind(
        name="order_enum_values",
        phases=_EXPAND,
        purpose="Puts the values of an enum into another order.",
        data=_NONE,
        undone=_BACK,
        arguments=arguments.OrderEnumValuesArguments,
        read=enum_values.read_order,
    ),
    OperationKind(
        name="replace_enum_value",
        phases=_CONTRACT,
        purpose="Removes a value from an enum, and puts another of its values in its place.",
        data="Where an asset or relationship has the value it gets the other by `complete`, in batches that stand in "
        "the change log; who writes the old one meanwhile stores the other. Values within lists, maps and objects "
        "stand in the way.",
        undone="The value is put back, wherever nobody has changed the other since.",
        arguments=arguments.ReplaceEnumValueArguments,
        read=enum_values.read_replace,
    ),
    OperationKind(
        name="remove_enum_value",
        phases=_CONTRACT,
        purpose="Removes a value from an enum.",
        data="Nothing changes; no asset or relationship may have it.",
        undone="The value is put back.",
        arguments=arguments.RemoveEnumValueArguments,
        read=enum_values.read_remove,
    ),
)

_MEMBERS = (
    OperationKind(
        name="add_property",
        phases=_EXPAND,
        purpose="Adds an optional property to a type that exists.",
        data=_NONE,
        undone="The property is removed; values written since stop that.",
        arguments=arguments.AddPropertyArguments,
        read=members.read_add_property,
    ),
    OperationKind(
        name="add_channel",
        phases=_EXPAND,
        purpose="Adds a state channel to an asset type that exists.",
        data=_NONE,
        undone="The channel is removed.",
        arguments=arguments.AddChannelArguments,
        read=members.read_add_channel,
    ),
    OperationKind(
        name="fill_property",
        phases=_BACKFILL,
        purpose="Gives a value to every asset of a type that has none for a property.",
        data="Assets without a value get this one, in batches that stand in the change log.",
        undone="The values are taken away again, but for those that were changed since.",
        arguments=arguments.FillPropertyArguments,
        read=members.read_fill,
    ),
    OperationKind(
        name="compute_properties",
        phases=_BACKFILL,
        purpose="Gives properties of assets the values that a Python function of each asset returns, or that a Cypher "
        "statement finds.",
        data="Assets get these values, in batches that stand in the change log; each is held to the ontology as any "
        "other write.",
        undone="The values become what they were, but for those that were changed since.",
        arguments=arguments.ComputePropertiesArguments,
        read=computing.read_compute,
    ),
    OperationKind(
        name="change_property",
        phases=_EITHER,
        purpose="Changes a property: required, unique, indexed, range, pattern, default, datatype, unit and whatever "
        "else its definition says.",
        data="Nothing changes; values that are there must be valid under the new rules, and there must be none where "
        "datatype, unit or structure change.",
        undone=_BACK,
        arguments=arguments.ChangePropertyArguments,
        read=members.read_change(PROPERTIES),
    ),
    OperationKind(
        name="change_channel",
        phases=_EXPAND,
        purpose="Changes a state channel: its unit, thresholds, freshness and whatever else its definition says.",
        data=_NONE,
        undone=_BACK,
        arguments=arguments.ChangeChannelArguments,
        read=members.read_change(CHANNELS),
    ),
    OperationKind(
        name="move_property",
        phases=_EITHER,
        purpose="Lets other types declare a property, up or down the hierarchy.",
        data="Values stay where they are; there must be none in types that don't have the property afterwards.",
        undone=_BACK,
        arguments=arguments.MovePropertyArguments,
        read=moving.read_move,
    ),
    OperationKind(
        name="rename_property",
        phases=_CONTRACT,
        purpose="Lets a property go on under another name. From `apply` until `complete` both names are there and kept "
        "in step, whichever of them is written.",
        data="Values are copied by `apply`, and taken away under the old name by `complete`; in batches that stand in "
        "the change log.",
        undone="The old name is put back, with the values that the new one has by then.",
        arguments=arguments.RenamePropertyArguments,
        read=succession.read_rename,
    ),
    OperationKind(
        name="convert_property",
        phases=_CONTRACT,
        purpose="Lets another property take the place of one: in another unit or datatype, or by a table of values. "
        "From `apply` until `complete` both are there and kept in step, whichever of them is written.",
        data="Values are converted by `apply`, and the old ones taken away by `complete`; in batches that stand in the "
        "change log. A value that can't be converted without loss is named, and stands in the way of `complete`.",
        undone="The old property is put back: with its own values where nobody has changed the new ones since, else "
        "with those converted back.",
        arguments=arguments.ConvertPropertyArguments,
        read=succession.read_convert,
    ),
    OperationKind(
        name="remove_property",
        phases=_CONTRACT,
        purpose="Removes a property from the type that declares it.",
        data="There must be no values; with `values: erase` they are taken away in batches that stand in the change "
        "log.",
        undone="The property is put back, and the values that were erased.",
        arguments=arguments.RemovePropertyArguments,
        read=members.read_remove_property,
    ),
    OperationKind(
        name="remove_channel",
        phases=_CONTRACT,
        purpose="Removes a state channel from the asset type that declares it.",
        data=_NONE,
        undone="The channel is put back.",
        arguments=arguments.RemoveChannelArguments,
        read=members.read_remove_channel,
    ),
)

OPERATIONS: Mapping[str, OperationKind] = MappingProxyType(
    {kind.name: kind for kind in (*_ELEMENTS, *_VALUES, *_MEMBERS)}
)
