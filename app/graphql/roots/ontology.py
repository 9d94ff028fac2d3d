"""What can be asked about the ontology, and about the migrations that lead from one to the next."""

from __future__ import annotations

import strawberry
from strawberry import UNSET

from app.graphql.info import TwinInfo
from app.graphql.rows import OntologyRows, migration_row, plan_row
from app.graphql.selection import Asked
from app.graphql.types.migrations import MigrationPlan
from app.graphql.types.ontology import MigrationRecord, Ontology
from graph.access import Scope
from graph.reading import Row


@strawberry.type
class OntologyQuery:
    """The part of the root of reads that is about the ontology."""

    @strawberry.field(graphql_type=Ontology, description="The ontology in force, or that of a revision of the ledger.")
    async def ontology(self, info: TwinInfo, revision: str | None = UNSET) -> Row:
        """An ontology."""
        context, fields = info.context, info.fields
        context.principal.demand(Scope.READ)
        current, ontology = await context.ontologies.current()
        if revision and revision != current:
            current, ontology = revision, await context.ontologies.at(revision)
        rows = OntologyRows(
            revision=current,
            ontology=ontology,
            assets=await context.reading.asset_counts(context.principal) if _counted(fields, "assetType") else {},
            relationships=await context.reading.relationship_counts(context.principal)
            if _counted(fields, "relationshipTypes")
            else {},
        )
        return rows.row(fields)

    @strawberry.field(graphql_type=list[MigrationRecord], description="The migrations of the ledger, newest first.")
    async def migrations(self, info: TwinInfo) -> list[Row]:
        """The ledger."""
        info.context.principal.demand(Scope.READ)
        return [migration_row(each) for each in await info.context.ontologies.passages()]

    @strawberry.field(
        graphql_type=MigrationPlan,
        description="What applying (or completing) the migrations of the service's project would do; changes nothing.",
    )
    async def migration_plan(self, info: TwinInfo, complete: bool = False) -> Row:
        """A plan."""
        return plan_row(await info.context.evolution.plan(info.context.principal, complete=complete))


def _counted(fields: tuple[Asked, ...], prefix: str) -> bool:
    return any(below.name == "count" for asked in fields if asked.name.startswith(prefix) for below in asked.fields)
