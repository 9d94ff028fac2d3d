"""The shortest ways between two assets, one after the other (Yen, "Finding the k shortest loopless paths", 1971).

Each further way takes one statement, which searches from every asset of the way before at once. Neo4j's own
`SHORTEST k` counts walks that pass an asset twice, and takes seconds on a graph with hubs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Join: TypeAlias = "tuple[str, str]"
"""A relationship: type and `_key`."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Way:
    """Ids passed and relationships taken; ways compare by length, then ids, then relationships."""

    length: int
    ids: tuple[str, ...]
    joins: tuple[Join, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spur:
    """Where to leave a known way: what was passed before, and what must not be taken again."""

    before: Way
    banned: tuple[Join, ...]

    @property
    def start(self) -> str:
        """The asset to search from."""
        return self.before.ids[-1]


Search: TypeAlias = "Callable[[list[Spur]], Awaitable[list[Way]]]"
"""Finds a shortest continuation of each spur that has one, and returns it as a whole way."""


async def shortest_ways(source: str, search: Search, *, first: int, max_length: int | None) -> list[Way]:
    """Return up to `first` ways from `source` to where `search` goes, shortest first, none passing an asset twice."""
    start = Spur(before=Way(length=0, ids=(source,), joins=()), banned=())
    candidates = set(await search([start]))
    accepted: list[Way] = []
    while candidates and len(accepted) < first:
        best = min(candidates)
        candidates.discard(best)
        accepted.append(best)
        if len(accepted) < first:
            found = await search(list(_spurs(best, accepted)))
            candidates |= {way for way in found if max_length is None or way.length <= max_length}
    return accepted


def joined(before: Way, ids: list[str], joins: list[list[str]]) -> Way:
    """Return `before` continued by what a search found from its last asset."""
    way = (*before.joins, *((kind, key) for kind, key in joins))
    return Way(length=len(way), ids=(*before.ids[:-1], *ids), joins=way)


def _spurs(way: Way, accepted: list[Way]) -> Iterator[Spur]:
    for position in range(way.length):
        before = Way(length=position, ids=way.ids[: position + 1], joins=way.joins[:position])
        same = [other for other in accepted if other.joins[:position] == before.joins and other.length > position]
        yield Spur(before=before, banned=tuple(sorted({other.joins[position] for other in same})))
