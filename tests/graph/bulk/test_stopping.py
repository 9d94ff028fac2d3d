"""A load that is stopped is recorded, and goes on when the same input is loaded again."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from graph import bulk
from graph.access import operator
from graph.bulk.records import Status
from graph.clock import SystemClock
from graph.identity import parse_tenant
from tests.graph.bulk.conftest import Judged, Line, Loading, asset, link
from tests.servers import Server

ROOT = Path(__file__).parents[3]
BATCH = 10
LINES: tuple[Line, ...] = (
    asset("site", "Site"),
    *(asset(f"room{n}", "Room", parents=["site"]) for n in range(10)),
    *(asset(f"s{n}", "Server", parents=[f"room{n % 10}"]) for n in range(29)),
    link("LINKS", "s0", "nowhere"),
    *(link("LINKS", f"s{n}", f"s{n + 1}", properties={"length": n}) for n in range(28)),
)
BATCHES = 11  # 4 of assets, 7 of parents and links
CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from graph import bulk
from graph.access import operator
from graph.clock import SystemClock
from graph.database import connect
from graph.identity import parse_tenant
from graph.ontology import load_ontology

async def main(uri, user, password, tenant, folder, ontology, after):
    database = connect(uri, user=user, password=password)
    loaded = load_ontology(Path(ontology))
    loader = bulk.Loader(database, lambda: loaded, SystemClock(), folder=Path(folder) / "loads", batch=10)
    batches = 0
    def watch(progress):
        nonlocal batches
        batches += progress.step == "writing"
        if batches == int(after):
            os.kill(os.getpid(), signal.SIGKILL)
    with bulk.opened(Path(folder) / "input.ndjson") as source:
        await loader.load(operator(parse_tenant(tenant)), source, refusals=bulk.Refusals(None), progress=watch)

asyncio.run(main(*sys.argv[1:]))
"""


class Stopping(Exception):
    """What a test stops a load with."""


async def load(loading: Loading, *, stop_after: int | None = None) -> tuple[bulk.LoadReport, Judged]:
    """Load the lines in small batches; raise Stopping after some of them."""
    loader = bulk.Loader(
        loading.database, lambda: loading.ontology, SystemClock(), folder=loading.folder / "loads", batch=BATCH
    )
    batches = 0

    def watch(progress: bulk.Progress) -> None:
        nonlocal batches
        batches += progress.step == "writing"
        if batches == stop_after:
            raise Stopping

    with bulk.opened(loading.file(*LINES)) as source:
        refusals = Judged()
        return await loader.load(operator(loading.tenant), source, refusals=refusals, progress=watch), refusals


async def uninterrupted(loading: Loading) -> bytes:
    other = loading.of(parse_tenant(f"{loading.tenant}w"))
    await load(other)
    return await other.export()


@pytest.mark.parametrize("after", [1, 4, 5, BATCHES])
async def test_a_stopped_load_goes_on(loading: Loading, after: int) -> None:
    with pytest.raises(Stopping):
        await load(loading, stop_after=after)
    (record,) = await loading.recent()
    assert record.status is Status.STOPPED
    report, refusals = await load(loading)
    assert report.resumed
    assert report.assets_created == max(0, 40 - after * BATCH)
    assert refusals.codes == {41: ["UNKNOWN_ASSET"]}
    assert report.revision == BATCHES
    (record,) = await loading.recent()
    assert (record.status, record.refused) == (Status.COMPLETE, 1)
    assert await loading.export() == await uninterrupted(loading)


async def test_a_load_begins_again_where_somebody_wrote_meanwhile(loading: Loading) -> None:
    with pytest.raises(Stopping):
        await load(loading, stop_after=6)
    await loading.load(asset("s0", "Server", name="Changed by another"))
    report, _ = await load(loading)
    assert not report.resumed
    assert [record.status for record in await loading.recent()] == [Status.COMPLETE, Status.COMPLETE]
    before = await loading.export()
    assert before.count(b"\n") == 40 + 39 + 28
    assert (await load(loading))[0].revision == report.revision


async def test_another_file_is_another_load(loading: Loading) -> None:
    with pytest.raises(Stopping):
        await load(loading, stop_after=2)
    await loading.load(asset("site", "Site"))
    assert {record.status for record in await loading.recent()} == {Status.STOPPED, Status.COMPLETE}


async def test_a_cancelled_load_is_recorded_and_leaves_no_files(loading: Loading) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def watch(progress: bulk.Progress) -> None:
        if progress.step == "writing":
            loop.call_soon_threadsafe(begun.set)

    loader = bulk.Loader(
        loading.database, lambda: loading.ontology, SystemClock(), folder=loading.folder / "loads", batch=1
    )
    with bulk.opened(loading.file(*LINES)) as source:
        running = asyncio.ensure_future(
            loader.load(operator(loading.tenant), source, refusals=bulk.Refusals(None), progress=watch)
        )
        await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    (record,) = await loading.recent()
    assert record.status is Status.STOPPED
    assert list((loading.folder / "loads").iterdir()) == []
    await load(loading)
    assert await loading.export() == await uninterrupted(loading)


async def test_a_load_cancelled_while_it_reads_leaves_nothing(loading: Loading) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def watch(progress: bulk.Progress) -> None:
        loop.call_soon_threadsafe(begun.set)

    path = loading.file(*(asset(f"s{n}", "Server") for n in range(30_000)))
    with bulk.opened(path) as source:
        running = asyncio.ensure_future(
            loading.loader.load(operator(loading.tenant), source, refusals=bulk.Refusals(None), progress=watch)
        )
        await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert await loading.recent() == ()
    assert await loading.export() == b""
    assert list((loading.folder / "loads").iterdir()) == []


@pytest.mark.parametrize(
    "after",
    [pytest.param(after, marks=() if after == 6 else (pytest.mark.long,)) for after in range(1, BATCHES + 1)],
)
async def test_a_killed_load_goes_on(loading: Loading, server: Server, after: int) -> None:
    loading.file(*LINES)
    ontology = ROOT / "migrations" / "ontology.yaml"
    arguments = (server.uri, server.user, server.password, loading.tenant, loading.folder, ontology, after)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, *map(str, arguments), cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await asyncio.wait_for(child.communicate(), 60)
    assert child.returncode == -signal.SIGKILL, errors.decode()
    (record,) = await loading.recent()
    assert record.status is Status.RUNNING
    report, _ = await load(loading)
    assert report.resumed
    assert report.revision == BATCHES
    assert await loading.export() == await uninterrupted(loading)
