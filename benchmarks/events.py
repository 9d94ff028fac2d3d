"""Events until they are durable, beside the bare batched update in the same run; health after one event.

Load, service and Neo4j (and a broker, with `--transport mqtt` or `kafka`) share the machine, as a site's would.
`python -m benchmarks.events [--assets N] [--seconds N] [--transport T [--single]]`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson

from benchmarks.event_brokers import Route, measured, route
from benchmarks.servers import migrated_server
from graph.access import operator
from graph.clock import SystemClock
from graph.database import Database, WriteUnit, connect
from graph.database.local.endpoint import Endpoint
from graph.health import HealthService
from graph.identity import Tenant, parse_tenant
from graph.snapshot import SnapshotService
from graph.state import Event, Listeners, StateService, StateStore, Value
from migrations import Project
from queries.catalogue import Mode, Query

BATCH = 500
CONNECTIONS = 4
SERVE = "from app.serve import serve; from app.settings import load_settings; serve(load_settings())"
TENANT = parse_tenant("bench")
GOAL_RATE, GOAL_SINGLE, GOAL_SHARE, GOAL_HEALTH = 5_000, 2_500, 0.35, 0.1


def bare(name: str, text: str) -> Query:
    """A statement of the benchmark's own."""
    parameters = {"tenant": "STRING", "rows": "LIST<MAP>"}
    return Query(name=name, purpose="", mode=Mode.WRITE, parameters=parameters, columns=(), plan=(), text=text)


PLANT = bare(
    "bench/plant",
    "UNWIND $rows AS row CREATE (a:Asset:Space:Room {_tenant: $tenant, _id: row.id, name: row.id, _rev: 1}) "
    "CREATE (:_Bare {_tenant: $tenant, _id: row.id})",
)
COUNTER = bare("bench/counter", "UNWIND $rows AS row MERGE (t:_Tenant {_tenant: $tenant}) SET t += row")
UPDATE = bare(
    "bench/update",
    "UNWIND $rows AS row MATCH (s:_Bare {_tenant: $tenant, _id: row.id}) "
    "SET s.temperature = row.value, s.temperature_time = row.time, s.temperature_key = row.key",
)


async def planted(database: Database, ids: Sequence[str], tenant: Tenant) -> None:
    """Make the assets, and a bare node for each."""
    ontology = Project.bundled().desired
    await database.execute_schema(
        ("CREATE CONSTRAINT bench IF NOT EXISTS FOR (n:_Bare) REQUIRE (n._tenant, n._id) IS UNIQUE",)
    )
    await written(database, tenant, COUNTER, [{"revision": 1, "ontology": ontology.hash}])
    for some in _batched(ids, 5_000):
        await written(database, tenant, PLANT, [{"id": each} for each in some])


