"""The store of dead letters: statements in a thread of its own, one transaction each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy import Connection

from graph.clock import Clock, epoch_micros
from graph.deadletters import statements
from graph.deadletters.errors import UnknownDeadLetter
from graph.deadletters.model import DeadLetter, DeadLetterPage, Parked, asked
from graph.identity import Tenant
from graph.reading.cursors import read_cursor
from graph.reading.limits import within_limit
from graph.sql import Transactions

_DAY: Final = 86_400 * 1_000_000
MOST_AT_ONCE: Final = 1_000
"""Letters of a page, and ids named at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What is kept for each tenant: its newest `most` letters, none older than `days`."""

    most: int = 10_000
    days: int = 30


class SqlDeadLetters:
    """Dead letters in a database that SQLAlchemy speaks to."""

    def __init__(self, database: Transactions, clock: Clock, *, keeping: Keeping) -> None:
        self._database = database
        self._clock = clock
        self._keeping = keeping

    async def park(self, tenant: Tenant, letters: Sequence[DeadLetter]) -> None:
        """Keep letters for good before returning; see `DeadLetters`."""
        if not letters:
            return
        since = epoch_micros(self._clock.now()) - self._keeping.days * _DAY

        def work(connection: Connection) -> None:
            statements.put(connection, tenant, letters)
            for each in statements.cut(tenant, most=self._keeping.most, since=since):
                connection.execute(each)

        await self._database.run(work)

    async def page(
        self, tenant: Tenant, *, first: int, after: str | None = None, code: str | None = None, replayed: bool = False
    ) -> DeadLetterPage:
        """Return a page of letters, newest first; see `DeadLetters`."""
        within_limit(first, MOST_AT_ONCE, place="first", what="The number of dead letters")
        question = asked(tenant, code, replayed=replayed)
        key = None if after is None else _key_of(after, question)
        chosen = statements.waiting(tenant, code, replayed=replayed)

        def work(connection: Connection) -> DeadLetterPage:
            rows = connection.execute(statements.newest(chosen, first=first + 1, after=key)).all()
            total = cast("int", connection.execute(statements.number_of(chosen)).scalar())
            letters = tuple(map(statements.parked_of, rows[:first]))
            return DeadLetterPage(asked=question, letters=letters, more=len(rows) > first, total=total)

        return await self._database.run(work)

    async def counts(self, tenant: Tenant) -> Mapping[str, int]:
        """Return how many wait, by reason; see `DeadLetters`."""
        rows = await self._database.run(lambda connection: connection.execute(statements.numbers_by_code(tenant)).all())
        return {row[0]: row[1] for row in rows}

    async def get(self, tenant: Tenant, ids: Sequence[str]) -> tuple[Parked, ...]:
        """Return letters in the order of their ids; see `DeadLetters`."""
        _check_number(ids)
        rows = await self._database.run(lambda connection: connection.execute(statements.named(tenant, ids)).all())
        found = {row.id: statements.parked_of(row) for row in rows}
        for unknown in (each for each in ids if each not in found):
            raise UnknownDeadLetter(
                "There is no such dead letter",
                actual=repr(unknown[:80]),
                hint="`twin dlq list` shows the ids of those that wait; old ones are forgotten",
            )
        return tuple(found[each] for each in ids)

    async def drop(self, tenant: Tenant, ids: Sequence[str]) -> int:
        """Forget letters; see `DeadLetters`."""
        _check_number(ids)
        return await self._database.run(lambda connection: connection.execute(statements.dropped(tenant, ids)).rowcount)

    async def mark_replayed(self, tenant: Tenant, ids: Sequence[str]) -> int:
        """Note that letters were sent again and taken; see `DeadLetters`."""
        _check_number(ids)
        now = epoch_micros(self._clock.now())
        return await self._database.run(
            lambda connection: connection.execute(statements.marked(tenant, ids, now)).rowcount
        )

    async def close(self) -> None:
        """Finish what was taken, and let go of files and connections."""
        await self._database.close()


def _check_number(ids: Sequence[str]) -> None:
    within_limit(len(ids), MOST_AT_ONCE, place="ids", what="The number of dead letters")


def _key_of(after: str, question: str) -> tuple[int, str]:
    cursor = read_cursor(after, (int, str))
    cursor.demand(question)
    return cast("tuple[int, str]", cursor.keys)
