"""Migrations for architects: applied, completed and approved."""

from __future__ import annotations

from typing import Final

import strawberry
from strawberry import UNSET

from app.evolution import Verb, Wish
from app.graphql.info import TwinInfo
from app.graphql.inputs import given
from app.graphql.rows import run_row
from app.graphql.types.migrations import MigrationRun
from app.graphql.types.ontology import MigrationApproval
from graph.reading import Row
from migrations.gate import Force

_PATIENCE: Final = 10.0
"""Seconds that an answer waits for a run to end; it goes on for as long as it takes."""


@strawberry.type
class MigrationMutation:
    """The part of the root of writes that is about migrations."""

    @strawberry.field(
        graphql_type=MigrationRun,
        description="Bring the database to the head of the service's project; safe to repeat.",
    )
    async def apply_migrations(self, info: TwinInfo) -> Row:
        """Apply."""
        run = info.context.evolution.begin(info.context.principal, Verb.APPLY)
        return run_row(await run.ended(_PATIENCE))

    @strawberry.field(
        graphql_type=MigrationRun,
        description="Take away what the version applied last no longer needs. Refused while operations of consumers "
        "would break, unless it is forced; the reason stays in the ledger.",
    )
    async def complete_migration(self, info: TwinInfo, force: bool = False, reason: str = "") -> Row:
        """Complete."""
        forced = Force(reason=reason) if force else None
        run = info.context.evolution.begin(info.context.principal, Verb.COMPLETE, Wish(force=forced))
        return run_row(await run.ended(_PATIENCE))

    @strawberry.field(
        graphql_type=MigrationRun,
        description="Take the database back to an earlier version (by default by one), with the data as it was. "
        "`erase` lets go what was written into properties that go.",
    )
    async def rollback_migrations(self, info: TwinInfo, to: str | None = UNSET, erase: bool = False) -> Row:
        """Take back."""
        run = info.context.evolution.begin(info.context.principal, Verb.ROLLBACK, Wish(to=given(to), erase=erase))
        return run_row(await run.ended(_PATIENCE))

    @strawberry.field(graphql_type=MigrationRun, description="Take back the version whose application did not end.")
    async def abort_migration(self, info: TwinInfo, erase: bool = False) -> Row:
        """Abort."""
        run = info.context.evolution.begin(info.context.principal, Verb.ABORT, Wish(erase=erase))
        return run_row(await run.ended(_PATIENCE))

    @strawberry.field(graphql_type=MigrationRun, description="Let go on what was paused, or left by a run that died.")
    async def resume_migration(self, info: TwinInfo) -> Row:
        """Resume."""
        run = info.context.evolution.begin(info.context.principal, Verb.RESUME)
        return run_row(await run.ended(_PATIENCE))

    @strawberry.field(
        graphql_type=str, description="Let the migration that is under way stop after the page it is at; its version."
    )
    async def pause_migration(self, info: TwinInfo) -> str:
        """Pause."""
        return await info.context.evolution.pause(info.context.principal)

    @strawberry.field(
        graphql_type=MigrationApproval, description="Approve a version of the service's project as its file is."
    )
    async def approve_migration(self, info: TwinInfo, revision: str) -> Row:
        """Approve."""
        entry = await info.context.evolution.approve(info.context.principal, revision)
        return {"by": entry.by, "at": entry.at, "counts": True}
