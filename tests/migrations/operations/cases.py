"""For each operation, what draws versions that use it on an ontology of `worlds`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tests.migrations.operations import member_cases, name_cases, type_cases
from tests.migrations.operations.case import Draw

CASES: Final[Mapping[str, Draw]] = MappingProxyType(
    {
        each.__name__: each
        for each in (
            type_cases.describe_ontology,
            type_cases.add_enum,
            type_cases.add_asset_type,
            type_cases.add_relationship_type,
            type_cases.change_enum,
            type_cases.change_asset_type,
            type_cases.change_relationship_type,
            type_cases.rename_asset_type,
            type_cases.retype_assets,
            type_cases.rename_relationship_type,
            type_cases.remove_enum,
            type_cases.remove_asset_type,
            type_cases.remove_relationship_type,
            type_cases.add_enum_value,
            type_cases.order_enum_values,
            type_cases.replace_enum_value,
            type_cases.remove_enum_value,
            member_cases.add_property,
            member_cases.add_channel,
            member_cases.fill_property,
            member_cases.compute_properties,
            member_cases.change_property,
            member_cases.change_channel,
            member_cases.move_property,
            member_cases.rename_property,
            member_cases.convert_property,
            member_cases.remove_property,
            member_cases.remove_channel,
            name_cases.rename_enum,
            name_cases.rename_channel,
            name_cases.promote_property,
            name_cases.demote_property,
        )
    }
)
