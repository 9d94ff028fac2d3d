"""How the service itself does, as far as a tenant sees of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import strawberry

from app.graphql.fields import argument, shown
from app.graphql.scalars import Long


@strawberry.enum(
    description="FAST_BURN: what may be late in a month would be used up within two days, look now; SLOW_BURN: within "
    "five days, look today."
)
class ObjectiveState(StrEnum):
    """Whether a promise is kept."""

    MET = "MET"
    SLOW_BURN = "SLOW_BURN"
    FAST_BURN = "FAST_BURN"


@strawberry.type(description="What a window up to now held.")
class BurnRate:
    """A window."""

    window: str = shown("5m, 30m, 1h or 6h")
    events: Long = shown()
    late: Long = shown("Those that took longer than promised")
    rate: float = shown("1 uses up exactly what may be late")


@strawberry.type(
    description="What is promised of events: a share of them can be asked for within some seconds of their receipt. "
    "Counted are those of this tenant that the answering process took."
)
class ServiceObjective:
    """An objective."""

    seconds: float = shown()
    share: float = shown()
    state: ObjectiveState = shown()
    burn_rates: list[BurnRate] = shown("The shortest window first")


@strawberry.type(description="A source of events that current values are from.")
class EventSource:
    """A source."""

    source: str = shown()
    last_event: datetime = shown("The newest time that one of its events is of")
    last_received: datetime = shown()
    silent: bool = shown("Nothing came for longer than TWIN_SOURCE_SILENCE")


@strawberry.type
class ServiceStatus:
    """The status of the service."""

    objective: ServiceObjective = shown()
    sources: list[EventSource] = shown(
        "Those that were heard of longest ago first; `silent` chooses those that are, or aren't",
        argument("silent", bool | None),
        argument("first", int | None, 100),
    )
    source_count: int = shown()
    silent_source_count: int = shown()
