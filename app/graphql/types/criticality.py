"""Answers about criticality."""

from __future__ import annotations

import strawberry

from app.graphql.fields import shown
from app.graphql.types.assets import Asset
from app.graphql.types.paging import PageInfo


@strawberry.type(description="What the failure of one asset alone does, from the baseline NOMINAL.")
class Criticality:
    """The criticality of an asset."""

    asset: Asset = shown()
    impacted_count: int = shown("Other assets that fall")
    down_count: int = shown("Those of them that fall to 0")
    weight: float = shown("The sum of weightBy over those that go down; without weightBy their number")


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
