"""Snapshots at size: reading a whole tenant beside the bare fetch, a change made visible, disk to first answer, memory.

`python -m benchmarks.snapshots [--assets N] [--stored N] [--folder DIR]`. Processor time of this process, beside time
on the clock; that of the database is not in the former. `--stored 0` leaves out the part with a server, `--assets 0`
all others.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from benchmarks.imported import Network, imported_server
from graph.database import Row, connect
from graph.database.local.endpoint import Endpoint
from graph.identity import Revision, Tenant, relationship_key
from graph.impact import Failure, Question, SupplyRef
from graph.kernel import Columns, Ids, Texts, assemble, containment_of
from graph.kernel.arrays import NO_ASSETS, NO_NUMBERS, ONE
from graph.ontology import Ontology, parse_ontology
from graph.snapshot import Evaluators, Snapshot
from graph.snapshot.files import Origin, load, save
from graph.snapshot.following import followed
from graph.snapshot.reading import build
from graph.snapshot.records import Change, Difference, LinkName
from graph.snapshot.rules import Rules
from graph.snapshot.source import Source
from migrations import Project
from queries import Query
from queries.catalogue import parse

SUPPLIES: Final = 5
CHANGES: Final = 9
BIG: Final = Tenant("big")
T = TypeVar("T")

ONTOLOGY: Final = """
format: twin-ontology/1
name: big
assetTypes:
  Thing: {}
relationshipTypes:
  NEEDS: {from: [Thing], to: [Thing], impact: {direction: FORWARD}}
  CONTAINS: {from: [Thing], to: [Thing], containment: true}
"""


def name(number: int) -> str:
    """The id of an asset."""
    return f"asset-{number:08d}"


def anonymous() -> float:
    """Bytes of this process that no file stands behind."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024
    return float("nan")


def timed(what: str, work: Callable[[], T], goal: str = "") -> T:
    """Run `work`, print what it took, and return what it returned."""
    clock, processor = time.perf_counter(), time.process_time()
    made = work()
    show(what, time.process_time() - processor, time.perf_counter() - clock, goal)
    return made


def show(what: str, processor: float, clock: float, goal: str = "") -> None:
    """Print a figure in milliseconds."""
    print(f"{what:46}{processor * 1e3:10.1f} ms processor {clock * 1e3:10.1f} ms clock   {goal}", flush=True)


