"""Several operations in one request: together they may cost what one may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.graphql.execution import check_cost
from app.http.asked import GraphQLRequest
from graph.errors import TwinError

if TYPE_CHECKING:
    from app.http.service import Service


async def check_batch(service: Service, batch: Sequence[GraphQLRequest]) -> None:
    """Raise OverLimit where the operations of a batch together cost more than one may."""
    schema, cost = service.edition().schema, 0
    for asked in batch:
        try:
            found = await service.documents.resolved(asked)
        except TwinError:
            continue  # it costs nothing: when its turn comes it is refused, and told why
        cost += await schema.cost(found.query, found.variables, found.operation_name)
    check_cost(cost, schema.limits.cost, place="batch")
