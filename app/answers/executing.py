"""Operations that answers are made of, executed by the schema itself: no door can say anything else than another."""

from __future__ import annotations

from typing import Final, TypeAlias, cast

from graphql import GraphQLError

from app.graphql import Context, TwinSchema
from graph.errors import TwinError
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


async def executed(schema: TwinSchema, context: Context, query: str, variables: dict[str, object]) -> Document:
    """What the one root field of an operation answers. Raises what it raised."""
    result = await schema.execute(query, variable_values=variables, context_value=context)
    if result.errors:
        raise _cause(result.errors[0])
    assert result.data is not None
    (answer,) = result.data.values()
    return cast("Document", answer)


def _cause(error: GraphQLError) -> Exception:
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause if isinstance(cause, TwinError) else error
