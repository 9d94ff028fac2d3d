"""Trying conversions: which values that are there could not be taken over, before anything is written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final, TypeAlias

from graph.changes.statements import of_edge_property, of_property
from graph.database import Database
from graph.database.native import from_driver
from graph.errors import InvalidInput
from graph.identity import Tenant
from graph.ontology.succession import succession
from migrations.effects import Demand, Rule
from migrations.steps.data_steps import Follow
from migrations.steps.verification import SAMPLES, Breach
from queries import named

_PAGE: Final = 10_000
_Held: TypeAlias = tuple[str, list[tuple[str, object]]]


async def unconvertible(database: Database, step: Follow) -> Breach | None:
    """Return the assets or relationships whose value the property that takes its place could not have, None: all could.

    Cost: a look at every value, but where the two definitions tell that any value can be taken over.
    """
    found = succession(step.leader, step.definition)
    if found.total:
        return None
    name = step.leader.name
    number = 0
    samples: list[tuple[str, ...]] = []
    async for ids, value in _values(database, step):
        try:
            found.up(from_driver(value))
        except InvalidInput:
            number += 1
            if len(samples) < SAMPLES:
                samples.append(ids)
    if not number:
        return None
    demand = Demand(
        rule=Rule.IN_STEP,
        type=step.type,
        of_relationships=step.of_relationships,
        property=step.definition.name,
        definition=step.definition,
        says=f"every value of {name} must become one of {step.definition.name}, without loss",
        element=f"{step.type}.{step.definition.name}",
    )
    return Breach(demand=demand, number=number, samples=tuple(samples))


async def _values(database: Database, step: Follow) -> AsyncIterator[tuple[tuple[str, ...], object]]:
    for (tenant,) in await database.rows(None, named("migrations/list_tenants")):
        after: str | None = ""
        while after is not None:
            rows = await _page(database, step, Tenant(tenant), after)
            for asset, held in rows:
                for target, value in held:
                    yield (tenant, asset, *([target] if target else ())), value
            after = rows[-1][0] if len(rows) == _PAGE else None


async def _page(database: Database, step: Follow, tenant: Tenant, after: str) -> Sequence[_Held]:
    if step.of_relationships:
        query = of_edge_property("migrations/page_values_of_relationships", step.type, step.leader.name)
    else:
        query = of_property("migrations/page_values_of_assets", step.type, step.leader.name)
    ((rows,),) = await database.rows(tenant, query, {"after": after, "limit": _PAGE})
    return rows
