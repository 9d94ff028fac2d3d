"""`twin simulate`: plays telemetry of the assets there are, for demos, tests and load."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.cli.console import print_json, say, tell
from app.cli.state.transports import Counts, Over, Way, transport
from app.cli.verbs import JsonFlag, ServerOption, TokenOption, add
from graph.errors import NotFound, ValueInvalid

if TYPE_CHECKING:
    from app.cli.gateway import Gateway
    from app.simulator import Simulated, Simulation, Wrongs

_TOGETHER: Final = 500
_TICK: Final = 0.25
_ASSETS: Final = """query Assets($types: [String!], $after: String) {
  assets(filter: {types: $types}, first: 1000, after: $after) { nodes { id type } pageInfo { hasNextPage endCursor } }
}"""


def register(twin: typer.Typer) -> None:
    """Add the verb."""
    add(twin, "simulate", simulate)


def simulate(
    rate: Annotated[float, typer.Option("--rate", min=0.01, max=100_000, help="Events a second, of all assets.")] = 50,
    length: Annotated[str | None, typer.Option("--for", help="How long, as PT10M. Default: until Ctrl-C.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="First play what was from so long ago, as P1D.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same values at the same times.")] = 1,
    faults: Annotated[float, typer.Option("--faults", min=0, max=0.5, help="Share of time an asset is faulty.")] = 0.01,
    delays: Annotated[float, typer.Option("--delays", min=0, max=1, help="Share of events that come late.")] = 0.0,
    duplicates: Annotated[float, typer.Option("--duplicates", min=0, max=1, help="Share that comes twice.")] = 0.0,
    lies: Annotated[float, typer.Option("--lies", min=0, max=1, help="Share with values ten times too large.")] = 0.0,
    over: Annotated[
        Over, typer.Option("--over", help="How they come; brokers are those of TWIN_MQTT_, TWIN_KAFKA_.")
    ] = Over.HTTP,
    topic: Annotated[str | None, typer.Option("--topic", help="A broker's topic. Default: the first we read.")] = None,
    together: Annotated[int, typer.Option("--together", min=1, max=500, help="Events a broker's message.")] = 1,
    server: ServerOption = None,
    token: TokenOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Play believable telemetry of every asset that has channels.

    Each asset reports in turn; the rate says how often. Faults go past the threshold of the worst level and back.
    Over HTTP they go to --server, or straight into the database; over a broker to whoever reads its topic.

    Examples:
        twin simulate --rate 100 --for PT1M --server http://127.0.0.1:8000 --token twin_...
        twin simulate --since P1D --for PT0S --rate 2
        twin simulate --over mqtt --topic plant/events --rate 500 --for PT1M
        twin simulate --over kafka --topic plant.events --together 100 --delays 0.1 --duplicates 0.05
        twin simulate --faults 0.05 --delays 0.1 --duplicates 0.05 --lies 0.01 --seed 7
    """
    from app.simulator import Wrongs

    wrongs = Wrongs(delays=delays, duplicates=duplicates, lies=lies)
    plan = _Plan(rate=rate, seed=seed, faults=faults, wrongs=wrongs, back=_micros(since), length=_micros(length))
    way = Way(over=over, topic=topic, together=together)
    counts = Counts()
    with suppress(KeyboardInterrupt):
        asyncio.run(_played(plan, way, counts, server=server, token=token))
    if as_json:
        print_json(counts.document(over))
    else:
        say(counts.text(over))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What to play; times in microseconds."""

    rate: float
    seed: int
    faults: float
    wrongs: Wrongs
    back: int | None
    length: int | None


async def _played(plan: _Plan, way: Way, counts: Counts, *, server: str | None, token: str | None) -> None:
    from app.cli.gateway import gateway
    from graph.clock import SystemClock, epoch_micros

    async with gateway(server, token) as opened, transport(way, opened, counts) as send:
        simulation = await _simulation(opened, plan)
        now = epoch_micros(SystemClock().now())
        if plan.back is not None:
            for batch in _batches(simulation.events(now - plan.back, now)):
                await send(batch)
        until = None if plan.length is None else now + plan.length
        async with aclosing(_paced(simulation, now, until)) as batches:
            async for batch in batches:
                await send(batch)


async def _simulation(opened: Gateway, plan: _Plan) -> Simulation:
    from app.simulator import Signals, Simulation
    from graph.ontology import parse_ontology

    document = (await opened.graphql("{ ontology { document } }", {}))["ontology"]["document"]
    signals = Signals(parse_ontology(document).asset_types, seed=plan.seed, faults=plan.faults)
    assets = await _assets(opened, signals.types)
    if not assets:
        raise NotFound("No asset has channels", hint="`twin load` some, or `twin demo --once` for the campus")
    every = max(1, round(len(assets) / plan.rate * 1_000_000))
    tell(f"{len(assets):,} assets report every {every / 1_000_000:,.1f} s")
    return Simulation(assets, signals, every=every, seed=plan.seed, wrongs=plan.wrongs)


async def _assets(opened: Gateway, types: Sequence[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    after: str | None = None
    while types:
        page = (await opened.graphql(_ASSETS, {"types": list(types), "after": after}))["assets"]
        found += [(each["id"], each["type"]) for each in page["nodes"] if each["type"] in types]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    return found


async def _paced(simulation: Simulation, since: int, until: int | None) -> AsyncGenerator[Sequence[Simulated]]:
    """Yield events when their time has come, from `since` on and before `until`; what is late then ends with it."""
    from graph.clock import SystemClock, epoch_micros

    end = until if until is not None else 1 << 60
    events = simulation.events(since, end)
    upcoming = next(events, None)
    while upcoming is not None:
        now = epoch_micros(SystemClock().now())
        due: list[Simulated] = []
        while upcoming is not None and upcoming.sent <= now and len(due) < _TOGETHER:
            due.append(upcoming)
            upcoming = next(events, None)
        if due:
            yield due
        if upcoming is not None and (upcoming.sent > end or now > end + 1_000_000):
            return
        if len(due) < _TOGETHER:
            await asyncio.sleep(_TICK)


def _batches(events: Iterator[Simulated]) -> Iterator[Sequence[Simulated]]:
    while batch := list(itertools.islice(events, _TOGETHER)):
        yield batch


def _micros(text: str | None) -> int | None:
    from graph.ontology.temporal import parse_duration

    if text is None:
        return None
    length = parse_duration(text) // timedelta(microseconds=1)
    if length > 366 * 86_400_000_000:
        raise ValueInvalid("Too long to be played", expected="at most a year", actual=text)
    return length
