"""What reading asks of whoever knows states: fields of assets that no statement reads, for all assets at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeAlias

from graph.errors import Unavailable
from graph.identity import Tenant
from graph.reading.filters import Among, AssetFilter, EdgeFilter
from graph.reading.selection import AssetSelection, LiveField, Row

Lookup: TypeAlias = Callable[[Sequence[str], AssetSelection], Awaitable[Mapping[str, Row]]]
"""Rows of assets by id; one that isn't there is left out."""


LEVEL: Final = "level"
"""What groups assets by their health, in place of a property."""


class StateUnknown(Unavailable):
    """A state or health is asked for where nobody follows the events."""

    code = "STATE_UNKNOWN"


@dataclass(slots=True, kw_only=True)
class LiveWish:
    """A field to be filled in: that of the asset, which is of exactly this type, into its row."""

    row: Row
    asset: str
    type: str
    field: LiveField


class LiveReads(Protocol):
    """Knows the states and the health of assets."""

    async def fill(self, tenant: Tenant, wishes: Sequence[LiveWish], lookup: Lookup) -> None:
        """Put into each row under its field's key what is wanted there."""
        ...

    async def among(self, tenant: Tenant, levels: Sequence[str]) -> Among:
        """The assets whose health is at some levels now."""
        ...

    async def by_level(self, tenant: Tenant) -> Mapping[str, Among]:
        """The assets at each level that there is now, each at one."""
        ...


def at_level(wanted: AssetFilter | None, level: str, among: Among) -> AssetFilter:
    """Return a filter whose levels were found out, of the assets at one level besides."""
    wanted = wanted or AssetFilter()
    every = wanted.every if wanted.levels is None else (*wanted.every, _of_levels(wanted))
    return replace(wanted, levels=(level,), among=among, every=every)


def _of_levels(wanted: AssetFilter) -> AssetFilter:
    return AssetFilter(levels=wanted.levels, among=wanted.among)


async def placed(wanted: AssetFilter | None, tenant: Tenant, live: LiveReads | None) -> AssetFilter | None:
    """Return the filter with the assets that are meant by its levels, wherever in it. Raises StateUnknown."""
    return None if wanted is None else await _Placer(tenant, live).asset(wanted)


def asks_levels(wanted: AssetFilter) -> bool:
    """Whether levels are asked for anywhere in a filter."""
    parts = [*wanted.every, *(wanted.either or ()), *(() if wanted.negated is None else (wanted.negated,))]
    for each in wanted.relationships:
        parts.append(each.fits)
        parts += [] if each.edge is None else _nodes(each.edge)
    return wanted.levels is not None or any(map(asks_levels, parts))


def _nodes(wanted: EdgeFilter) -> list[AssetFilter]:
    """What is asked of assets in a filter of relationships."""
    parts = [*wanted.every, *(wanted.either or ()), *(() if wanted.negated is None else (wanted.negated,))]
    own = [] if wanted.node is None else [wanted.node]
    return own + [node for each in parts for node in _nodes(each)]


def unknown_state() -> StateUnknown:
    """Return the error that nobody knows the state of anything here."""
    return StateUnknown(
        "Nobody follows the events of this twin", hint="Ask a running service, or leave out state, health and levels"
    )


@dataclass(frozen=True, slots=True)
class _Placer:
    tenant: Tenant
    live: LiveReads | None

    async def asset(self, wanted: AssetFilter) -> AssetFilter:
        among = None
        if wanted.levels is not None:
            if self.live is None:
                raise unknown_state()
            among = await self.live.among(self.tenant, wanted.levels)
        return replace(
            wanted,
            among=among,
            every=tuple([await self.asset(each) for each in wanted.every]),
            either=None if wanted.either is None else tuple([await self.asset(each) for each in wanted.either]),
            negated=None if wanted.negated is None else await self.asset(wanted.negated),
            relationships=tuple(
                [
                    replace(
                        each,
                        fits=await self.asset(each.fits),
                        edge=None if each.edge is None else await self.edge(each.edge),
                    )
                    for each in wanted.relationships
                ]
            ),
        )

    async def edge(self, wanted: EdgeFilter) -> EdgeFilter:
        return replace(
            wanted,
            node=None if wanted.node is None else await self.asset(wanted.node),
            every=tuple([await self.edge(each) for each in wanted.every]),
            either=None if wanted.either is None else tuple([await self.edge(each) for each in wanted.either]),
            negated=None if wanted.negated is None else await self.edge(wanted.negated),
        )
