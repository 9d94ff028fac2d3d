"""One transaction that takes alarms from state to state: alone for its tenant, with a number for each transition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Executable, Table

from graph.alarms import statements
from graph.alarms.lifecycle import Step, followed, is_alarming, raised, unshelved
from graph.alarms.model import ITSELF, Action, Alarm, Change, Flood, Seen, Sighting, Transition
from graph.alarms.tables import ALARMS, FLOODS, TENANTS, TRANSITIONS
from graph.identity import Tenant
from graph.sql import insert_of

T = TypeVar("T")

AT_ONCE: Final = 1_000
"""Names in one statement."""


@dataclass(slots=True, kw_only=True)
class Writing:
    """What is written of one tenant at a moment. `begin` it, `note` steps, `end` it."""

    connection: Connection
    tenant: Tenant
    now: int
    number: int
    holder: str
    until: int
    _changes: list[Change] = field(default_factory=list[Change])
    _alarms: dict[str, Alarm] = field(default_factory=dict[str, Alarm])

    @classmethod
    def begin(cls, connection: Connection, tenant: Tenant, now: int) -> Writing:
        """Wait until nobody else writes alarms of the tenant, and take down those whose time on the shelf is over."""
        fresh = {"tenant": tenant, "number": 0, "holder": "", "until": 0}
        connection.execute(insert_of(connection)(TENANTS).on_conflict_do_nothing(), fresh)
        row = connection.execute(statements.tenant_row(tenant)).one()
        begun = cls(
            connection=connection, tenant=tenant, now=now, number=row.number, holder=row.holder, until=row.until
        )
        for each in begun.alarms(statements.due(tenant, now)):
            begun.note(unshelved(each, now), by=ITSELF)
        return begun

    def holds(self, holder: str) -> bool:
        """Whether a process is the one that raises this tenant's alarms now."""
        return self.holder == holder and self.until > self.now

    def alarms(self, statement: Executable) -> list[Alarm]:
        """Return alarms as they are, with what was noted of them."""
        found = map(statements.alarm_of, self.connection.execute(statement))
        return [self._alarms.get(each.id, each) for each in found]

    def note(self, step: Step | None, *, by: str, comment: str = "") -> None:
        """Take note of a step; None: nothing happened."""
        if step is None:
            return
        alarm, action = step
        self.number += 1
        self._alarms[alarm.id] = alarm
        transition = Transition(
            number=self.number,
            alarm=alarm.id,
            action=action,
            state=alarm.state,
            level=alarm.level,
            time=self.now,
            by=by,
            comment=comment,
        )
        self._changes.append(Change(alarm=alarm, transition=transition))

    def follow(self, sightings: Sequence[Sighting]) -> None:
        """Take note of what comes of what is seen: each asset once."""
        for some in pieces(sightings):
            known: dict[str, dict[str, Alarm]] = {each.asset: {} for each in some}
            for alarm in self.alarms(statements.open_at(self.tenant, list(known))):
                known[alarm.asset][alarm.channel] = alarm
            new: dict[str, tuple[Alarm, Seen]] = {}
            for sighting in some:
                there = known[sighting.asset]
                for channel, alarm in there.items():
                    self.note(followed(alarm, sighting.points.get(channel), self.now), by=ITSELF)
                for channel, seen in sighting.points.items():
                    if is_alarming(seen.level) and channel not in there:
                        alarm = raised(self.tenant, sighting, channel, self.now)
                        new[alarm.id] = alarm, seen
            self._raise(new)

    def count(self, flood: Flood, alarms: Sequence[str]) -> None:
        """Write a flood, in place of what was known of it, and count alarms to it."""
        put(self.connection, FLOODS, [statements.flood_row(self.tenant, flood)])
        for some in pieces(alarms):
            self.connection.execute(statements.in_flood(self.tenant, flood.id, some))

    def end(self) -> list[Change]:
        """Write it, and return what happened, each with the alarm as it is at the end."""
        if not self._changes:
            return []
        put(self.connection, ALARMS, [statements.row_of(self.tenant, each) for each in self._alarms.values()])
        steps = [statements.transition_row(self.tenant, each.transition) for each in self._changes]
        self.connection.execute(TRANSITIONS.insert(), steps)
        self.connection.execute(statements.tenant_changed(self.tenant, number=self.number))
        return [Change(alarm=self._alarms[each.alarm.id], transition=each.transition) for each in self._changes]

    def _raise(self, new: dict[str, tuple[Alarm, Seen]]) -> None:
        """Raise what isn't open: by a reading that raised it before, the same alarm is raised again."""
        for some in pieces(list(new)):
            there = {each.id: each for each in self.alarms(statements.named(self.tenant, some))}
            for name in some:
                alarm, seen = new[name]
                step = followed(there[name], seen, self.now) if name in there else (alarm, Action.RAISED)
                self.note(step, by=ITSELF)


def put(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows, in place of those with the same key."""
    insert = insert_of(connection)(table)
    key = [column.name for column in table.primary_key]
    values = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in key}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=values), [*rows])


def pieces(items: Sequence[T]) -> Iterator[list[T]]:
    """Return items in pieces that one statement can name."""
    waiting = iter(items)
    while piece := list(islice(waiting, AT_ONCE)):
        yield piece
