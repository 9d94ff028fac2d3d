"""Criticality of all assets: 100,000 assets with 500,000 supplies, counted by all cores, and read again from its file.

No server is needed. Run it by `python -m benchmarks.criticality [--assets N]`. Two networks: sites of a hundred assets
that need each other (most failures stay in their site), and one in which every failure may reach everything.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.impact import SUPPLIES, columns, requirements
from graph.analysis import Evaluators, TallyFiles
from graph.analysis.counting import Count
from graph.identity import Revision, Tenant
from graph.impact import Direction, Kind
from graph.kernel import Ids, Supplies, Texts, containment_of, warm
from graph.kernel.arrays import Net
from graph.kernel.build import build
from graph.kernel.pools import Pools
from graph.kernel.supplies import SupplyType
from graph.snapshot import Snapshot
from graph.work import Workers

SITE = 100


def sites(assets: int) -> Net:
    """Each asset needs five earlier ones of its site; three in ten need three of the five, the others each."""
    rng = np.random.default_rng(3)
    dependant = np.repeat(np.arange(assets), SUPPLIES)
    first = dependant // SITE * SITE
    dependant, first = dependant[dependant > first], first[dependant > first]
    provider = first + (rng.random(dependant.size) * (dependant - first)).astype(np.int64)
    name = np.where((rng.random(assets) < 0.3)[dependant], 1, 0)
    listed = columns(provider, dependant, name, np.where(name, 3, 1))
    return build(listed, assets=assets, flow_of=np.array([-1], np.int16), sources=np.zeros((0, assets), np.uint8)).net


def snapshot_of(net: Net) -> Snapshot:
    """A snapshot of a network whose assets are numbered."""
    assets = net.assets.shape[0]
    nothing = np.zeros(0, np.int32)
    pools, net = Pools.of(net)
    supplies = Supplies(
        ids=Ids.of(f"{number:07}" for number in range(assets)),
        net=net,
        pools=pools,
        types=(SupplyType(name="NEEDS", direction=Direction.FORWARD, kind=Kind.REQUIREMENT),),
        flows=(),
        flow_of=np.array([-1], np.int16),
        sources=np.zeros((0, assets), np.uint8),
        texts=Texts(("", "g")),
    )
    return Snapshot(
        tenant=Tenant("bench"),
        revision=Revision(1),
        supplies=supplies,
        kinds=np.zeros(assets, np.int16),
        kind_names=("Asset",),
        containment=containment_of(nothing, nothing, assets=assets),
    )


async def counted(snapshot: Snapshot, folder: Path) -> tuple[float, Count]:
    """Seconds that a count takes, and the count."""
    began = time.perf_counter()
    weights = np.ones(snapshot.size)
    count = Count(snapshot, weights, workers=Workers(), files=TallyFiles(folder), clock=time.monotonic)
    count.begin(Evaluators())
    await count.work
    return time.perf_counter() - began, count


async def measure(name: str, net: Net) -> None:
    """Count, and once more from the file."""
    snapshot = snapshot_of(net)
    with tempfile.TemporaryDirectory() as folder:
        seconds, count = await counted(snapshot, Path(folder))
        again, _ = await counted(snapshot, Path(folder))
    falls = int(count.counted.impacted.astype(np.int64).sum())
    supplies = net.members.size
    print(
        f"{name}: {snapshot.size:,} assets, {supplies:,} supplies: {seconds:.1f} s, {falls:,} falls; "
        f"from its file {again:.2f} s"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both networks."""
    parser = argparse.ArgumentParser(prog="benchmarks.criticality")
    parser.add_argument("--assets", type=int, default=100_000, help="how many (default 100000)")
    assets = parser.parse_args(arguments).assets
    warm()
    asyncio.run(measure("sites", sites(assets)))
    asyncio.run(measure("all in one", requirements(assets // 5)))


if __name__ == "__main__":
    main()
