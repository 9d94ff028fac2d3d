"""States in the database: a node `:_State` for each asset that ever had an event.

Of a channel called `temperature` it holds the value as `temperature`, the reading's record as `temperature_` and the
time of its receipt as `temperature_received`. Names of channels have no underscore, so nothing clashes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, TypeAlias, cast

from neo4j.exceptions import Neo4jError

from graph.database import Database, ReadUnit, Row, WriteUnit
from graph.errors import DatabaseUnavailable
from graph.identity import Tenant
from graph.state.event import Reading, newest, reading_of
from graph.state.positions import Step, take_steps
from queries import named

_GONE: Final = "Neo.ClientError.Statement.EntityNotFound"
"""What Neo4j says where an asset or its state was deleted while it was waited for."""

_ATTEMPTS: Final = 4

KEPT: Final = 1_000
"""Revisions whose changes are kept: who is further behind reads all states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of some assets at a revision of their tenant's topology: labels, and whether each has a state."""

    revision: int
    assets: dict[str, tuple[frozenset[str], bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What came of some readings: the tenant's state revision, those that are current now, assets without a state."""

    revision: int
    current: tuple[Reading, ...]
    missing: frozenset[str]


_Done: TypeAlias = "tuple[int, list[str] | None, list[tuple[str, str]]]"
"""What `state/set_readings` returns."""

_Work: TypeAlias = Callable[[WriteUnit], Awaitable[Applied]]


class _Incomplete(Exception):
    """Ends a transaction in which everything or nothing was to be taken."""

    def __init__(self, missing: frozenset[str]) -> None:
        super().__init__()
        self.missing = missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs from an earlier revision of a tenant's states.

    `states` are whole: all readings of each asset that changed. `gone` are assets whose state was deleted; `whole`:
    these are all states there are.
    """

    revision: int
    states: dict[str, dict[str, Reading]]
    gone: frozenset[str] = frozenset()
    whole: bool = False


class StateStore:
    """Reads and writes the states of tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, tenant: Tenant, assets: Sequence[str]) -> Known:
        """Return what is known of assets; those that aren't there are left out. One statement."""
        query, given = named("state/read_assets"), {"ids": list(assets)}
        ((revision, found),) = await self._database.rows(tenant, query, given)
        return Known(revision=revision, assets={asset: (frozenset(labels), there) for asset, labels, there in found})

    async def apply(
        self, tenant: Tenant, readings: Sequence[Reading], *, new: Iterable[str], steps: Sequence[Step] = ()
    ) -> Applied:
        """Take readings into the states of their assets, in one transaction; `new` are those that have none yet.

        With `steps` these are taken in the same transaction, and nothing at all is where an asset has no state (it is
        among the `missing` then) or a position is lost (PositionLost).

        Any order, doubling and division of the same readings comes to the same states. Returns after the commit.
        Raises DatabaseUnavailable and what is below it: then nothing is known of what was done, and to send the same
        again is right.
        """
        latest = newest(list(readings))
        groups, created = _groups(latest.values()), sorted(new)

        async def work(unit: WriteUnit) -> Applied:
            if steps:
                await take_steps(unit, steps)
            if created:
                await unit.write(named("state/create_states"), {"ids": created})
            done = await unit.write(named("state/set_readings"), {"groups": groups, "kept": KEPT}) if groups else []
            applied = _applied(done, latest)
            if steps and applied.missing:
                raise _Incomplete(applied.missing)
            return applied

        try:
            return await self._written(tenant, work)
        except _Incomplete as incomplete:
            return Applied(revision=0, current=(), missing=incomplete.missing)

    async def since(self, tenant: Tenant, revision: int) -> Difference | None:
        """Return what differs from a revision; None where nothing does. Three statements, one where nothing does."""

        async def work(unit: ReadUnit) -> Difference | None:
            newest_revision = _counted(await unit.rows(named("state/read_counter")))
            if newest_revision == revision:
                return None
            changed = await _changed(unit, revision, newest_revision)
            if changed is None:
                rows = await unit.rows(named("state/list_states"))
                return Difference(revision=newest_revision, states=_states(rows), whole=True)
            states = _states(await unit.rows(named("state/read_states"), {"ids": sorted(changed)}))
            return Difference(revision=newest_revision, states=states, gone=frozenset(changed - states.keys()))

        return await self._database.read_apart(tenant, work)

    async def revision(self, tenant: Tenant) -> int:
        """Return the newest revision of a tenant's states, 0 before the first. One statement."""
        return _counted(await self._database.rows(tenant, named("state/read_counter"), {}))

    async def stateful(self, tenant: Tenant) -> bool:
        """Return whether a tenant ever had an event. One statement."""
        return bool(await self._database.rows(tenant, named("state/read_counter"), {}))

    async def probe(self, tenant: Tenant) -> None:
        """Write what means nothing, one statement. Raises DatabaseUnavailable where nothing is taken now."""

        async def work(unit: WriteUnit) -> None:
            await unit.write(named("state/try_writing"))

        await self._database.write(tenant, work)

    async def _written(self, tenant: Tenant, work: _Work) -> Applied:
        for attempt in range(_ATTEMPTS):
            try:
                return await self._database.write(tenant, work)
            except DatabaseUnavailable as error:
                cause = error.__cause__
                gone = isinstance(cause, Neo4jError) and cause.code == _GONE
                if not gone or attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")


def _applied(done: Sequence[Row], latest: Mapping[tuple[str, str], Reading]) -> Applied:
    nothing: _Done = (0, [], [])
    revision, found, late = cast("_Done", done[0]) if done else nothing
    if found is None and not late:
        return Applied(revision=revision, current=tuple(latest.values()), missing=frozenset())
    missing = frozenset[str]() if found is None else frozenset({asset for asset, _ in latest} - set(found))
    older = {(asset, key[:-1]) for asset, key in late}
    current = [each for key, each in latest.items() if key not in older and key[0] not in missing]
    return Applied(revision=revision, current=tuple(current), missing=missing)


def _groups(readings: Iterable[Reading]) -> list[list[object]]:
    """Readings as the statement takes them: by channel, and neighbours in the index together.

    Lists, for maps would have their names sent with each; and what is the same for all of a channel is sent once.
    """
    found: dict[str, list[list[object]]] = {}
    for each in readings:
        rows = found.get(each.channel)
        if rows is None:
            rows = found[each.channel] = []
        rows.append([each.asset, each.record, each.value, each.received])
    for rows in found.values():
        rows.sort(key=itemgetter(0))
    return [[name, f"{name}_", f"{name}_received", rows] for name, rows in found.items()]


def _readings(asset: str, channels: Iterable[tuple[str, str, int]]) -> dict[str, Reading]:
    return {key[:-1]: reading_of(asset, key[:-1], record, received) for key, record, received in channels}


def _counted(rows: Sequence[Row]) -> int:
    return cast("int", rows[0][0]) if rows else 0


def _states(rows: Iterable[Row]) -> dict[str, dict[str, Reading]]:
    return {asset: _readings(asset, channels) for asset, channels in rows}


async def _changed(unit: ReadUnit, revision: int, newest_revision: int) -> set[str] | None:
    """The assets whose states changed after a revision; None where not all changes are kept, or it never was."""
    if not 0 < revision < newest_revision or newest_revision - revision > KEPT:
        return None
    rows = await unit.rows(named("state/list_changes"), {"after": revision})
    found = {number for number, _ in rows}
    if not found.issuperset(range(revision + 1, newest_revision + 1)):
        return None
    return {asset for _, assets in rows for asset in assets}
