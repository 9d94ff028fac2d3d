"""Operations: what a migration does to an ontology and its data, as data, and the one table of them."""

from migrations.operations.elements import AddElement, ChangeElement, DescribeOntology, RemoveElement
from migrations.operations.enum_values import AddEnumValue, OrderEnumValues, RemoveEnumValue
from migrations.operations.members import (
    AddChannel,
    AddProperty,
    ChangeMember,
    FillProperty,
    RemoveChannel,
    RemoveProperty,
)
from migrations.operations.operation import Operation, OperationKind, Phase
from migrations.operations.table import OPERATIONS

__all__ = [
    "OPERATIONS",
    "AddChannel",
    "AddElement",
    "AddEnumValue",
    "AddProperty",
    "ChangeElement",
    "ChangeMember",
    "DescribeOntology",
    "FillProperty",
    "Operation",
    "OperationKind",
    "OrderEnumValues",
    "Phase",
    "RemoveChannel",
    "RemoveElement",
    "RemoveEnumValue",
    "RemoveProperty",
]
