"""A whole answer about impact over HTTP: a million assets fall with one, a line for each with its proof.

No database is needed: names come from a stand-in. Run it by `python -m benchmarks.streaming [--assets N]`.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import socket
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx
import numpy as np
import orjson
import uvicorn
from prometheus_client import CollectorRegistry

from app.graphql import Context, TwinSchema, build_schema
from app.http.application import Doors, create_app
from app.http.revisions import RevisionWatch
from app.http.routes.impact import IMPACT
from app.http.service import Limits, Service
from app.http.subscribers import StreamLimits, Subscribers
from app.security import OpenAuthenticator
from app.telemetry import Metrics
from benchmarks.campus_topology import ONTOLOGY
from benchmarks.criticality import snapshot_of
from benchmarks.impact import columns
from graph.access import Principal
from graph.analysis import ImpactService
from graph.identity import Tenant
from graph.kernel import warm
from graph.kernel.arrays import Net
from graph.kernel.build import build
from graph.ontology import Ontology, load_ontology
from graph.reading import Row
from graph.snapshot import Snapshot


def star(assets: int) -> Net:
    """All assets need the first one."""
    dependant = np.arange(1, assets)
    plain = np.zeros(dependant.size, np.int64)
    listed = columns(plain, dependant, plain, plain + 1)
    return build(listed, assets=assets, flow_of=np.array([-1], np.int16), sources=np.zeros((0, assets), np.uint8)).net


@dataclass
class StandIn:
    """Database, reading and edition in one: the snapshot that there is, and a name for any asset."""

    snapshot: Snapshot
    ontology: Ontology
    schema: TwinSchema
    impact: ImpactService | None = None
    hash: str = "bench"

    async def current(self, _tenant: Tenant) -> Snapshot:
        """The snapshot."""
        return self.snapshot

    async def rows(self, *_: object) -> list[list[Any]]:
        """The revision, for the watch."""
        return [["bench", [["bench", 1]]]]

    async def by_ids(self, _principal: Principal, ids: Sequence[str], _selection: object) -> list[Row | None]:
        """A row for any id."""
        return [{"__typename": "Pump", "id": each, "type": "Pump", "name": f"Pump {each}"} for each in ids]

    def context(self, principal: Principal, request_id: str, *, show_cost: bool = False) -> Context:
        """The context of a request."""
        given = cast("Any", self)
        return Context(
            principal=principal,
            reading=given,
            traversal=given,
            changes=given,
            feed=given,
            impact=given.impact,
            comparisons=given,
            maintenance=given,
            impact_feed=given,
            health=given,
            state_feed=given,
            evolution=given,
            single_points=given,
            cut_sets=given,
            criticality=given,
            root_causes=given,
            alarms=given,
            letters=given,
            objectives=given,
            ontologies=given,
            request_id=request_id,
            show_cost=show_cost,
        )


def application(stand_in: StandIn) -> Any:
    """The real door, with the stand-in behind it."""
    given, metrics = cast("Any", stand_in), Metrics(CollectorRegistry())
    stand_in.impact = ImpactService(given, lambda: ("1", stand_in.ontology))

    async def ignore(_hash: str | None) -> None:
        """Take no note."""

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Service]:
        yield Service(
            database=given,
            authenticator=OpenAuthenticator(Tenant("bench")),
            revisions=RevisionWatch(given, found_ontology=ignore, found_revision=metrics.revision),
            metrics=metrics,
            intake=given,
            limits=Limits(body=10_000, seconds=30),
            subscribers=Subscribers(StreamLimits()),
            documents=given,
            edition=lambda: given,
            evolution=given,
        )

    return create_app(opened, doors=Doors(operations=(IMPACT,)), metrics=metrics)


def stream(address: str) -> None:
    """Read the whole answer, and tell how fast it came and what memory it took beyond its first tenth."""
    question, began = {"failures": [{"asset": "0000000"}]}, time.perf_counter()
    lines, early, total, last = 0, 0, 0, b""
    headers = {"accept": "application/x-ndjson"}
    with httpx.stream("POST", f"{address}/v1/impact", json=question, headers=headers, timeout=300) as response:
        for text in response.iter_lines():
            lines, last = lines + 1, text.encode()
            if lines == 1:
                total = orjson.loads(last)["impactedCount"]
                print(f"first line after {time.perf_counter() - began:.2f} s: {total:,} impacted")
            elif lines == total // 10:
                early = _memory()
    assert orjson.loads(last) == {"kind": "end", "lines": lines - 1, "complete": True}
    seconds = time.perf_counter() - began
    print(f"{lines:,} lines in {seconds:.0f} s, {lines / seconds:,.0f}/s; memory grew by {_memory() - early} MB")


def _memory() -> int:
    """The most memory that this process, server and client, ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve, and ask once."""
    parser = argparse.ArgumentParser(prog="benchmarks.streaming")
    parser.add_argument("--assets", type=int, default=1_000_000, help="how many (default 1000000)")
    assets = parser.parse_args(arguments).assets
    asyncio.run(asyncio.to_thread(warm))
    ontology = load_ontology(ONTOLOGY)
    app = application(StandIn(snapshot_of(star(assets)), ontology, build_schema(ontology)))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            stream(f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main()
