"""Impact on a million assets: the kernel beside bare searches on the same network (`floors.py`).

No server is needed. Run it by `python -m benchmarks.impact [--assets N]`. Processor time, for a thread of its own.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from math import isqrt

import numpy as np

from benchmarks.floors import Floor
from graph.kernel.arrays import I64, NO_ASSETS, NO_NUMBERS, ONE, Net
from graph.kernel.build import Columns, build
from graph.kernel.settle import settle, strike
from graph.kernel.state import LEFT, LOGGED, State, all_healthy, forget, fresh_state, undo

SUPPLIES = 5
BUDGET = 10**12


def columns(provider: I64, dependant: I64, name: I64, needs: I64) -> Columns:
    """Supplies of one type, with nothing but a group's name and what it needs."""
    count = provider.size
    return Columns(
        provider=provider.astype(np.int32),
        dependant=dependant.astype(np.int32),
        type=np.zeros(count, np.int16),
        name=name.astype(np.int32),
        needs=needs.astype(np.int64),
        by_capacity=np.zeros(count, np.uint8),
        loss=np.full(count, ONE, np.int32),
        capacity=NO_NUMBERS,
        delay=NO_NUMBERS,
        open=np.zeros(count, np.uint8),
        marks=np.zeros(count, np.uint8),
        key=NO_ASSETS,
    )


def requirements(assets: int) -> Net:
    """Each asset needs five earlier ones; three in ten need three of the five, the others each."""
    rng = np.random.default_rng(3)
    dependant = np.repeat(np.arange(1, assets), SUPPLIES)
    provider = (rng.random(dependant.size) * dependant).astype(np.int64)
    redundant = rng.random(assets) < 0.3
    name = np.where(redundant[dependant], 1, 0)
    needs = np.where(redundant[dependant], 3, 1)
    listed = columns(provider, dependant, name, needs)
    return build(listed, assets=assets, flow_of=np.array([-1], np.int16), sources=np.zeros((0, assets), np.uint8)).net


def grid(width: int) -> Net:
    """Pipes both ways between neighbours on a square, with the only source in its middle."""
    at = np.arange(width * width).reshape(width, width)
    one = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    other = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    provider, dependant = np.concatenate([one, other]), np.concatenate([other, one])
    sources = np.zeros((1, at.size), np.uint8)
    sources[0, middle(width)] = 1
    plain = np.zeros(provider.size, np.int64)
    listed = columns(provider, dependant, plain, plain + 1)
    return build(listed, assets=at.size, flow_of=np.array([0], np.int16), sources=sources).net


def middle(width: int) -> int:
    """The asset in the middle of a grid."""
    return width * width // 2 + width // 2


class Bench:
    """A network at its baseline, asked again and again."""

    def __init__(self, net: Net, flows: int) -> None:
        self.net = net
        self.flows = flows
        self.state: State = fresh_state(net, flows, all_healthy(net.assets.shape[0]))
        self.derived = timed(self._derive, 1)
        forget(self.state)

    def fall(self, assets: list[int], own: int = 0) -> Callable[[], int]:
        """A question: how many values change when some assets fall."""
        struck = np.array(assets, np.int32)
        falls_to = np.full(struck.size, own, np.int32)

        def ask() -> int:
            self.state.counts[LEFT] = BUDGET
            strike(self.state, struck, falls_to)
            settle(self.net, self.state, self.flows, NO_ASSETS, NO_ASSETS, 0)
            changed = int(self.state.counts[LOGGED])
            undo(self.state, 0, 0, 0, 0)
            return changed

        return ask

    def _derive(self) -> int:
        self.state.counts[LEFT] = BUDGET
        everything = np.arange(self.net.assets.shape[0], dtype=np.int32)
        return settle(self.net, self.state, self.flows, NO_ASSETS, everything, 0)


def timed(work: Callable[[], object], times: int) -> float:
    """The median processor time of some runs, in seconds."""
    found: list[float] = []
    for _ in range(times):
        begun = time.thread_time()
        work()
        found.append(time.thread_time() - begun)
    return sorted(found)[times // 2]


def show(what: str, seconds: float, goal: float, beside: str = "") -> None:
    """Print a figure beside its goal, in milliseconds."""
    print(f"{what:44}{seconds * 1e3:10.3f} ms   goal {goal * 1e3:9.3f} ms   {beside}")


def measure(assets: int) -> None:
    """Measure requirements, then a flow."""
    needs = Bench(requirements(assets), 0)
    first = [0, 1, 2]
    print(f"{assets:,} assets, {needs.net.members.size:,} supplies, requirements: baseline {needs.derived:.3f} s")
    floor = Floor(needs.net)
    roots = np.array(first, np.int32)
    reached, fallen = (timed(lambda work=work: work(roots), 7) for work in (floor.reachable, floor.fallen))
    bare = f"bare: counts of lost members {fallen * 1e3:.0f} ms, reachability {reached * 1e3:.0f} ms"
    show(f"  nearly everything falls ({needs.fall(first)():,})", timed(needs.fall(first), 7), 0.150, bare)
    show("  the same by halves, values between", timed(needs.fall(first, ONE // 2), 7), 0.250)
    show("  a leaf", timed(needs.fall([assets - 1]), 2001), 0.00002)
    width = isqrt(assets)
    flow = Bench(grid(width), 1)
    print(
        f"{width * width:,} assets, {flow.net.members.size:,} supplies, flow: baseline {flow.derived:.3f} s, goal 0.150"
    )
    chance = random.Random(2)
    single = sorted(timed(flow.fall([chance.randrange(width * width)]), 1) for _ in range(2000))
    show("  one outage, median", single[1000], 0.00002)
    show("  one outage, worst of 2,000", single[-1], 0.001)
    floor, roots = Floor(flow.net), np.array([middle(width)], np.int32)
    bare = f"bare: reachability {timed(lambda: floor.reachable(roots), 7) * 1e3:.0f} ms"
    show("  the only source cut", timed(flow.fall([middle(width)]), 5), 0.300, bare)


def main(arguments: list[str] | None = None) -> None:
    """Measure, once small so that everything is compiled, then at size."""
    parser = argparse.ArgumentParser(prog="benchmarks.impact")
    parser.add_argument("--assets", type=int, default=1_000_000)
    chosen = parser.parse_args(arguments)
    for net, flows in ((requirements(1000), 0), (grid(10), 1)):
        Bench(net, flows).fall([0])()
        Floor(net).reachable(NO_ASSETS)
    measure(chosen.assets)


if __name__ == "__main__":
    main()
