"""Runs all benchmarks, one after the other, each on a server of its own; `--assets N` makes the load smaller."""

from __future__ import annotations

import argparse
import asyncio
import os

from benchmarks import (
    bulk_load,
    change_sets,
    criticality,
    cut_sets,
    events,
    health,
    history,
    impact,
    impact_http,
    migrations,
    migrations_hammered,
    reads,
    root_cause,
    root_cause_at_size,
    snapshots,
    start,
    streaming,
    subscribers,
    typed,
    what_ifs,
)
from benchmarks.neo4j_graphql import comparison
from benchmarks.servers import migrated_server


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--assets", type=int, default=200_000, help="assets of the bulk load (default 200000)")
    chosen = parser.parse_args()
    impact.main([])
    cut_sets.main([])
    root_cause.main([])
    root_cause_at_size.main([])
    what_ifs.main([])
    criticality.main([])
    snapshots.main([])
    migrations.main([])
    migrations_hammered.main([])
    history.main([])
    typed.main()
    start.main()
    reads.main([])
    comparison.main([])
    impact_http.main([])
    for way in (["http"], ["mqtt"], ["mqtt", "--single"], ["kafka"]):
        events.main(["--transport", *way])
    health.main([])
    subscribers.main([])
    streaming.main([])
    with migrated_server() as endpoint:
        os.environ.update(
            TWIN_NEO4J_URI=endpoint.uri, TWIN_NEO4J_USER=endpoint.user, TWIN_NEO4J_PASSWORD=endpoint.password
        )
        asyncio.run(change_sets.main(5.0))
    bulk_load.main(["--assets", str(chosen.assets)])


if __name__ == "__main__":
    main()