def made(assets: int, rules: Rules) -> Snapshot:
    """Each asset needs five earlier ones, three in ten three of the five, and is contained by one."""
    chance = np.random.default_rng(3)
    dependant = np.repeat(np.arange(1, assets, dtype=np.int32), SUPPLIES)
    provider = (chance.random(dependant.size) * dependant).astype(np.int32)
    grouped = (chance.random(assets) < 0.3)[dependant]
    count = dependant.size
    columns = Columns(
        provider=provider,
        dependant=dependant,
        type=np.zeros(count, np.int16),
        name=grouped.astype(np.int32),
        needs=np.where(grouped, 3, 1).astype(np.int64),
        by_capacity=np.zeros(count, np.uint8),
        loss=np.full(count, ONE, np.int32),
        capacity=NO_NUMBERS,
        delay=NO_NUMBERS,
        open=np.zeros(count, np.uint8),
        marks=np.zeros(count, np.uint8),
        key=NO_ASSETS,
    )
    children = np.arange(1, assets, dtype=np.int32)
    ids = Ids.of(name(number) for number in range(assets))
    return Snapshot(
        tenant=BIG,
        revision=Revision(1),
        supplies=assemble(ids, rules.types, Texts(["", "g"]), np.zeros((0, assets), np.uint8), columns),
        kinds=np.zeros(assets, np.int16),
        kind_names=rules.kind_names,
        containment=containment_of(children, children // 10, assets=assets),
    )


def measure_memory(snapshot: Snapshot, taken: float) -> None:
    """Print what a snapshot takes beside its goal."""
    assets, supplies = snapshot.size, snapshot.supplies.net.members.size
    goal = 200 * assets + 48 * supplies
    print(f"memory of {assets:,} assets and {supplies:,} supplies: {taken / 1e6:.0f} MB, goal {goal / 1e6:.0f} MB")


def related(source: int, target: int) -> Difference:
    """A relationship that is new."""
    found = Difference()
    ends = {"from": name(source), "to": name(target), "key": "new"}
    found.links[LinkName("NEEDS", ends["from"], ends["to"], "new")] = Change(None, {**ends, "properties": {}})
    return found


def came(number: int) -> Difference:
    """An asset that is new."""
    found = Difference()
    found.assets[f"new-{number}"] = Change(None, {"type": "Thing", "sourceOf": []})
    return found


class Bench:
    """A snapshot that follows changes and is asked after each."""

    def __init__(self, assets: int) -> None:
        self.rules = Rules.of(parse_ontology(ONTOLOGY))
        before = anonymous()
        self.snapshot = made(assets, self.rules)
        self.taken = anonymous() - before
        self.assets = assets
        self.evaluators = Evaluators()
        self.question = Question(failures=(Failure(asset=name(assets - 5)),))
        self.ask(self.snapshot)

    def ask(self, snapshot: Snapshot, question: Question | None = None) -> int:
        """Ask a question of a version."""
        return len(self.evaluators.of(snapshot).evaluate(question or self.question).impacted)

    def follow(self, difference: Difference) -> None:
        """Take in a change and answer a question."""
        self.snapshot = followed(self.snapshot, difference, Revision(self.snapshot.revision + 1), self.rules)
        self.ask(self.snapshot)

    def visible(self, what: str, change: Callable[[int], Difference], goal: str) -> None:
        """Print the median of several changes, each up to the next answer."""
        found: list[tuple[float, float]] = []
        for number in range(CHANGES):
            difference = change(number)
            clock, processor = time.perf_counter(), time.process_time()
            self.follow(difference)
            found.append((time.process_time() - processor, time.perf_counter() - clock))
        show(what, *sorted(found)[CHANGES // 2], goal)

    def what_if(self) -> None:
        """Ask what a relationship taken away would do."""
        removed = SupplyRef(type="NEEDS", source=name(0), target=name(self.assets - 100), key="new")
        self.ask(self.snapshot, Question(removed=(removed,)))

    def through_file(self, path: Path) -> None:
        """Save, and begin again from the file."""
        origin = Origin(tenant=BIG, revision=self.snapshot.revision, record="", rules=self.rules.digest)
        baseline = self.evaluators.of(self.snapshot).engine.baseline
        timed("  saved to disk", lambda: save(path, self.snapshot, baseline, origin))
        print(f"  {path.stat().st_blocks * 512 / 1e6:.0f} MB on disk")

        def begin() -> None:
            self.evaluators = Evaluators()
            self.ask(load(path, self.rules, BIG)[0])

        timed("  from disk to the first answer", begin, "goal 1000 ms on the clock")


def measure(assets: int) -> None:
    """Measure in memory and on disk."""
    bench = Bench(assets)
    measure_memory(bench.snapshot, bench.taken)
    bench.visible(
        "  a relationship, up to the next answer", lambda each: related(each, assets - 100 - each), "goal 50 ms"
    )
    bench.visible("  an asset, up to the next answer", came, "goal 50 ms")
    timed("  a what-if", bench.what_if, "goal 100 ms")
    with tempfile.TemporaryDirectory() as folder:
        bench.through_file(Path(folder) / "big.snapshot")


# ---- from the database -----------------------------------------------------------------------------------------------

BARE: Final = """
MATCH (a:Asset)-[r:LINKS]->(b:Asset) WHERE a._tenant = $tenant AND a._id IS NOT NULL
WITH id(r) / 20000 AS page, id(a) AS source, id(b) AS target
RETURN page, collect(source) AS sources, collect(target) AS targets
"""
BARE_ASSETS: Final = """
MATCH (a:Asset) WHERE a._tenant = $tenant AND a._id IS NOT NULL
RETURN id(a) / 20000 AS page, collect(id(a)) AS nodes, collect(a._id) AS ids
"""


def query(text: str, parameters: str, mode: str = "WRITE", columns: str = "-") -> Query:
    """A statement of this benchmark's own."""
    head = f"// purpose: Benchmark.\n// mode: {mode}\n// parameters: {parameters}\n// columns: {columns}\n"
    return parse("benchmarks/run_statement", head + text)


def servers(ontology: Ontology, assets: int) -> Network:
    """Servers, each linked from five earlier ones."""
    return Network(
        tenant=BIG,
        labels=("Asset", *ontology.asset_type("Server").labels),
        properties=("name:string",),
        assets=((name(number), "") for number in range(assets)),
        type="LINKS",
        terms=(),
        relationships=_links(assets),
    )


def _links(assets: int) -> Iterator[tuple[object, ...]]:
    chance = np.random.default_rng(3)
    for at in range(1, assets):
        for number, earlier in enumerate((chance.random(SUPPLIES) * at).astype(np.int64).tolist()):
            yield earlier, at, relationship_key(BIG, name(earlier), name(at), public=str(number))


async def clocked(what: str, work: Callable[[], Awaitable[T]]) -> tuple[T, float]:
    """Run `work`, print what it took, and return what it returned and seconds on the clock."""
    clock, processor = time.perf_counter(), time.process_time()
    found = await work()
    seconds = time.perf_counter() - clock
    show(what, time.process_time() - processor, seconds)
    return found, seconds


async def measure_reading(endpoint: Endpoint, ontology: Ontology) -> None:
    """Measure a whole read beside the bare fetch of the same."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    rules = Rules.of(ontology)
    source = Source(database, rules)

    async def bare() -> list[Row]:
        nodes = await database.rows(BIG, query(BARE_ASSETS, "tenant STRING", "READ", "page, nodes, ids"))
        return nodes + await database.rows(BIG, query(BARE, "tenant STRING", "READ", "page, sources, targets"))

    for _ in range(3):
        _, floor = await clocked("  bare fetch", bare)
        material, read = await clocked("  read for a snapshot", lambda: source.whole(BIG))
        print(f"  {read / floor:.2f} times the bare fetch, goal 1.5")
        timed("  made of it", partial(build, material, rules, BIG))
    await database.close()


def main(arguments: list[str] | None = None) -> None:
    """Measure, once small so that everything is compiled, then at size."""
    parser = argparse.ArgumentParser(prog="benchmarks.snapshots")
    parser.add_argument("--assets", type=int, default=1_000_000, help="assets in memory, with five supplies each")
    parser.add_argument(
        "--stored", type=int, default=200_000, help="assets in the database, with five relationships each"
    )
    parser.add_argument("--folder", type=Path, help="of the database, kept for the next run with as many stored")
    chosen = parser.parse_args(arguments)
    if chosen.assets:
        measure(2000)
        measure(chosen.assets)
    if chosen.stored:
        ontology = Project.bundled().desired
        with imported_server(servers(ontology, chosen.stored), folder=chosen.folder) as endpoint:
            asyncio.run(measure_reading(endpoint, ontology))


if __name__ == "__main__":
    main()
