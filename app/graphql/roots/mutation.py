"""The root of writes."""

from __future__ import annotations

import strawberry

from app.graphql.info import TwinInfo
from app.graphql.inputs import applied, change_set, conflicting, rejected
from app.graphql.roots.alarms import AlarmMutation
from app.graphql.roots.dead_letters import DeadLetterMutation
from app.graphql.roots.migrations import MigrationMutation
from app.graphql.types.changes import ApplyChangesResult
from app.graphql.types.inputs import ChangeSetInput
from graph.errors import ChangesRefused, RevisionConflict
from graph.reading import Row


@strawberry.type
class Mutation(MigrationMutation, AlarmMutation, DeadLetterMutation):
    """What can be written."""

    @strawberry.field(
        graphql_type=ApplyChangesResult, description="Write changes, all or nothing; every rule of the ontology holds."
    )
    async def apply_changes(self, info: TwinInfo, input: ChangeSetInput) -> Row:  # noqa: A002 - the contract's word
        """Write, or say everything that is wrong with it."""
        context = info.context
        try:
            return applied(await context.changes.apply(context.principal, change_set(input)))
        except ChangesRefused as refusal:
            return rejected(refusal.problems, names=context.names)
        except RevisionConflict as conflict:
            return conflicting(conflict)
