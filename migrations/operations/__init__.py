"""Operations: what a migration does to an ontology and its data, as data, and the one table of them."""

from migrations.operations.computing import ComputeProperties
from migrations.operations.draft import (
    ASSET_TYPES,
    CHANNELS,
    ENUMS,
    MEMBERS,
    NOUNS,
    PROPERTIES,
    RELATIONSHIP_TYPES,
    SECTIONS,
    Definition,
    Draft,
    OperationRefused,
    apart_from_id,
    mapping,
    sparse,
)
from migrations.operations.elements import AddElement, ChangeElement, DescribeOntology, RemoveElement
from migrations.operations.enum_values import AddEnumValue, OrderEnumValues, RemoveEnumValue, ReplaceEnumValue
from migrations.operations.members import (
    AddChannel,
    AddProperty,
    ChangeMember,
    FillProperty,
    RemoveChannel,
    RemoveProperty,
)
from migrations.operations.moving import MoveProperty
from migrations.operations.operation import Foreseen, Operation, OperationKind, Phase
from migrations.operations.renaming import RenameAssetType
from migrations.operations.retyping import OTHERWISE, RetypeAssets
from migrations.operations.rewiring import RenameRelationshipType
from migrations.operations.succession import ConvertProperty, RenameProperty, SucceedProperty, leave
from migrations.operations.table import OPERATIONS

__all__ = [
    "ASSET_TYPES",
    "CHANNELS",
    "ENUMS",
    "MEMBERS",
    "NOUNS",
    "OPERATIONS",
    "OTHERWISE",
    "PROPERTIES",
    "RELATIONSHIP_TYPES",
    "SECTIONS",
    "AddChannel",
    "AddElement",
    "AddEnumValue",
    "AddProperty",
    "ChangeElement",
    "ChangeMember",
    "ComputeProperties",
    "ConvertProperty",
    "Definition",
    "DescribeOntology",
    "Draft",
    "FillProperty",
    "Foreseen",
    "MoveProperty",
    "Operation",
    "OperationKind",
    "OperationRefused",
    "OrderEnumValues",
    "Phase",
    "RemoveChannel",
    "RemoveElement",
    "RemoveEnumValue",
    "RemoveProperty",
    "RenameAssetType",
    "RenameProperty",
    "RenameRelationshipType",
    "ReplaceEnumValue",
    "RetypeAssets",
    "SucceedProperty",
    "apart_from_id",
    "leave",
    "mapping",
    "sparse",
]
