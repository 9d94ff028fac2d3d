"""Followers of one document that are handed the same row are told the same result, made once; others their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from app.graphql.execution import KEPT
from graph.reading import Row
from tests.app.door import Door

FOLLOW = "subscription ($named: Boolean = true) { changes { revision actor __typename @include(if: $named) } }"


def change(revision: int) -> Row:
    return {"__typename": "Change", "revision": revision, "actor": "ui"}


@dataclass
class Feed:
    """Hands the same rows to whoever follows."""

    rows: list[Row] = field(default_factory=list[Row])

    async def changes(self, *_: object, **__: object) -> AsyncGenerator[Row]:
        for row in self.rows:
            yield row


async def followed(door: Door, query: str = FOLLOW, **variables: object) -> list[Any]:
    stream = await door.schema.stream(query, variables, context_value=door.context)
    return [result.data async for result in stream]


async def test_the_same_row_is_executed_once_for_the_same_document(door: Door) -> None:
    feed = Feed([change(1), change(2)])
    object.__setattr__(door.context, "feed", feed)
    first, again = await followed(door), await followed(door)
    assert first == [{"changes": {**row, "__typename": "Change"}} for row in feed.rows]
    assert all(one is other for one, other in zip(first, again, strict=True))

    bare = await followed(door, named=False)
    assert bare == [{"changes": {"revision": number, "actor": "ui"}} for number in (1, 2)]
    other = await followed(door, "subscription { changes { revision } }")
    assert other == [{"changes": {"revision": number}} for number in (1, 2)]

    feed.rows = [change(1), change(2)]
    equal = await followed(door)
    assert equal == first
    assert not any(one is other for one, other in zip(first, equal, strict=True))


async def test_it_remembers_no_more_than_it_may(door: Door) -> None:
    feed = Feed([change(number) for number in range(KEPT + 3)])
    object.__setattr__(door.context, "feed", feed)
    first = await followed(door)
    feed.rows = feed.rows[:2]
    again = await followed(door)
    assert again == first[:2]
    assert again[0] is not first[0]


async def test_an_event_that_fails_is_not_shared(door: Door) -> None:
    feed = Feed([{"__typename": "Change", "revision": None, "actor": "ui"}])
    object.__setattr__(door.context, "feed", feed)
    for _ in range(2):
        stream = await door.schema.stream(FOLLOW, {}, context_value=door.context)
        (result,) = [each async for each in stream]
        assert result.errors
        assert result.errors[0].path == ["changes", "revision"]
