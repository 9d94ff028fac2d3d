"""The change log, and what a change set comes to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from app.graphql.fields import FIRST_50, argument, shown
from app.graphql.scalars import JSON, Long
from app.graphql.types.paging import PageInfo


@strawberry.type(
    description="One thing that a change created, changed or deleted; of values migrations write only these"
)
class ChangeEntry:
    """An entry of a change, with images before and after."""

    kind: str = shown("asset or relationship")
    id: str = shown("The asset's id, or the relationship's key in the database")
    type: str = shown()
    before: JSON | None = shown("Null for what was created")
    after: JSON | None = shown("Null for what was deleted")


@strawberry.type(description="One change set that was written, under its revision.")
class Change:
    """A change record."""

    revision: Long = shown()
    time: datetime = shown()
    actor: str = shown("Who wrote it")
    operation: str = shown()
    entry_count: int = shown()
    entries: list[ChangeEntry] = shown(
        "In the order they were written; `after` skips that many", FIRST_50, argument("after", int | None, 0)
    )


@strawberry.type
class ChangeEdge:
    """A change on a page."""

    cursor: str = shown()
    node: Change = shown()


@strawberry.type
class ChangeConnection:
    """A page of changes."""

    edges: list[ChangeEdge] = shown()
    nodes: list[Change] = shown()
    page_info: PageInfo = shown()


@strawberry.type(description="A change set was written, or checked if it was a dry run.")
class ChangesApplied:
    """What a change set did."""

    revision: Long = shown("Its own, or the tenant's newest where it changed nothing or was a dry run")
    assets_created: int = shown()
    assets_updated: int = shown()
    assets_deleted: int = shown()
    relationships_created: int = shown()
    relationships_updated: int = shown()
    relationships_deleted: int = shown()
    replayed: bool = shown("The idempotency key was known: this is the first answer again")


@strawberry.type(description="One thing wrong with a change set.")
class Problem:
    """A problem with its place and what to do."""

    code: str = shown()
    message: str = shown()
    place: str | None = shown("Where in the request, like changes[3].upsertAsset.properties.ratedFlow")
    change: int | None = shown("Position in `changes`, from 0; null where there is no such list")
    asset: strawberry.ID | None = shown()
    property: str | None = shown()
    expected: str | None = shown()
    actual: str | None = shown()
    hint: str | None = shown("What to do")


@strawberry.type(description="Nothing was written; all problems at once.")
class ChangesRejected:
    """A change set that broke rules."""

    problems: list[Problem] = shown()


@strawberry.type(description="Something the change set touches is newer than the revision its author looked at.")
class RevisionConflict:
    """A conflict of revisions."""

    expected: Long = shown()
    actual: Long = shown()


ApplyChangesResult: TypeAlias = Annotated[
    ChangesApplied | ChangesRejected | RevisionConflict,
    strawberry.union("ApplyChangesResult", description="How a change set ended."),
]
