"""Counts by level."""

from __future__ import annotations

import strawberry

from app.graphql.fields import shown
from app.graphql.types.words import Level


@strawberry.type
class LevelCount:
    """How many at a level."""

    level: Level = shown()
    count: int = shown()
