"""How values become fields: rows are plain dicts, and a field without a resolver of its own picks from its row.

Rows of the types in `BY_KEY` hold their values under response keys, for their fields take arguments or are selected by
others than us; all others hold them under field names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLTypeResolver,
    GraphQLUnionType,
)

from app.graphql.selection import own_key
from graph.reading import Row

if TYPE_CHECKING:
    Info: TypeAlias = GraphQLResolveInfo[Any]
    TypeResolver: TypeAlias = Callable[[Row, Info, object], str]

BY_KEY: Final = frozenset(
    {
        "Alarm",
        "AlarmCause",
        "AssetState",
        "Change",
        "ChannelState",
        "ComparedImpact",
        "ContainerCount",
        "Criticality",
        "CriticalityConnection",
        "CriticalityEdge",
        "CutSetAnalysis",
        "DifferenceConnection",
        "DifferenceEdge",
        "Explained",
        "Health",
        "ImpactAnalysis",
        "ImpactComparison",
        "ImpactDifference",
        "ImpactedAsset",
        "ImpactedConnection",
        "ImpactedEdge",
        "Importance",
        "LoweredAsset",
        "MaintenanceCheck",
        "Ontology",
        "Proof",
        "ProofMember",
        "ProofStep",
        "Relationship",
        "RootCause",
        "RootCauseAnalysis",
        "ServiceStatus",
        "StateChange",
        "WorkImpact",
    }
)


def answer_with_rows(schema: GraphQLSchema, names: Mapping[str, str]) -> None:
    """Make the contract's types answer from rows; `names` gives the object type of each ontology type.

    Ontology types are what rows have as `__typename`.
    """
    resolve_type = _type_resolver(names)
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            kind.resolve_type = cast("GraphQLTypeResolver", resolve_type)
        if isinstance(kind, GraphQLObjectType):
            _answer(kind, by_key=kind.name in BY_KEY)
        if isinstance(kind, GraphQLInputObjectType):
            definition = kind.extensions.get("strawberry-definition")
            kind.is_one_of = bool(getattr(definition, "is_one_of", False))


def pick_by_key(row: Row, info: Info, **_arguments: object) -> object:
    """The value under the response key, or under the field's own key where that was not enough."""
    try:
        return row[cast("str", info.path.key)]
    except KeyError:
        return row[own_key(cast("str", info.path.key), id(info.field_nodes[0]))]


def pick_by_name(row: Row, info: Info, **_arguments: object) -> object:
    """The value under the field's name."""
    return row[info.field_name]


def pick_by_own_key(row: Row, info: Info, **_arguments: object) -> object:
    """The value under a key that no other field of the operation has."""
    return row[own_key(cast("str", info.path.key), id(info.field_nodes[0]))]


def pick_if_there(row: Row, info: Info, **_arguments: object) -> object:
    """The value under the field's name, null where there is none."""
    return row.get(info.field_name)


def _answer(kind: GraphQLObjectType, *, by_key: bool) -> None:
    kind.is_type_of = None
    for field in kind.fields.values():
        if getattr(field.resolve, "_is_default", False):
            field.resolve = pick_by_key if by_key else pick_by_name


def _type_resolver(names: Mapping[str, str]) -> TypeResolver:
    def resolve_type(value: Row, _info: Info, _abstract: object) -> str:
        name = cast("str", value["__typename"])
        return names.get(name, name)

    return resolve_type
