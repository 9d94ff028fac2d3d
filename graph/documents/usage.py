"""What is used: counted in memory, written down together after a while.

One count for each day, tenant, consumer (the name of its token) and operation; with it go the fields that the operation
asks for and the names of the ontology that it passes as texts, so that a migration knows who would miss one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

from graph.access import Principal
from graph.clock import Clock
from graph.database import Database, WriteUnit
from queries import named

KEPT_DAYS: Final = 90
DISTINCT: Final = 5_000
"""Operations and consumers that are told apart on a day by this process, and in what waits to be written.

Their names are the callers'; what comes beyond is counted together as `OTHERS`.
"""

LONGEST: Final = 200
"""Characters that are kept of an operation's name."""

NAMES: Final = 100
"""Names that are kept of one operation and consumer on a day; who has so many may have passed more."""

OTHERS: Final = "(others)"
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Used:
    """An operation of a document: `document` is the SHA-256 of its text, `fields` are like `Pump.ratedFlow`, sorted."""

    document: str
    operation: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How often a consumer used an operation on a day, and which names of the ontology it passed."""

    day: date
    tenant: str
    consumer: str
    document: str
    operation: str
    count: int
    fields: tuple[str, ...]
    names: tuple[str, ...] = ()


_Key: TypeAlias = tuple[str, str, str, str, str]


class UsageLog:
    """Counts uses, and writes them down. Uses of the last moments are lost where a process is killed."""

    def __init__(self, database: Database, clock: Clock, *, kept_days: int = KEPT_DAYS) -> None:
        self._database = database
        self._clock = clock
        self._kept_days = kept_days
        self._counts: dict[_Key, list[int]] = {}
        self._fields: dict[_Key, tuple[str, ...]] = {}
        self._names: dict[_Key, set[str]] = {}
        self._told_apart: tuple[str, set[_Key]] = ("", set())
        self._cleared: date | None = None

    def note(self, principal: Principal, used: Used, names: Iterable[str] = ()) -> None:
        """Count a use that passes `names`, which are the ontology's. Costs a look into a dictionary, and one each."""
        day = self._clock.now().date().isoformat()
        key = (day, principal.tenant, principal.name, used.document, used.operation[:LONGEST])
        count = self._counts.get(key)
        if count is None:
            self._add(key if self._is_told_apart(key) else _other(key), 1, used.fields, names)
        else:
            count[0] += 1
            self._pass(key, names)

    def _is_told_apart(self, key: _Key) -> bool:
        """Whether a key is among the first of its day."""
        if self._told_apart[0] != key[0]:
            self._told_apart = (key[0], set())
        known = self._told_apart[1]
        if key not in known and len(known) < DISTINCT:
            known.add(key)
        return key in known

    def _pass(self, key: _Key, names: Iterable[str]) -> None:
        known = self._names.get(key)
        for name in names:
            if known is None:
                known = self._names[key] = set()
            if len(known) < NAMES:
                known.add(name)

    def _add(self, key: _Key, count: int, fields: tuple[str, ...], names: Iterable[str]) -> None:
        if key not in self._counts and len(self._counts) >= DISTINCT:
            key = _other(key)
        self._counts.setdefault(key, [0])[0] += count
        known = self._fields.get(key, fields)
        self._fields[key] = known if known == fields else tuple(sorted({*known, *fields}))
        self._pass(key, names)

    async def write(self) -> None:
        """Write down what was counted since the last time, and forget what is older than is kept.

        What can't be written is counted on, and written next time.
        """
        counts, fields, names = self._counts, self._fields, self._names
        self._counts, self._fields, self._names = {}, {}, {}
        uses = [_row(key, count[0], fields[key], names.get(key, ())) for key, count in counts.items()]
        today = self._clock.now().date()

        async def work(unit: WriteUnit) -> None:
            for start in range(0, len(uses), _AT_ONCE):
                part = uses[start : start + _AT_ONCE]
                await unit.write(named("documents/record_usage"), {"uses": part, "most": NAMES})
            if self._cleared != today:
                before = (today - timedelta(days=self._kept_days)).isoformat()
                await unit.write(named("documents/delete_usage"), {"before": before})

        if not uses and self._cleared == today:
            return
        try:
            await self._database.write(None, work)
        except BaseException:
            for key, count in counts.items():
                self._add(key, count[0], fields[key], names.get(key, ()))
            raise
        self._cleared = today

    async def since(self, day: date) -> Sequence[Usage]:
        """Return the uses since a day, as they were written down last."""
        rows = await self._database.rows(None, named("documents/list_usage"), {"since": day.isoformat()})
        return [
            Usage(
                day=date.fromisoformat(day),
                tenant=tenant,
                consumer=consumer,
                document=document,
                operation=operation,
                count=count,
                fields=tuple(fields),
                names=tuple(names),
            )
            for day, tenant, consumer, document, operation, count, fields, names in rows
        ]


def _other(key: _Key) -> _Key:
    """What a use counts as that is not told apart: a consumer may be a name of the caller's as well."""
    return (key[0], key[1], OTHERS, OTHERS, OTHERS)


def _row(key: _Key, count: int, fields: tuple[str, ...], names: Iterable[str]) -> dict[str, object]:
    day, tenant, consumer, document, operation = key
    return {
        "day": day,
        "owner": tenant,
        "consumer": consumer,
        "document": document,
        "operation": operation,
        "count": count,
        "fields": list(fields),
        "names": sorted(names),
    }
