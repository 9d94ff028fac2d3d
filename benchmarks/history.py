"""History: appending points, and a day of one channel in windows of five minutes among ten million points.

`python -m benchmarks.history [--points N] [--channels N] [--url URL]`. Beside it the same rows by bare executemany into
the same table of an SQLite file, nothing checked. `--url` takes a PostgreSQL instead, which has to be empty.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from graph.clock import SystemClock
from graph.history import Aggregate, History, Point, open_history
from graph.history.rows import row_of
from graph.history.tables import POINTS
from graph.identity import Tenant

TENANT: Final = Tenant("bench")
BEGIN: Final = 2_900 * 7 * 86_400 * 1_000_000  # a Thursday in 2025: the day lies in one partition
EVERY: Final = 10_000_000
BATCH: Final = 10_000
MINUTE: Final = 60 * 1_000_000
BARE_POINTS: Final = 500_000
SINGLES, CLIENTS = 4_000, 64
ROUNDS: Final = 20


def point(number: int, channels: int) -> Point:
    """Point `number`, as they come in: all channels in turn, every ten seconds."""
    return Point(
        asset=f"asset-{number % channels:06d}",
        channel="temperature",
        time=BEGIN + number // channels * EVERY,
        epoch=0,
        sequence=number,
        event=f"{number:016x}",
        source="benchmark",
        value=20.0 + number * 7 % 100 / 10,
        quality="GOOD",
    )


async def fill(history: History, points: int, channels: int) -> float:
    """Append all points, two batches at a time; points a second."""
    taken = 0.0
    for start in range(0, points, 2 * BATCH):
        numbers = range(start, min(points, start + 2 * BATCH))
        made = [point(number, channels) for number in numbers]
        begun = time.perf_counter()
        await asyncio.gather(history.append(TENANT, made[:BATCH]), history.append(TENANT, made[BATCH:]))
        taken += time.perf_counter() - begun
    return points / taken


def fill_bare(folder: Path, points: int, channels: int) -> float:
    """The same rows into the same table by the bare driver; points a second."""
    table = str(CreateTable(POINTS).compile(dialect=sqlite.dialect()))
    columns = [column.name for column in POINTS.columns]
    statement = f"INSERT OR IGNORE INTO {POINTS.name} VALUES ({', '.join('?' * len(columns))})"
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", table):
        connection.execute(line).close()
    taken = 0.0
    for start in range(0, points, 2 * BATCH):
        rows = [
            row_of(point(number, channels), number % channels, 1)
            for number in range(start, min(points, start + 2 * BATCH))
        ]
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, rows)
        connection.execute("COMMIT")
        taken += time.perf_counter() - begun
    connection.close()
    return points / taken


async def singly(history: History, after: int) -> float:
    """Appends of one point each from many callers at once; appends a second."""
    made = [point(after + number, 100) for number in range(SINGLES)]

    async def client(mine: Sequence[Point]) -> None:
        for each in mine:
            await history.append(TENANT, [each])

    begun = time.perf_counter()
    await asyncio.gather(*(client(made[number::CLIENTS]) for number in range(CLIENTS)))
    return SINGLES / (time.perf_counter() - begun)


async def day(history: History, channels: int, aggregates: frozenset[Aggregate]) -> tuple[float, int]:
    """A day of one channel in windows of five minutes: median milliseconds over channels, and windows."""
    taken: list[float] = []
    found = 0
    for number in range(ROUNDS):
        begun = time.perf_counter()
        windows = await history.windows(
            TENANT,
            f"asset-{number * 37 % channels:06d}",
            "temperature",
            since=BEGIN,
            until=BEGIN + 1440 * MINUTE,
            window=5 * MINUTE,
            aggregates=aggregates,
        )
        taken.append((time.perf_counter() - begun) * 1000)
        found = len(windows)
    return median(taken), found


async def measure(url: str | None, points: int, channels: int) -> None:
    """Fill, and ask."""
    with tempfile.TemporaryDirectory() as folder:
        history = open_history(url, folder=Path(folder) / "history", clock=SystemClock(), days=None)
        bare = fill_bare(Path(folder), min(points, BARE_POINTS), channels)
        rate = await fill(history, points, channels)
        print(f"append {points:,} points of {channels:,} channels: {rate:,.0f}/s; bare: {bare:,.0f}/s")
        print(f"append one point each, {CLIENTS} at a time: {await singly(history, points):,.0f}/s")
        size = sum(file.stat().st_size for file in (Path(folder) / "history").glob("*"))
        if size:
            print(f"{size / points:,.0f} bytes a point")
        usual = frozenset({Aggregate.MIN, Aggregate.MAX, Aggregate.MEAN, Aggregate.LAST})
        for name, aggregates in (("min, max, mean, last", usual), ("all aggregates", frozenset(Aggregate))):
            taken, found = await day(history, channels, aggregates)
            print(f"a day of one channel in {found} windows ({name}): {taken:.1f} ms (goal 50)")
        begun = time.perf_counter()
        page = await history.points(TENANT, "asset-000001", "temperature", since=0, until=2 * BEGIN, first=1_000)
        print(f"a page of {len(page.points):,} points: {(time.perf_counter() - begun) * 1000:.1f} ms")
        await history.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure history."""
    parser = argparse.ArgumentParser(prog="benchmarks.history")
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--channels", type=int, default=1_000)
    parser.add_argument("--url", default=None, help="a PostgreSQL without a history")
    chosen = parser.parse_args(arguments)
    asyncio.run(measure(chosen.url, chosen.points, chosen.channels))


if __name__ == "__main__":
    main()
