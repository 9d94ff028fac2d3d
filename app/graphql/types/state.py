"""States of assets."""

from __future__ import annotations

from datetime import datetime

import strawberry

from app.graphql.fields import argument, shown
from app.graphql.scalars import JSON
from app.graphql.types.words import Level


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


@strawberry.type(description="The newest values of an asset's channels.")
class AssetState:
    """The state of an asset."""

    channels: list[ChannelState] = shown("Those that were seen, by name")
    channel: ChannelState | None = shown("Null where it was never seen", argument("name", str))