def _batched(ids: Sequence[str], size: int) -> list[Sequence[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


async def written(database: Database, tenant: Tenant, query: Query, rows: Sequence[object]) -> None:
    """Run a writing statement."""

    async def work(unit: WriteUnit) -> None:
        await unit.write(query, {"rows": list(rows)})

    await database.write(tenant, work)


async def bare_rate(database: Database, ids: Sequence[str], seconds: float) -> float:
    """Updates a second by the bare statement, in batches, one writer."""
    numbers, done, began = itertools.count(), 0, time.perf_counter()
    while (elapsed := time.perf_counter() - began) < seconds:
        rows = [
            {"id": ids[n % len(ids)], "value": float(n), "time": n, "key": f"{n:048x}"}
            for n in itertools.islice(numbers, BATCH)
        ]
        await written(database, TENANT, UPDATE, rows)
        done += BATCH
    return done / elapsed


async def served_rate(url: str, ids: Sequence[str], seconds: float) -> tuple[float, list[float]]:
    """Events a second that are acknowledged as durable, and seconds of each request."""
    numbers, latencies = itertools.count(), list[float]()
    done = 0

    async def sender(client: httpx.AsyncClient) -> None:
        nonlocal done
        while time.perf_counter() - began < seconds:
            now = datetime.now(UTC).isoformat()
            lines = [
                orjson.dumps(
                    {
                        "specversion": "1.0",
                        "id": str(n),
                        "source": "/bench",
                        "type": "reading",
                        "subject": ids[n % len(ids)],
                        "time": now,
                        "sequence": n,
                        "data": {"temperature": 20 + n % 5},
                    }
                )
                for n in itertools.islice(numbers, BATCH)
            ]
            sent = time.perf_counter()
            answer = await client.post(url, content=b"\n".join(lines), headers={"content-type": "application/x-ndjson"})
            assert answer.json()["accepted"] == BATCH, answer.text
            latencies.append(time.perf_counter() - sent)
            done += BATCH

    async with httpx.AsyncClient(timeout=60) as client:
        began = time.perf_counter()
        await asyncio.gather(*(sender(client) for _ in range(CONNECTIONS)))
        return done / (time.perf_counter() - began), latencies


async def health_after(database: Database, count: int) -> None:
    """Time from an event to the health of all assets, in one process."""
    tenant = parse_tenant("health")
    ids = [f"R-{number:06}" for number in range(count)]
    await planted(database, ids, tenant)
    ontology = Project.bundled().desired
    snapshots, listeners = SnapshotService(database, ontology), Listeners()
    health = HealthService(StateStore(database), snapshots, ontology, SystemClock(), seconds=time.monotonic)
    listeners.add(health.took)
    states = StateService(database, lambda: ontology, SystemClock(), committed=listeners.tell)
    began = time.perf_counter()
    for some in _batched(ids, 10_000):
        await states.ingest(operator(tenant), [said(each, 20.0, humidity=40.0) for each in some])
    print(f"{count} assets said something for the first time in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    await health.view(tenant)
    print(f"first health of all of them: {time.perf_counter() - began:.2f} s")
    found: list[float] = []
    for number in range(20):
        await states.ingest(operator(tenant), [said(ids[number], 50.0)])
        began = time.perf_counter()
        view = await health.view(tenant)
        found.append(time.perf_counter() - began)
        asset = view.of(ids[number])
        assert asset is not None
        assert asset.own == "DOWN"
    print(
        f"health of {count} assets after one event: median {statistics.median(found) * 1000:.1f} ms, "
        f"slowest {max(found) * 1000:.1f} ms (goal: {GOAL_HEALTH * 1000:.0f} ms)"
    )
    await states.close()
    await snapshots.close()


def said(asset: str, temperature: float, **more: float) -> Event:
    """What a room says now."""
    now = time.time_ns() // 1_000
    values = {"temperature": temperature, **more}
    return Event(
        asset=asset,
        time=now,
        source="/bench",
        id=str(now),
        values=tuple(Value(channel=name, value=value) for name, value in values.items()),
    )


async def measure(endpoint: Endpoint, url: str, *, assets: int, seconds: float) -> None:
    """Measure both in turn, and print them side by side."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    ids = [f"R-{number:06}" for number in range(assets)]
    try:
        await planted(database, ids, TENANT)
        await bare_rate(database, ids, min(seconds, 3))
        await served_rate(url, ids, min(seconds, 5))  # warms the plans of both
        for _ in range(3):
            floor = await bare_rate(database, ids, seconds)
            rate, latencies = await served_rate(url, ids, seconds)
            slow = sorted(latencies)[int(len(latencies) * 0.95)]
            print(
                f"events over HTTP {rate:7.0f} /s (goal: {GOAL_RATE}), requests of {BATCH} within {slow * 1000:.0f} ms "
                f"(95 %); bare update {floor:7.0f} /s; share {rate / floor:.2f} (goal: {GOAL_SHARE})"
            )
    finally:
        await database.close()


async def measure_broker(
    endpoint: Endpoint, url: str, way: Route, *, assets: int, seconds: float, single: bool
) -> None:
    """Measure the bare update and a broker in turn, and print them side by side."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    ids = [f"R-{number:06}" for number in range(assets)]
    base, batch = url.removesuffix("/v1/events"), 1 if single else BATCH
    goal = GOAL_SINGLE if single and way.transport == "mqtt" else GOAL_RATE
    try:
        await planted(database, ids, TENANT)
        await bare_rate(database, ids, min(seconds, 3))
        await asyncio.to_thread(measured, base, way, ids, seconds=min(seconds, 3), batch=batch)
        for _ in range(3):
            floor = await bare_rate(database, ids, seconds)
            found = await asyncio.to_thread(measured, base, way, ids, seconds=seconds, batch=batch)
            print(
                f"events over {way.transport}, {batch} a message, {found.rate:7.0f} /s (goal: {goal}); at half of it "
                f"from receipt within {found.receipt[0]:g} s (95 %) and {found.receipt[1]:g} s (99 %; goals: 1 and 5), "
                f"from their time {found.event[0]:g} s and {found.event[1]:g} s; bare update {floor:7.0f} /s; share "
                f"{found.rate / floor:.2f} (goal: {GOAL_SHARE})"
            )
    finally:
        await database.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.events")
    parser.add_argument("--assets", type=int, default=20_000, help="assets that speak (default 20000)")
    parser.add_argument("--health", type=int, default=100_000, help="assets whose health is followed (default 100000)")
    parser.add_argument("--seconds", type=float, default=10.0, help="seconds of each measurement (default 10)")
    parser.add_argument("--transport", choices=("http", "mqtt", "kafka"), default="http", help="how they come")
    parser.add_argument("--single", action="store_true", help="one event a message, where a broker brings them")
    chosen = parser.parse_args(arguments)
    if chosen.transport != "http":
        _through_broker(chosen)
        return
    with migrated_server() as endpoint, tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        with _service(endpoint, folder) as url:
            asyncio.run(measure(endpoint, url, assets=chosen.assets, seconds=chosen.seconds))
        asyncio.run(_health(endpoint, chosen.health))


def _through_broker(chosen: argparse.Namespace) -> None:
    with (
        migrated_server() as endpoint,
        tempfile.TemporaryDirectory(prefix="twin-bench-") as folder,
        tempfile.TemporaryDirectory(prefix="twin-bench-") as own,
        route(chosen.transport, Path(own)) as way,
        _service(endpoint, folder, **way.settings) as url,
    ):
        asyncio.run(
            measure_broker(endpoint, url, way, assets=chosen.assets, seconds=chosen.seconds, single=chosen.single)
        )


@contextmanager
def _service(endpoint: Endpoint, folder: str, **more: str) -> Generator[str]:
    """Run the service, and give the address that takes events."""
    environment = {
        **os.environ,
        "TWIN_NEO4J_URI": endpoint.uri,
        "TWIN_NEO4J_USER": endpoint.user,
        "TWIN_NEO4J_PASSWORD": endpoint.password,
        "TWIN_TENANT": TENANT,
        "TWIN_AUTH": "none",
        "TWIN_PORT": "0",
        "TWIN_DATA_DIR": folder,
        **more,
    }
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as served:
        try:
            assert served.stdout is not None
            yield served.stdout.readline().strip().partition(" ")[2].replace("/graphql", "/v1/events")
        finally:
            served.terminate()


async def _health(endpoint: Endpoint, count: int) -> None:
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    try:
        await health_after(database, count)
    finally:
        await database.close()


if __name__ == "__main__":
    main()
