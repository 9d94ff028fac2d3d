"""The store of alarms in a database that SQLAlchemy speaks to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar, cast

from sqlalchemy import Connection

from graph.alarms import lifecycle, statements
from graph.alarms.errors import UnknownAlarm
from graph.alarms.model import (
    Alarm,
    AlarmFilter,
    AlarmPage,
    Change,
    Flood,
    OpenPoints,
    Sighting,
    Transition,
)
from graph.alarms.tables import TENANTS
from graph.alarms.writing import Writing, pieces
from graph.clock import Clock, epoch_micros
from graph.identity import Tenant
from graph.impact import Level
from graph.reading.cursors import question, read_cursor
from graph.reading.limits import within_limit
from graph.sql import Transactions

T = TypeVar("T")

_DAY: Final = 86_400 * 1_000_000
_HOUR: Final = 3_600 * 1_000_000
MOST_AT_ONCE: Final = 1_000
"""Alarms of a page, and ids named at once."""


class SqlAlarms:
    """Alarms in a database. Closed ones are kept for `days`, and of each the newest `steps` transitions."""

    def __init__(self, database: Transactions, clock: Clock, *, days: int, steps: int) -> None:
        self._database = database
        self._clock = clock
        self._days = days
        self._steps = steps
        self._cut: dict[Tenant, int] = {}

    async def tenants(self) -> Sequence[Tenant]:
        """Return the tenants there are; see `Alarms`."""
        rows = await self._database.run(lambda connection: connection.execute(TENANTS.select()).all())
        return [Tenant(row.tenant) for row in rows]

    async def hold(self, tenant: Tenant, holder: str, *, seconds: float) -> bool:
        """Be the one who raises the tenant's alarms; see `Alarms`."""

        def work(writing: Writing) -> bool:
            if writing.holder not in ("", holder) and writing.until > writing.now:
                return False
            until = writing.now + round(seconds * 1e6)
            writing.connection.execute(statements.tenant_changed(tenant, holder=holder, until=until))
            return True

        return (await self._written(tenant, work))[0]

    async def release(self, holder: str) -> None:
        """Leave all that a process holds to others; see `Alarms`."""
        left = TENANTS.update().where(TENANTS.c.holder == holder).values(holder="", until=0)
        await self._database.run(lambda connection: connection.execute(left))

    async def open_points(self, tenant: Tenant, *, since: int = 0) -> OpenPoints:
        """Return what is active, the flood that goes on, and what it may not have counted; see `Alarms`."""

        def work(connection: Connection) -> OpenPoints:
            flood = connection.execute(statements.flood_under_way(tenant)).first()
            rows = connection.execute(statements.active(tenant)).all()
            recent = connection.execute(statements.uncounted(tenant, since)).all()
            return OpenPoints(
                active={(row.asset, row.channel): Level(row.level) for row in rows},
                flood=None if flood is None else statements.flood_of(flood),
                recent=tuple((row.time, row.id) for row in recent),
            )

        return await self._database.run(work)

    async def settle(self, tenant: Tenant, holder: str, sightings: Sequence[Sighting]) -> list[Change] | None:
        """Raise and return what follows from what is seen; see `Alarms`."""

        def work(writing: Writing) -> bool:
            held = writing.holds(holder)
            if held:
                writing.follow(sightings)
                self._forget(writing)
            return held

        held, changes = await self._written(tenant, work)
        return changes if held else None

    async def page(self, tenant: Tenant, wanted: AlarmFilter, *, first: int, after: str | None = None) -> AlarmPage:
        """Return a page of alarms, those raised last first; see `Alarms`."""
        within_limit(first, MOST_AT_ONCE, place="first", what="The number of alarms")
        asked = question("alarms", tenant, wanted)
        key = None if after is None else _key_of(after, asked)
        chosen = statements.meant(tenant, wanted)

        def work(connection: Connection) -> AlarmPage:
            rows = connection.execute(statements.newest(chosen, first=first + 1, after=key)).all()
            total = cast("int", connection.execute(statements.number_of(chosen)).scalar())
            alarms = tuple(map(statements.alarm_of, rows[:first]))
            return AlarmPage(asked=asked, alarms=alarms, more=len(rows) > first, total=total)

        return await self._read(tenant, work)

    async def assets(self, tenant: Tenant, wanted: AlarmFilter) -> list[str]:
        """Return the ids of the assets of all alarms that fit; see `Alarms`."""
        statement = statements.assets_of(statements.meant(tenant, wanted))
        return await self._read(tenant, lambda connection: [row[0] for row in connection.execute(statement)])

    async def get(self, tenant: Tenant, ids: Sequence[str]) -> tuple[Alarm, ...]:
        """Return alarms in the order of their ids; see `Alarms`."""
        _check_number(ids)
        statement = statements.named(tenant, ids)
        found = await self._read(
            tenant, lambda connection: [statements.alarm_of(row) for row in connection.execute(statement)]
        )
        return _in_order(found, ids)

    async def acknowledge(self, tenant: Tenant, ids: Sequence[str], *, by: str, comment: str) -> list[Change]:
        """Somebody has seen these alarms; see `Alarms`."""
        _check_number(ids)

        def work(writing: Writing) -> None:
            for each in _in_order(writing.alarms(statements.named(tenant, ids)), list(dict.fromkeys(ids))):
                writing.note(lifecycle.acknowledged(each, writing.now), by=by, comment=comment)

        return (await self._written(tenant, work))[1]

    async def shelve(self, tenant: Tenant, alarm: str, *, until: int, by: str, reason: str) -> list[Change]:
        """Put an alarm out of sight; see `Alarms`."""

        def work(writing: Writing) -> None:
            (found,) = _in_order(writing.alarms(statements.named(tenant, [alarm])), [alarm])
            writing.note(lifecycle.shelved(found, until, writing.now), by=by, comment=reason)

        return (await self._written(tenant, work))[1]

    async def unshelve(self, tenant: Tenant, alarm: str, *, by: str, comment: str) -> list[Change]:
        """Bring an alarm back; see `Alarms`."""

        def work(writing: Writing) -> None:
            (found,) = _in_order(writing.alarms(statements.named(tenant, [alarm])), [alarm])
            writing.note(lifecycle.unshelved(found, writing.now), by=by, comment=comment)

        return (await self._written(tenant, work))[1]

    async def transitions(self, tenant: Tenant, alarms: Sequence[str]) -> Mapping[str, tuple[Transition, ...]]:
        """Return the newest steps of alarms, oldest first, by alarm; see `Alarms`."""
        _check_number(alarms)
        statement = statements.transitions_of(tenant, alarms, self._steps)
        rows = await self._database.run(lambda connection: connection.execute(statement).all())
        found: dict[str, list[Transition]] = {each: [] for each in alarms}
        for step in map(statements.transition_of, rows):
            found[step.alarm].append(step)
        return {alarm: tuple(steps) for alarm, steps in found.items()}

    async def newest(self, tenant: Tenant) -> int:
        """Return the number of the tenant's last transition; see `Alarms`."""
        statement = TENANTS.select().where(TENANTS.c.tenant == tenant)
        row = await self._database.run(lambda connection: connection.execute(statement).first())
        return 0 if row is None else row.number

    async def after(self, tenant: Tenant, number: int, *, most: int) -> list[Change]:
        """Return what followed a transition, oldest first; see `Alarms`."""

        def work(connection: Connection) -> list[Change]:
            rows = connection.execute(statements.transitions_after(tenant, number, most)).all()
            steps = list(map(statements.transition_of, rows))
            alarms: dict[str, Alarm] = {}
            for some in pieces(list({each.alarm for each in steps})):
                found = map(statements.alarm_of, connection.execute(statements.named(tenant, some)))
                alarms |= {each.id: each for each in found}
            return [Change(alarm=alarms[each.alarm], transition=each) for each in steps if each.alarm in alarms]

        return await self._database.run(work)

    async def floods(self, tenant: Tenant, ids: Sequence[str]) -> Mapping[str, Flood]:
        """Return floods by their ids; see `Alarms`."""
        _check_number(ids)
        statement = statements.floods(tenant, ids)
        rows = await self._database.run(lambda connection: connection.execute(statement).all())
        return {row.id: statements.flood_of(row) for row in rows}

    async def of_flood(self, tenant: Tenant, flood: str, *, most: int) -> list[Alarm]:
        """Return the first alarms of a flood; see `Alarms`."""
        statement = statements.of_flood(tenant, flood, most)
        rows = await self._database.run(lambda connection: connection.execute(statement).all())
        return [*map(statements.alarm_of, rows)]

    async def put_flood(self, tenant: Tenant, holder: str, flood: Flood, alarms: Sequence[str] = ()) -> bool:
        """Keep what is known of a flood, and count alarms to it; see `Alarms`."""

        def work(writing: Writing) -> bool:
            held = writing.holds(holder)
            if held:
                writing.count(flood, alarms)
            return held

        return (await self._written(tenant, work))[0]

    async def close(self) -> None:
        """Finish what was taken, and let go of files and connections."""
        await self._database.close()

    async def _written(self, tenant: Tenant, work: Callable[[Writing], T]) -> tuple[T, list[Change]]:
        """Do something in the tenant's turn; what it returns, and all that happened."""
        now = epoch_micros(self._clock.now())

        def written(connection: Connection) -> tuple[T, list[Change]]:
            writing = Writing.begin(connection, tenant, now)
            done = work(writing)
            return done, writing.end()

        return await self._database.run(written)

    async def _read(self, tenant: Tenant, work: Callable[[Connection], T]) -> T:
        """Read after what is due has come off the shelf: nobody need look after a tenant for that."""
        now = epoch_micros(self._clock.now())

        def read(connection: Connection) -> T:
            if connection.execute(statements.due(tenant, now).limit(1)).first() is not None:
                Writing.begin(connection, tenant, now).end()
            return work(connection)

        return await self._database.run(read)

    def _forget(self, writing: Writing) -> None:
        if self._cut.get(writing.tenant, 0) > writing.now:
            return
        self._cut[writing.tenant] = writing.now + _HOUR
        for each in statements.forgotten(writing.tenant, writing.now - self._days * _DAY, self._steps):
            writing.connection.execute(each)


def _in_order(found: Sequence[Alarm], ids: Sequence[str]) -> tuple[Alarm, ...]:
    known = {each.id: each for each in found}
    for unknown in (each for each in ids if each not in known):
        raise UnknownAlarm(
            "There is no such alarm",
            actual=repr(unknown[:80]),
            hint="`twin alarms list` shows the ids of those that are open; old ones are forgotten",
        )
    return tuple(known[each] for each in ids)


def _check_number(ids: Sequence[str]) -> None:
    within_limit(len(ids), MOST_AT_ONCE, place="ids", what="The number of alarms")


def _key_of(after: str, asked: str) -> tuple[int, str]:
    cursor = read_cursor(after, (int, str))
    cursor.demand(asked)
    return cast("tuple[int, str]", cursor.keys)
