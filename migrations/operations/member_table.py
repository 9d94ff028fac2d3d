"""Operations on what types have, properties and channels: their part of the one table."""

from __future__ import annotations

from typing import Final

from migrations.operations import (
    arguments,
    computing,
    members,
    moving,
    promoting,
    renaming,
    reshaping_arguments,
    succession,
)
from migrations.operations.draft import CHANNELS, PROPERTIES
from migrations.operations.operation import BACKFILL, CONTRACT, EITHER, EXPAND, TAKEN_BACK, UNCHANGED, OperationKind

MEMBER_KINDS: Final = (
    OperationKind(
        name="add_property",
        phases=EXPAND,
        purpose="Adds an optional property to a type that exists.",
        data=UNCHANGED,
        undone="The property is removed; values written since stop that.",
        arguments=arguments.AddPropertyArguments,
        read=members.read_add_property,
    ),
    OperationKind(
        name="add_channel",
        phases=EXPAND,
        purpose="Adds a state channel to an asset type that exists.",
        data="Nothing changes. Where something else was kept of these assets under its name, it needs a name of its "
        "own to keep its values under, `keptAs`.",
        undone="The channel is removed.",
        arguments=arguments.AddChannelArguments,
        read=members.read_add_channel,
    ),
    OperationKind(
        name="fill_property",
        phases=BACKFILL,
        purpose="Gives a value to every asset of a type that has none for a property.",
        data="Assets without a value get this one, in batches that stand in the change log.",
        undone="The values are taken away again, but for those that were changed since.",
        arguments=arguments.FillPropertyArguments,
        read=members.read_fill,
    ),
    OperationKind(
        name="compute_properties",
        phases=BACKFILL,
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
        phases=EITHER,
        purpose="Changes a property: required, unique, indexed, range, pattern, default, datatype, unit and whatever "
        "else its definition says.",
        data="Nothing changes; values that are there must be valid under the new rules, and there must be none where "
        "datatype, unit or structure change.",
        undone=TAKEN_BACK,
        arguments=arguments.ChangePropertyArguments,
        read=members.read_change(PROPERTIES),
    ),
    OperationKind(
        name="change_channel",
        phases=EXPAND,
        purpose="Changes a state channel: its unit, thresholds, freshness and whatever else its definition says.",
        data="Nothing changes. In another unit, datatype or enum it begins anew, under a name of its own, `keptAs`: "
        "states and history of before are not told any more.",
        undone=TAKEN_BACK,
        arguments=arguments.ChangeChannelArguments,
        read=members.read_change(CHANNELS),
    ),
    OperationKind(
        name="move_property",
        phases=EITHER,
        purpose="Lets other types declare a property, up or down the hierarchy.",
        data="Values stay where they are; there must be none in types that don't have the property afterwards.",
        undone=TAKEN_BACK,
        arguments=arguments.MovePropertyArguments,
        read=moving.read_move,
    ),
    OperationKind(
        name="rename_property",
        phases=CONTRACT,
        purpose="Lets a property go on under another name. From `apply` until `complete` both names are there and kept "
        "in step, whichever of them is written.",
        data="Values are copied by `apply`, and taken away under the old name by `complete`; in batches that stand in "
        "the change log.",
        undone="The old name is put back, with the values that the new one has by then.",
        arguments=reshaping_arguments.RenamePropertyArguments,
        read=succession.read_rename,
    ),
    OperationKind(
        name="convert_property",
        phases=CONTRACT,
        purpose="Lets another property take the place of one: in another unit or datatype, or by a table of values. "
        "From `apply` until `complete` both are there and kept in step, whichever of them is written.",
        data="Values are converted by `apply`, and the old ones taken away by `complete`; in batches that stand in the "
        "change log. A value that can't be converted without loss is named, and stands in the way of `complete`.",
        undone="The old property is put back: with its own values where nobody has changed the new ones since, else "
        "with those converted back.",
        arguments=reshaping_arguments.ConvertPropertyArguments,
        read=succession.read_convert,
    ),
    OperationKind(
        name="promote_property",
        phases=CONTRACT,
        purpose="Makes assets of a type of the values of a property, one of each, and relates who had a value to the "
        "asset that it became.",
        data="By `complete`, in batches that stand in the change log, assets are made whose name is a value, with an "
        "id that type and value alone tell; who had the value is related to it, and the value is taken away. Nobody "
        "writes the property meanwhile. A value that is too long for a name stands in the way.",
        undone="The values come back; the relationships and assets that were made go, but for those that were changed "
        "or have got other relationships since.",
        arguments=reshaping_arguments.PromotePropertyArguments,
        read=promoting.read_promote,
    ),
    OperationKind(
        name="demote_property",
        phases=CONTRACT,
        purpose="Makes the name of the one asset that is related by a type the value of a property.",
        data="By `complete`, in batches that stand in the change log, assets get the value and lose the relationship; "
        "related assets go where their type goes in the same version. In the way stand assets with several related "
        "ones or a value already, names that are no values of the property, and related assets that would go and "
        "carry more than their name.",
        undone="The related assets and the relationships come back, and the values go, but for those that were changed "
        "since.",
        arguments=reshaping_arguments.DemotePropertyArguments,
        read=promoting.read_demote,
    ),
    OperationKind(
        name="remove_property",
        phases=CONTRACT,
        purpose="Removes a property from the type that declares it.",
        data="There must be no values; with `values: erase` they are taken away in batches that stand in the change "
        "log.",
        undone="The property is put back, and the values that were erased.",
        arguments=arguments.RemovePropertyArguments,
        read=members.read_remove_property,
    ),
    OperationKind(
        name="rename_channel",
        phases=CONTRACT,
        purpose="Lets a state channel go on under another name. From `apply` on events under both names are taken, and "
        "both find its state; it has the new name from `complete` on, and answers to the old one as well.",
        data="Nothing changes: states, history and alarms are kept under the first name that a channel had.",
        undone="The old name is put back; what was said under the new one stays.",
        arguments=reshaping_arguments.RenameChannelArguments,
        read=renaming.read_rename_channel,
    ),
    OperationKind(
        name="remove_channel",
        phases=CONTRACT,
        purpose="Removes a state channel from the asset type that declares it.",
        data="Nothing changes. What was kept of it stays, unseen, until the channel is put back; `drift` counts it.",
        undone="The channel is put back, with its values.",
        arguments=arguments.RemoveChannelArguments,
        read=members.read_remove_channel,
    ),
)
