"""What every page has."""

from __future__ import annotations

import strawberry

from app.graphql.fields import shown


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's page info."""

    has_next_page: bool = shown()
    has_previous_page: bool = shown()
    start_cursor: str | None = shown()
    end_cursor: str | None = shown()
