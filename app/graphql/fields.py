"""Fields that a row answers: declared with type, arguments and description, resolved by picking from the row."""

from __future__ import annotations

from typing import Any

from strawberry import UNSET
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField


def argument(name: str, kind: object, default: object = UNSET) -> StrawberryArgument:
    """An argument of a row's field: its GraphQL name, its Python type, and its default where it has one."""
    return StrawberryArgument(
        python_name=name, graphql_name=name, type_annotation=StrawberryAnnotation(kind), default=default
    )


def shown(description: str | None = None, *arguments: StrawberryArgument, name: str | None = None) -> Any:
    """A field whose value lies ready in the row, under the response key.

    What the arguments say was taken into account when the operation's root field read its selection.
    """
    field = StrawberryField(graphql_name=name, description=description)
    field.arguments = list(arguments)
    return field


FIRST_50 = argument("first", int | None, 50)
FIRST_100 = argument("first", int | None, 100)
AFTER = argument("after", str | None)
TYPES = argument("types", list[str] | None)
RELATIONSHIP_TYPES = argument("relationshipTypes", list[str] | None)
