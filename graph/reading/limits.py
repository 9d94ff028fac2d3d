"""Ceilings of what one read may ask for. Over one is an error that names it, never a silent cut."""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import LimitExceeded, ValueInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The ceilings.

    `first` counts rows of a page, `depth` hops, `limit` assets of a subgraph's page, `roots` its roots, `paths` ways
    between two assets, `filter_parts` comparisons and groups of a filter, `filter_values` all values and ids in it,
    `filter_relationships` conditions over relationships in it, `order_fields` fields that a list is sorted by,
    `group_fields` fields that assets are grouped by, `groups` rows of an aggregate, `groupings` aggregates of one
    list, `search_words` words of a search, `search_length` its characters, `selection_depth` lists inside lists,
    `reached` assets that one list of dependencies of several types may pass on its way, `relationships` those of a
    page of a subgraph.
    """

    first: int = 1_000
    depth: int = 1_000
    limit: int = 10_000
    roots: int = 100
    paths: int = 25
    filter_parts: int = 200
    filter_values: int = 10_000
    filter_relationships: int = 20
    order_fields: int = 4
    group_fields: int = 4
    groups: int = 10_000
    groupings: int = 10
    search_words: int = 16
    search_length: int = 400
    selection_depth: int = 12
    reached: int = 200_000
    relationships: int = 50_000


LIMITS = Limits()


def within_limit(value: int, ceiling: int, *, place: str, what: str, least: int = 0) -> int:
    """Return `value`, or raise: LimitExceeded above `ceiling`, ValueInvalid below `least`."""
    if value > ceiling:
        raise LimitExceeded(
            f"{what} is over its ceiling",
            place=place,
            expected=f"at most {ceiling:,}",
            actual=f"{value:,}",
            hint="Ask for less at once, and go on from the cursor where there is one",
        )
    if value < least:
        raise ValueInvalid(f"{what} is too small", place=place, expected=f"at least {least}", actual=str(value))
    return value
