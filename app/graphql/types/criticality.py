"""Answers about criticality."""

from __future__ import annotations

import strawberry

from app.graphql.fields import shown
from app.graphql.scalars import Long
from app.graphql.types.assets import Asset
from app.graphql.types.paging import PageInfo


@strawberry.type(description="What the failure of one asset alone does, from the baseline NOMINAL.")
class Criticality:
    """The criticality of an asset."""

    asset: Asset = shown()
    impacted_count: int = shown("Other assets that fall")
    down_count: int = shown("Those of them that fall to 0")
    weight: float = shown("The sum of weightBy over those that go down; without weightBy their number")


@strawberry.type(description="How far the count of criticality at a revision is.")
class CriticalityProgress:
    """A count under way, or done."""

    revision: Long = shown("The revision that is counted")
    done: int = shown("Assets counted")
    total: int = shown("All assets")
    per_second: float = shown("Assets counted a second, since this process began")
    seconds_left: float | None = shown("At that pace; null while it isn't known")
    complete: bool = shown("Whether `criticality` answers at once")


@strawberry.type
class CriticalityEdge:
    """An asset on a page."""

    cursor: str = shown()
    node: Criticality = shown()


@strawberry.type
class CriticalityConnection:
    """A page of assets by criticality."""

    edges: list[CriticalityEdge] = shown()
    nodes: list[Criticality] = shown()
    page_info: PageInfo = shown()
    total_count: int = shown()
