"""The whole schema of an ontology: what Strawberry made of the contract, and the ontology's own types beside it."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import GraphQLField, GraphQLNamedType, GraphQLObjectType, GraphQLSchema, assert_valid_schema

from app.graphql.typed.composites import add_objects
from app.graphql.typed.ends import end_fields
from app.graphql.typed.filters import FilterReader, ReadGeneric
from app.graphql.typed.inputs import Inputs
from app.graphql.typed.lists import Reads, root_lists
from app.graphql.typed.names import check_names
from app.graphql.typed.objects import Objects
from app.graphql.typed.words import Words, words
from app.graphql.typed.writes import Writes
from graph.ontology.model import Ontology

__all__ = ["Reads", "graphql_names", "typed_schema"]


def graphql_names(ontology: Ontology) -> Mapping[str, str]:
    """GraphQL's name of each concrete asset type, by its ontology name."""
    return {kind.name: kind.graphql for kind in ontology.asset_types.values() if not kind.abstract}


def typed_schema(base: GraphQLSchema, ontology: Ontology, generic: ReadGeneric, reads: Reads) -> GraphQLSchema:
    """Return the schema with the types and lists of `ontology`; `generic` reads the contract's own filter of assets.

    It shares the types of `base`, which is not to be used any more. Raises NameClash where a name is taken.
    """
    check_names(ontology)
    ends = end_fields(ontology)
    shared = words(base.type_map, ontology.enums.values())
    add_objects(ontology, shared)
    filters = FilterReader(ontology, ends, generic)
    inputs = Inputs(ontology, ends, shared)
    objects = Objects(ontology, ends, shared, inputs, filters)
    query, mutation = base.query_type, base.mutation_type
    assert query is not None
    assert mutation is not None
    roots = {**query.fields, **root_lists(ontology, inputs, objects, filters, reads)}
    made = GraphQLSchema(
        query=_with(query, roots),
        mutation=_with(mutation, {**mutation.fields, **Writes(ends, shared, objects, reads).roots(ontology)}),
        subscription=base.subscription_type,
        types=[*objects.made.values(), *_shared(base, shared)],
        directives=base.directives,
        description=base.description,
    )
    made.type_map = dict(sorted(made.type_map.items()))
    # What is found now would otherwise be looked for while the first operation waits.
    assert_valid_schema(made)
    return made


def _with(root: GraphQLObjectType, fields: dict[str, GraphQLField]) -> GraphQLObjectType:
    return GraphQLObjectType(root.name, dict(sorted(fields.items())), description=root.description)


def _shared(base: GraphQLSchema, shared: Words) -> list[GraphQLNamedType]:
    """All shared types but the root ones: some are reached by no field of this ontology."""
    roots = {kind.name for kind in (base.query_type, base.mutation_type, base.subscription_type) if kind}
    return [kind for name, kind in shared.types.items() if name not in roots and not name.startswith("__")]
