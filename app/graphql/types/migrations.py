"""What migrations would do, and what they did."""

from __future__ import annotations

import strawberry

from app.graphql.fields import shown
from app.graphql.scalars import Long
from app.graphql.types.changes import Problem


@strawberry.type(description="A step over data.")
class MigrationStep:
    """A step of a plan."""

    revision: str = shown()
    step: str = shown("What it does, like fill Pump.ratedFlow")
    objects: Long = shown("Assets or relationships that it changes")


@strawberry.type(description="A change of this schema.")
class MigrationSchemaChange:
    """A change of the schema by a plan."""

    level: str = shown("BREAKING, DANGEROUS or SAFE")
    element: str = shown("Like Pump.ratedFlow")
    change: str = shown()


@strawberry.type(description="An operation of a consumer that works now and would not afterwards.")
class MigrationBrokenOperation:
    """An operation that a plan breaks."""

    consumer: str = shown()
    owner: str = shown()
    contact: str = shown()
    operation: str = shown()
    document: str = shown("The id it is registered under, or the SHA-256 of one that is not")
    registered: bool = shown()
    uses: Long = shown("In the last 30 days")
    last_used: str | None = shown("The last day")
    reasons: list[str] = shown()


@strawberry.type(description="What applying or completing would do to data, and to consumers.")
class MigrationPlan:
    """A plan of migrations."""

    pending: list[str] = shown("Versions, in the order they run")
    target: str | None = shown("The head of the service's project")
    commands: list[str] = shown("Constraints and indexes that are made and dropped")
    steps: list[MigrationStep] = shown()
    begin_anew: list[str] = shown("Channels of which nothing is told any more that was kept before, as `Pump.flow`")
    unmet: list[Problem] = shown("What a version requires, and is not so")
    in_the_way: list[Problem] = shown("Data that would not be valid")
    in_the_way_of_completion: list[Problem] = shown("Data that would not be valid once it is completed")
    schema_changes: list[MigrationSchemaChange] = shown()
    broken: list[MigrationBrokenOperation] = shown()
    unseen: list[MigrationBrokenOperation] = shown(
        "May break: variables pass names that go or change, unseen by anybody"
    )


@strawberry.type(description="A run of migrations.")
class MigrationRun:
    """What a run did, as far as it is."""

    running: bool = shown("It goes on: `migrations` tells how far it is")
    revision: str | None = shown("Of the ontology that the database holds now")
    applied: list[str] = shown("Versions that were applied or completed")
    rolled_back: list[str] = shown("Versions that were taken back, newest first")
    objects: Long = shown("Assets and relationships that were changed")
    waiting: str | None = shown("The version that waits to be completed")
