"""Several runners, one that slept through its lease, and clocks that jump: one wins, and the others write nothing."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime, timedelta

import pytest

from graph.database import Database, connect
from migrations import LeaseTiming, Project, apply, records, resume, status
from migrations.errors import LeaseLost
from migrations.lease import leased
from migrations.progress import Step
from tests.migrations.running import QUICK, ask, stop_at
from tests.migrations.test_succession import edited, finish, held, pump, run, write
from tests.migrations.test_undoing import schema
from tests.servers import Server

pytestmark = pytest.mark.neo4j
__all__ = ["held"]

STAGE = "      stage: { datatype: int, required: true, default: 1, indexed: true }\n"
PUMP = "      ratedFlow: { id: type:Pump/ratedFlow,"
CALM = LeaseTiming(lasts=60.0, renewed_every=1.0, wait=60.0, poll=0.02)
WHOLE = "MATCH (n) WHERE NOT n:_Lease RETURN labels(n), properties(n) ORDER BY elementId(n)"
LOGGED = "MATCH (c:_Change) WHERE c.operation STARTS WITH 'migrate' RETURN count(c), sum(c.entryCount)"


async def many(database: Database) -> None:
    """Assets on two pages."""
    await write(database, *(pump(number, ratedFlow=float(number)) for number in range(3, 1500)))


async def whole(database: Database) -> list[list[object]]:
    """Everything there is, but for the lease."""
    return [*await ask(database, WHOLE), *await schema(database)]


async def test_of_two_runs_over_data_one_writes(project: Project, held: Database, own_server: Server) -> None:
    await many(held)
    later = edited(project, PUMP, f"{STAGE}{PUMP}")
    other = connect(own_server.uri, user=own_server.user, password=own_server.password)
    try:
        both = [
            apply(later, database, owner=owner, actor=owner, timing=CALM)
            for owner, database in (("one", held), ("two", other))
        ]
        done = await asyncio.gather(*both)
    finally:
        await other.close()

    assert sorted(each.objects for each in done) == [0, 1500]
    assert await ask(held, LOGGED) == [[2, 1500]]
    assert (await records(held))[0].changed == 1500


@pytest.mark.long
@pytest.mark.parametrize(
    ("verb", "step", "done"),
    [
        ("apply", Step.PAGE, 1000),
        ("apply", Step.BEGUN, 0),
        ("apply", Step.COMMAND, 1),
        ("apply", Step.ONLINE, 0),
        ("apply", Step.EXPANDED, 0),
        ("complete", Step.LEASED, 0),
        ("rollback", Step.PAGE, 1000),
    ],
)
async def test_a_runner_that_slept_writes_nothing(
    project: Project, held: Database, own_server: Server, verb: str, step: Step, done: int
) -> None:
    """It stands still until its lease has gone to another, who does all of it; then it wakes."""
    await many(held)
    later = edited(project, PUMP, f"{STAGE}{PUMP}")
    if verb != "apply":
        await run(later, held)
    with await asyncio.to_thread(stop_at, later, own_server, verb, step, done) as sleeper:
        if verb == "rollback":
            await resume(later, held, owner="awake", actor="tester", timing=QUICK)
            assert (await status(later, held)).applied == ("0001_start",)
        else:
            await run(later, held)
            assert (await finish(later, held)).hash == later.desired.hash
        before = await whole(held)

        sleeper.send_signal(signal.SIGCONT)
        _, said = await asyncio.to_thread(sleeper.communicate)

    lost = step is not Step.LEASED  # else it only looks what there is to be done, and that is nothing by then
    assert ("LeaseLost" in said, sleeper.returncode) == (lost, int(lost))
    assert await whole(held) == before


class Jumping:
    """A clock that somebody puts back and ahead all the time."""

    def __init__(self) -> None:
        self._asked = 0

    def now(self) -> datetime:
        self._asked += 1
        away = timedelta(days=400 if self._asked % 2 else -400)
        return datetime(2026, 1, 1, tzinfo=UTC) + away


async def test_a_runners_clock_decides_nothing(project: Project, held: Database, own_server: Server) -> None:
    await many(held)
    later = edited(project, PUMP, f"{STAGE}{PUMP}")
    other = connect(own_server.uri, user=own_server.user, password=own_server.password)
    try:
        both = [
            apply(later, database, owner=owner, actor=owner, timing=CALM, clock=Jumping())
            for owner, database in (("one", held), ("two", other))
        ]
        done = await asyncio.gather(*both)
    finally:
        await other.close()

    assert sorted(each.objects for each in done) == [0, 1500]
    (record, _) = await records(held)
    assert record.duration_ms is not None
    assert record.duration_ms >= 0
    assert (await finish(later, held)).hash == later.desired.hash


def unheard(_holder: str) -> None:
    """Nobody waits here."""


async def test_a_servers_clock_that_is_put_back_keeps_nobody_out(project: Project, held: Database) -> None:
    """A dead runner's lease seems to last for another hour then; it lasts no longer than any other."""
    dead = "MATCH (l:_Lease) SET l.owner = 'dead', l.expires = timestamp() + 3600000, l.lasts = 500"
    await held.execute_schema((dead,))
    later = edited(project, PUMP, f"{STAGE}{PUMP}")

    done = await apply(later, held, owner="me", actor="me", timing=LeaseTiming(lasts=1.0, wait=20.0, poll=0.05))

    assert done.migrations == ("0002_change",)


async def test_a_servers_clock_that_is_put_ahead_lets_another_in_and_the_first_writes_nothing(held: Database) -> None:
    async with leased(held, owner="first", timing=CALM, waiting=unheard) as first:
        await held.execute_schema(("MATCH (l:_Lease) SET l.expires = timestamp() - 1",))
        async with leased(held, owner="second", timing=CALM, waiting=unheard) as second:
            with pytest.raises(LeaseLost):
                await held.write(None, first.hold)
            await held.write(None, second.hold)
