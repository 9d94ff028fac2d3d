"""Types that can't be null, and lists of them: graphql-core's own unions of wrapped types defeat a type checker."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLArgument, GraphQLDefaultInput, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLString


def needed(kind: Any) -> Any:
    """The type without null."""
    return GraphQLNonNull(kind)


def several(kind: Any) -> Any:
    """A list without nulls."""
    return GraphQLList(GraphQLNonNull(kind))


def first_argument() -> GraphQLArgument:
    """How many of a page."""
    return GraphQLArgument(GraphQLInt, default=GraphQLDefaultInput(50))


def after_argument() -> GraphQLArgument:
    """After which cursor."""
    return GraphQLArgument(GraphQLString)
