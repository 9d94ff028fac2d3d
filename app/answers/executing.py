"""Operations that answers are made of, executed by the schema itself: no door can say anything else than another."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Final, TypeAlias, cast

from graphql import GraphQLError

from app.graphql import Context, TwinSchema
from graph.errors import InvalidInput, TwinError
from graph.ontology.model import Json

Document: TypeAlias = "dict[str, Json]"

BRIEF: Final = """
fragment Brief on Asset { id type name }
"""

WHY: Final = """
fragment Why on Proof {
  group relationshipType needs combine loss value memberCount lostCount pathLength
  members { asset { ...Brief } operability operabilityBefore capacity open }
  path { from { ...Brief } to { ...Brief } relationshipType group removed }
}
"""


FURTHER: Final = "hasNextPage endCursor"


class ArgumentInvalid(InvalidInput):
    """An argument of another door that GraphQL does not take; its message says which and why."""

    code = "REQUEST_INVALID"


async def executed(schema: TwinSchema, context: Context, query: str, variables: Mapping[str, object]) -> Document:
    """What the one root field of an operation answers. Raises what it raised, or ArgumentInvalid."""
    result = await schema.answer(query, dict(variables), context)
    if result.errors:
        raise _cause(result.errors[0])
    assert result.data is not None
    (answer,) = result.data.values()
    return cast("Document", answer)


async def nodes(
    schema: TwinSchema, context: Context, query: str, variables: Mapping[str, object]
) -> AsyncGenerator[Document]:
    """Yield the nodes of the field `list` of an operation's root, page after page by its variable `$cursor`.

    Its `pageInfo` asks for FURTHER. Raises what `executed` does.
    """
    cursor: Json = None
    while True:
        answer = await executed(schema, context, query, {**variables, "cursor": cursor})
        match answer["list"]:
            case {"nodes": list(found), "pageInfo": {"hasNextPage": more, "endCursor": cursor}}:
                for node in found:
                    assert isinstance(node, dict)
                    yield node
                if not more:
                    return
            case other:
                raise AssertionError(f"{other!r} is no page")


def _cause(error: GraphQLError) -> Exception:
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, TwinError):
        return cause
    # Without a path nothing was executed: a variable is not what the operation takes.
    return ArgumentInvalid(error.message) if cause is None and error.path is None else error
