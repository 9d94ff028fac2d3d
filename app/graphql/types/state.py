"""States of assets."""

from __future__ import annotations

from datetime import datetime, timedelta

import strawberry

from app.graphql.fields import argument, shown
from app.graphql.scalars import JSON
from app.graphql.types.paging import PageInfo
from app.graphql.types.words import Level


@strawberry.type(description="A value that a channel had; where a window is asked for, what was in one of them.")
class HistoryPoint:
    """A point, or a window."""

    time: datetime = shown("When it was so; of a window, when it begins")
    value: JSON | None = shown("Null for a deletion; of a window, the last value in it")
    min: float | None = shown("Of a window, as `max` and `mean`; null where it has no numbers")
    max: float | None = shown()
    mean: float | None = shown()
    count: int = shown("Values; 0 for a deletion")
    quality: str | None = shown("Of a window, the one that all its values share")


@strawberry.type
class HistoryEdge:
    """A point with its cursor."""

    cursor: str = shown()
    node: HistoryPoint = shown()


@strawberry.type(description="A page of what a channel said, oldest first.")
class HistoryConnection:
    """Points, or windows."""

    edges: list[HistoryEdge] = shown()
    nodes: list[HistoryPoint] = shown()
    page_info: PageInfo = shown()


@strawberry.type(description="A channel's level from a moment on.")
class LevelTransition:
    """A change of a level."""

    time: datetime = shown("When it began: an event's own time, or when time alone changed it")
    level: Level = shown()
    value: JSON | None = shown("What the channel had said last; null for a deletion")


@strawberry.type(description="What was last said of a channel.")
class ChannelState:
    """The current value of a channel."""

    name: str = shown()
    value: JSON | None = shown("In the declared unit; null after it was deleted")
    unit: str | None = shown("The declared unit")
    quality: str = shown("GOOD, UNCERTAIN or BAD, as the source has it")
    source: str = shown()
    event_time: datetime = shown("When it was so")
    received_time: datetime = shown("When it came")
    stale: bool = shown("Older than the channel's staleAfter, or deleted, or BAD")
    level: Level = shown("What it says of its asset; where it is stale, what the channel's whenStale says")
    history: HistoryConnection = shown(
        "What it said before; `to` is now unless given, windows without `from` are the last ones",
        argument("from", datetime | None),
        argument("to", datetime | None),
        argument("window", timedelta | None),
        argument("first", int | None, 500),
        argument("after", str | None),
    )
    transitions: list[LevelTransition] = shown(
        "When its level changed, told from its history between two moments: the newest `first`, oldest first. `to` is "
        "now and `from` a day before unless given; the first within that time tells the level at its first value",
        argument("from", datetime | None),
        argument("to", datetime | None),
        argument("first", int | None, 100),
    )


@strawberry.type(description="The newest values of an asset's channels.")
class AssetState:
    """The state of an asset."""

    channels: list[ChannelState] = shown("Those that were seen, by name")
    channel: ChannelState | None = shown("Null where it was never seen", argument("name", str))
