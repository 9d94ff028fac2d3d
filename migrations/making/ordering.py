"""The order of operations: what is named must be there before who names it, and goes after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from migrations.operations import (
    ASSET_TYPES,
    ENUMS,
    RELATIONSHIP_TYPES,
    SECTIONS,
    AddChannel,
    AddElement,
    AddEnumValue,
    AddProperty,
    ChangeElement,
    ChangeMember,
    ConvertProperty,
    DescribeOntology,
    MoveProperty,
    Operation,
    OrderEnumValues,
    RemoveChannel,
    RemoveElement,
    RemoveEnumValue,
    RemoveProperty,
    RenameProperty,
    ReplaceEnumValue,
)

_RANKS: Final[Mapping[type, int]] = {
    DescribeOntology: 0,
    AddEnumValue: 20,
    OrderEnumValues: 21,
    AddProperty: 30,
    MoveProperty: 35,
    AddChannel: 31,
    ChangeElement: 40,
    ChangeMember: 41,
    RemoveChannel: 61,
    RenameProperty: 50,
    ConvertProperty: 50,
    RemoveProperty: 62,
    RemoveEnumValue: 64,
    ReplaceEnumValue: 64,
}
_ADDED: Final = {ENUMS: 10, ASSET_TYPES: 11, RELATIONSHIP_TYPES: 12}
_REMOVED: Final = {RELATIONSHIP_TYPES: 60, ASSET_TYPES: 63, ENUMS: 65}


def order(operation: Operation, depth: Mapping[str, int]) -> tuple[int, int, str]:
    """Return what operations of one phase are sorted by; values of one enum keep the order found."""
    match operation:
        case AddElement(section=section, name=name):
            return _ADDED[section], depth.get(name, 0), name
        case RemoveElement(section=section, name=name):
            return _REMOVED[section], -depth.get(name, 0), name
        case (
            AddEnumValue(enum=enum)
            | RemoveEnumValue(enum=enum)
            | ReplaceEnumValue(enum=enum)
            | OrderEnumValues(enum=enum)
        ):
            return _RANKS[type(operation)], 0, enum
        case ChangeElement(section=section, name=name):
            return _RANKS[ChangeElement], SECTIONS.index(section), name
        case AddProperty(type=owner, name=name) | AddChannel(type=owner, name=name):
            return _RANKS[type(operation)], 0, f"{owner}.{name}"
        case MoveProperty(name=name, sources=sources):
            return _RANKS[MoveProperty], 0, f"{sources[0]}.{name}"
        case (
            ChangeMember(type=owner, name=name)
            | RemoveProperty(type=owner, name=name)
            | RenameProperty(type=owner, name=name)
            | ConvertProperty(type=owner, name=name)
            | RemoveChannel(type=owner, name=name)
        ):
            return _RANKS[type(operation)], 0, f"{owner}.{name}"
        case _:
            return _RANKS[type(operation)], 0, ""
