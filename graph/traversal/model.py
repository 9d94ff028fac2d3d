"""What traversal is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from graph.reading.directions import Direction
from graph.reading.selection import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which relationships are followed, which way, how far. `types` None: every type; `max_depth` None: to the end."""

    direction: Direction
    types: tuple[str, ...] | None = None
    max_depth: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncation:
    """Why an answer stopped (`limit` or `relationships`), at what limit, and the cursor that goes on exactly there."""

    reason: str
    limit: int
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgraph:
    """Assets by distance from the nearest root and then by id, and the relationships between them.

    A relationship comes with the page on which the later of its two assets comes, so all pages together hold each
    relationship once.
    """

    revision: int
    assets: list[Row]
    relationships: list[Row]
    truncated: Truncation | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetPath:
    """A way between two assets; `relationships[i]` joins `assets[i]` and `assets[i + 1]`."""

    length: int
    assets: list[Row]
    relationships: list[Row]
