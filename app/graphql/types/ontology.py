"""The ontology, and the migrations that brought the database to it."""

from __future__ import annotations

from datetime import datetime, timedelta

import strawberry

from app.graphql.fields import argument, shown
from app.graphql.scalars import JSON, Long


@strawberry.type(description="Since when something should not be used, why, and what to use instead.")
class Deprecation:
    """A deprecation."""

    since: str = shown()
    message: str | None = shown()
    replacement: str | None = shown()
    until: str | None = shown("The day on which it goes at the earliest")


@strawberry.type
class PropertyDefinition:
    """A property of a type."""

    id: strawberry.ID = shown("Stays when it is renamed")
    name: str = shown()
    datatype: str = shown()
    unit: str | None = shown("Values are stored and shown in it")
    required: bool = shown()
    unique: bool = shown("In its tenant")
    indexed: bool = shown()
    writable: bool = shown()
    default: JSON | None = shown()
    minimum: float | None = shown()
    maximum: float | None = shown()
    pattern: str | None = shown()
    enum_values: list[str] | None = shown()
    classification: str = shown()
    description: str | None = shown()
    inherited_from: str | None = shown("The supertype that declares it")
    deprecation: Deprecation | None = shown()


@strawberry.type(description="A stream of values that assets of a type may have.")
class ChannelDefinition:
    """A state channel."""

    id: strawberry.ID = shown()
    name: str = shown()
    datatype: str = shown()
    unit: str | None = shown()
    stale_after: timedelta | None = shown()
    description: str | None = shown()


@strawberry.type
class AssetType:
    """A type of asset."""

    id: strawberry.ID = shown("Stays when it is renamed")
    name: str = shown()
    display_name: str = shown()
    description: str | None = shown()
    abstract: bool = shown()
    supertypes: list[str] = shown("All of them, nearest first")
    subtypes: list[str] = shown("All below")
    source_of: list[str] = shown("FLOW relationship types that its assets are sources of")
    properties: list[PropertyDefinition] = shown("Inherited ones among them")
    channels: list[ChannelDefinition] = shown()
    deprecation: Deprecation | None = shown()
    count: int = shown("Assets of it and its subtypes")


@strawberry.type
class RelationshipType:
    """A type of relationship."""

    id: strawberry.ID = shown("Stays when it is renamed")
    name: str = shown()
    inverse_name: str | None = shown()
    from_: list[str] = shown(name="from")
    to: list[str] = shown()
    containment: bool = shown("Whether it forms the hierarchy")
    impact: str = shown("FORWARD, REVERSE, BOTH or NONE")
    kind: str = shown("REQUIREMENT or FLOW")
    sources: str = shown("How many sources one target may have by it")
    targets: str = shown("How many targets one source may have by it")
    properties: list[PropertyDefinition] = shown()
    deprecation: Deprecation | None = shown()
    count: int = shown()


@strawberry.type(description="What types, properties, relationships and channels there are.")
class Ontology:
    """An ontology at one revision."""

    revision: str = shown()
    hash: str = shown()
    asset_types: list[AssetType] = shown()
    asset_type: AssetType | None = shown(None, argument("name", str))
    relationship_types: list[RelationshipType] = shown()
    document: str = shown("The whole of it as one JSON document with defaults filled in")


@strawberry.type(description="Somebody's yes to a version; it counts while its file is the one approved.")
class MigrationApproval:
    """An approval."""

    by: str = shown()
    at: datetime = shown()
    counts: bool = shown()


@strawberry.type(description="How far a step over data is, as of its last page.")
class MigrationProgress:
    """A step over data that is under way."""

    step: str = shown("What it does, like fill Pump.ratedFlow")
    done: Long = shown("Assets or relationships that this run of it has changed")
    total: Long = shown("How many it was to change when this run began")
    rate: float | None = shown("How many a second")
    seconds_left: float | None = shown("At that rate")


@strawberry.type(description="A migration in the ledger.")
class MigrationRecord:
    """A ledger entry."""

    revision: str = shown()
    parents: list[str] = shown()
    status: str = shown()
    phase: str | None = shown()
    applied_at: datetime | None = shown()
    applied_by: str | None = shown()
    checksum: str = shown()
    changed: Long = shown("Assets and relationships it changed")
    duration_ms: Long | None = shown()
    doing: MigrationProgress | None = shown("The step over data that is under way, or was when its run died")
    author: str | None = shown()
    owner: str | None = shown("Who answers for it")
    ticket: str | None = shown("Where it was asked for")
    proposed: str | None = shown("The day on which it was proposed")
    approved_at: datetime | None = shown("When the last approval that counts was given")
    approvals: list[MigrationApproval] = shown()
    completed_at: datetime | None = shown("When what it takes away was taken away")
    forced: str | None = shown("Why it was completed although operations of consumers broke")
    corrections: list[str] = shown("Why its file was changed after it was applied")
