"""What callers send. A field that was left out is UNSET, one that was sent as null is None."""

from __future__ import annotations

from datetime import datetime, timedelta

import strawberry
from strawberry import UNSET

from app.graphql.scalars import JSON, Long
from app.graphql.types.words import Baseline, Level, Measure, SortDirection


@strawberry.input
class StringFilter:
    """What a text must be; all that is given must hold."""

    eq: str | None = UNSET
    ne: str | None = UNSET
    in_: list[str] | None = strawberry.field(name="in", default=UNSET)
    starts_with: str | None = UNSET
    contains: str | None = UNSET


@strawberry.input
class PropertyFilter:
    """What a property must be; all that is given must hold."""

    name: str
    eq: JSON | None = UNSET
    ne: JSON | None = UNSET
    in_: list[JSON] | None = strawberry.field(name="in", default=UNSET)
    gt: JSON | None = UNSET
    gte: JSON | None = UNSET
    lt: JSON | None = UNSET
    lte: JSON | None = UNSET
    starts_with: str | None = UNSET
    contains: str | None = UNSET
    is_null: bool | None = UNSET


@strawberry.input(description="Which assets; all that is given must hold.")
class AssetFilter:
    """A filter of assets."""

    ids: list[strawberry.ID] | None = UNSET
    types: list[str] | None = strawberry.field(description="With their subtypes", default=UNSET)
    name: StringFilter | None = UNSET
    property: list[PropertyFilter] | None = strawberry.field(description="All must hold", default=UNSET)
    within: strawberry.ID | None = strawberry.field(
        description="In the containment subtree of this asset", default=UNSET
    )
    levels: list[Level] | None = strawberry.field(description="Current health", default=UNSET)
    and_: list[AssetFilter] | None = strawberry.field(name="and", default=UNSET)
    or_: list[AssetFilter] | None = strawberry.field(name="or", default=UNSET)
    not_: AssetFilter | None = strawberry.field(name="not", default=UNSET)


@strawberry.input
class AssetOrder:
    """What assets are sorted by; the id breaks ties."""

    field: str = strawberry.field(description="id, name, type or a property name")
    direction: SortDirection | None = SortDirection.ASC


@strawberry.input
class MeasureInput:
    """A property and what is made of its values."""

    property: str
    measure: Measure


@strawberry.input(description="An asset falls to an operability at an offset from now.")
class Failure:
    """A failure."""

    asset: strawberry.ID
    operability: float | None = 0
    at: timedelta | None = timedelta(0)


@strawberry.input(description="A relationship; the key may be left out where there is only one.")
class SupplyRef:
    """A reference to a relationship."""

    type: str
    from_: strawberry.ID = strawberry.field(name="from")
    to: strawberry.ID
    key: str | None = UNSET


@strawberry.input
class RelationshipInput:
    """A relationship as it shall be."""

    type: str
    from_: strawberry.ID = strawberry.field(name="from")
    to: strawberry.ID
    key: str | None = UNSET
    properties: JSON | None = UNSET


@strawberry.input(description="A question about impact.")
class ImpactInput:
    """What fails, what is taken away or put in, what is under maintenance."""

    failures: list[Failure] = strawberry.field(default_factory=list)
    removed_relationships: list[SupplyRef] | None = strawberry.field(default_factory=list)
    added_relationships: list[RelationshipInput] | None = strawberry.field(default_factory=list)
    maintenance: list[strawberry.ID] | None = strawberry.field(default_factory=list)
    baseline: Baseline | None = Baseline.NOMINAL
    horizon: timedelta | None = UNSET


@strawberry.input(description="Assets that are down from a start until an end, or for a duration.")
class PlannedWork:
    """A planned work."""

    name: str = strawberry.field(description="Unlike that of any other work")
    assets: list[strawberry.ID]
    start: datetime
    end: datetime | None = UNSET
    duration: timedelta | None = UNSET


@strawberry.input(description="A question about planned works.")
class MaintenanceCheckInput:
    """Which works are planned, and what counts."""

    works: list[PlannedWork]
    level: Level | None = strawberry.field(
        description="DOWN, or DEGRADED: any asset that is lowered at all", default=Level.DOWN
    )
    types: list[str] | None = strawberry.field(description="Assets that count, with their subtypes", default=UNSET)
    weight_by: str | None = strawberry.field(description="A property that is a number", default=UNSET)
    max_order: int | None = strawberry.field(description="The largest size of a combination", default=3)


@strawberry.input(description="An asset that is seen to suffer, and since when, if that is known.")
class Symptom:
    """A symptom."""

    asset: strawberry.ID
    since: datetime | None = UNSET


@strawberry.input(description="A question about root causes.")
class RootCauseInput:
    """What is seen to suffer, and what is known to work."""

    symptoms: list[Symptom]
    healthy: list[strawberry.ID] | None = strawberry.field(
        description="Known to work; not all that isn't a symptom", default_factory=list
    )
    max_causes: int | None = strawberry.field(description="Of one candidate, at most", default=3)
    first: int | None = 10


@strawberry.input
class ExternalIdInput:
    """What another system calls the asset."""

    system: str
    id: str


@strawberry.input(description="An asset as it shall be; what is left out stays as it is.")
class AssetInput:
    """An asset to create or change."""

    id: strawberry.ID
    type: str
    name: str | None = UNSET
    properties: JSON | None = strawberry.field(description="null as a value removes a property", default=UNSET)
    external_ids: list[ExternalIdInput] | None = UNSET
    source_of: list[str] | None = UNSET
    parents: list[strawberry.ID] | None = strawberry.field(description="null keeps, a list replaces", default=UNSET)
    replace: bool | None = strawberry.field(description="Properties not named are removed", default=False)


@strawberry.input(description="Refused while the asset contains something, unless it cascades.")
class DeleteAssetInput:
    """An asset to delete."""

    id: strawberry.ID
    cascade: bool | None = strawberry.field(
        description="With all it contains; spares what has another parent", default=False
    )


@strawberry.input(one_of=True, description="One change: exactly one of these.")
class ChangeInput:
    """A change."""

    upsert_asset: AssetInput | None = UNSET
    delete_asset: DeleteAssetInput | None = UNSET
    upsert_relationship: RelationshipInput | None = UNSET
    delete_relationship: SupplyRef | None = UNSET


@strawberry.input(description="Changes that happen together or not at all.")
class ChangeSetInput:
    """A change set."""

    changes: list[ChangeInput]
    idempotency_key: str | None = UNSET
    expected_revision: Long | None = UNSET
    dry_run: bool | None = False
