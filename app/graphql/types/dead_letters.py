"""Dead letters: what came in and could not be taken."""

from __future__ import annotations

from datetime import datetime

import strawberry

from app.graphql.fields import shown
from app.graphql.scalars import Long
from app.graphql.types.changes import Problem
from app.graphql.types.paging import PageInfo


@strawberry.type(description="What came in and could not be taken, with the reason.")
class DeadLetter:
    """A dead letter."""

    id: strawberry.ID = shown("The same where the same comes again from the same place")
    code: str = shown("Why it was not taken, as in the table of errors")
    message: str = shown()
    transport: str = shown("http, mqtt or kafka")
    source: str = shown("The topic, path or client")
    offset: str = shown("Its place there; empty where there is none")
    trace: str = shown("The id of its trace")
    media: str = shown("The media type")
    received: datetime = shown("When it came last")
    replayed: datetime | None = shown("When it was sent again and taken; null: it waits")
    times: int = shown("How often it came")
    size: Long = shown("Bytes of the whole payload")
    payload: str = shown("As text; what is no UTF-8 is replaced")
    payload_base64: str = shown("As it came")
    whole: bool = shown("Whether the payload was kept to its end; else it can't be replayed")


@strawberry.type
class DeadLetterEdge:
    """A dead letter with its cursor."""

    cursor: str = shown()
    node: DeadLetter = shown()


@strawberry.type(description="A page of dead letters, the newest first.")
class DeadLetterConnection:
    """Dead letters."""

    edges: list[DeadLetterEdge] = shown()
    nodes: list[DeadLetter] = shown()
    page_info: PageInfo = shown()
    total_count: int = shown()


@strawberry.type(description="What became of a dead letter that was sent again; of a dry run, what would.")
class DeadLetterReplay:
    """A replay."""

    id: strawberry.ID = shown()
    accepted: int = shown("Events that were taken; those that were taken before change nothing")
    problems: list[Problem] = shown("Why others weren't; where there are none the letter waits no longer")


@strawberry.type
class DeadLetterReplays:
    """Replays."""

    letters: list[DeadLetterReplay] = shown()
    end_cursor: str | None = shown("Where to go on with the others of all; null: there are none")
