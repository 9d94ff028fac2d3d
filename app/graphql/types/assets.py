"""Assets, relationships, and lists of them."""

from __future__ import annotations

import strawberry

from app.graphql.fields import AFTER, FIRST_50, RELATIONSHIP_TYPES, TYPES, argument, shown
from app.graphql.scalars import JSON, Long
from app.graphql.types.changes import ChangeConnection
from app.graphql.types.levels import LevelCount
from app.graphql.types.paging import PageInfo
from app.graphql.types.state import AssetState, ChannelState
from app.graphql.types.words import Direction, Level

MAX_DEPTH = argument("maxDepth", int | None)
DEPTH_1 = argument("maxDepth", int | None, 1)
DIRECTION = argument("direction", Direction | None, Direction.BOTH)


@strawberry.type(description="What another system calls an asset.")
class ExternalId:
    """An external id."""

    system: str = shown()
    id: str = shown()


@strawberry.interface(description="Anything of the twin, whatever its type.")
class Asset:
    """What every asset has."""

    id: strawberry.ID = shown("The asset's own id, unique in the tenant")
    type: str = shown("Ontology type")
    name: str = shown()
    properties: JSON = shown("All, by ontology name, in the declared units")
    external_ids: list[ExternalId] = shown("Its ids in other systems, each unique in its system and tenant")
    source_of: list[str] = shown("FLOW relationship types it is a source of, by its type or its own")
    parents: list[Asset] = shown("What contains it directly")
    ancestors: list[Asset] = shown("All that contains it, nearest first")
    children: AssetConnection = shown("What it contains directly", TYPES, FIRST_50, AFTER)
    descendants: AssetConnection = shown("All that it contains", TYPES, MAX_DEPTH, FIRST_50, AFTER)
    dependencies: AssetConnection = shown("What it needs (providers)", RELATIONSHIP_TYPES, DEPTH_1, FIRST_50, AFTER)
    dependents: AssetConnection = shown("What needs it", RELATIONSHIP_TYPES, DEPTH_1, FIRST_50, AFTER)
    relationships: RelationshipConnection = shown("All its relationships", DIRECTION, TYPES, FIRST_50, AFTER)
    state: AssetState = shown("The newest values of its channels")
    health: Health = shown("How it does now")
    history: ChangeConnection = shown("Changes that touched it, newest first", FIRST_50, AFTER)
    revision: Long = shown("Revision that last changed it")


@strawberry.type(description="How an asset does now.")
class Health:
    """The health of an asset."""

    level: Level = shown("Of its operability, baseline LIVE")
    operability: float = shown("The lower bound where it is UNKNOWN")
    operability_bounds: list[float] = shown("[lower, upper], equal unless the level is UNKNOWN")
    own: Level = shown("From its own channels alone")
    because: list[Asset] = shown(
        "The assets behind it that aren't well by themselves, the nearest first, at most 20; empty when OK"
    )
    within: list[LevelCount] = shown("Own levels of all that it contains, the worst first")


@strawberry.type(description="Something new of an asset's state or health.")
class StateChange:
    """A change of state."""

    asset: Asset = shown()
    channel: ChannelState | None = shown("The channel with a new value; null where only levels changed")
    health: Health = shown("How the asset does now")


@strawberry.type
class AssetEdge:
    """An asset on a page."""

    cursor: str = shown()
    node: Asset = shown()


@strawberry.type
class AssetConnection:
    """A page of assets."""

    edges: list[AssetEdge] = shown()
    nodes: list[Asset] = shown()
    page_info: PageInfo = shown()
    total_count: int = shown("Counted only when asked for")


@strawberry.type(description="A relationship between two assets, in the direction it is stored.")
class Relationship:
    """A relationship."""

    type: str = shown()
    key: str = shown('Tells parallel ones of a type apart; "" where there is one')
    from_: Asset = shown(name="from")
    to: Asset = shown()
    properties: JSON = shown()
    revision: Long = shown()


@strawberry.type
class RelationshipEdge:
    """A relationship on a page."""

    cursor: str = shown()
    node: Relationship = shown()


@strawberry.type
class RelationshipConnection:
    """A page of relationships."""

    edges: list[RelationshipEdge] = shown()
    nodes: list[Relationship] = shown()
    page_info: PageInfo = shown()
    total_count: int = shown("Counted only when asked for")


@strawberry.type(description="What was cut from an answer, why, and how to go on.")
class Truncation:
    """A cut."""

    reason: str = shown()
    limit: int = shown()
    after: str | None = shown("Pass it as `after` to go on where it stopped")


@strawberry.type(description="What can be reached from some assets.")
class Subgraph:
    """A part of the graph."""

    revision: Long = shown()
    assets: list[Asset] = shown("Nearest to the roots first")
    relationships: list[Relationship] = shown("All among the assets found")
    truncated: Truncation | None = shown()
    end_cursor: str | None = shown()


@strawberry.type(description="One way from an asset to another.")
class Path:
    """A path."""

    length: int = shown("Number of relationships")
    assets: list[Asset] = shown("In order, both ends included")
    relationships: list[Relationship] = shown("In order")


@strawberry.type
class SearchHit:
    """An asset found by text."""

    asset: Asset = shown()
    score: float = shown("Higher fits better; comparable within one answer")


@strawberry.type
class AggregateRow:
    """One group of an aggregate."""

    group: JSON = shown("The values it is grouped by, by name")
    count: int = shown()
    values: list[float | None] = shown("In the order of the measures")
