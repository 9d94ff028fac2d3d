"""The typed part of the schema, made from an ontology as graphql-core's own objects beside Strawberry's."""

from app.graphql.typed.names import NameClash
from app.graphql.typed.schema import Reads, graphql_names, typed_schema

__all__ = ["NameClash", "Reads", "graphql_names", "typed_schema"]
