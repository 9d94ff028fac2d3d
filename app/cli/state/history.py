"""`twin history`: what a channel said over time, as a table, JSON or a file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from app.cli.console import print_json, print_table, say, tell
from app.cli.state.moments import moment_of, shown_moment
from app.cli.verbs import JsonFlag, add
from graph.errors import ValueInvalid

if TYPE_CHECKING:
    from graph.history import Aggregate, History, HistoryPage, Series, Window

T = TypeVar("T")

_DEFAULT: Final = ("count", "min", "mean", "max", "last")


def register(twin: typer.Typer) -> None:
    """Add the verb."""
    add(twin, "history", history)


def history(
    asset: Annotated[str, typer.Argument(help="Id of the asset.")],
    channel: Annotated[str, typer.Argument(help="Name of its channel.")],
    since: Annotated[str, typer.Option("--since", help="From when on: a date and time, or how long ago.")] = "P1D",
    until: Annotated[str, typer.Option("--until", help="Until before when; PT0S is now.")] = "PT0S",
    window: Annotated[str | None, typer.Option("--window", help="Sum up windows of this length, as PT5M.")] = None,
    aggregates: Annotated[
        list[str] | None,
        typer.Option("--aggregate", help=f"What of each window, several times. Default: {', '.join(_DEFAULT)}."),
    ] = None,
    first: Annotated[int, typer.Option("--first", min=1, max=10_000, help="How many values at most.")] = 1_000,
    output: Annotated[
        Path | None, typer.Option("--output", help="Write all values to this file: .parquet, .csv or .ndjson.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show the values of a channel, oldest first, or windows of them.

    Examples:
        twin history NBR-RACK-01 inletTemperature --since PT6H
        twin history NBR-RACK-01 inletTemperature --since 2026-06-01T00:00Z --window PT1H --aggregate max
        twin history NBR-RACK-01 inletTemperature --since P30D --output inlet.parquet
    """
    series = _run(partial(_kept, _series(asset, channel, since, until)))
    if output is not None:
        _export(series, output, windowed=window is not None)
    elif window is None:
        _print_points(_run(lambda history: _points(history, series, first)), as_json=as_json)
    else:
        length, wanted = _length(window), _aggregates(aggregates or _DEFAULT)
        found = _run(lambda history: _windows(history, series, length, wanted))
        _print_windows(found, wanted, as_json=as_json)


def _series(asset: str, channel: str, since: str, until: str) -> Series:
    from app.settings import load_settings
    from graph.clock import SystemClock
    from graph.history import Bounds, Series
    from graph.identity import parse_tenant

    now = SystemClock().now()
    bounds = Bounds(since=moment_of(since, now=now, place="--since"), until=moment_of(until, now=now, place="--until"))
    return Series(tenant=parse_tenant(load_settings().tenant), asset=asset, channel=channel, bounds=bounds)


async def _kept(series: Series, history: History) -> Series:
    from app.cli.state.series import kept_series
    from app.settings import load_settings

    return await kept_series(load_settings(), series, history)


def _length(text: str) -> int:
    from graph.ontology.temporal import parse_duration

    return parse_duration(text) // timedelta(microseconds=1)


def _aggregates(names: Sequence[str]) -> list[Aggregate]:
    from graph.history import Aggregate

    known = {each.value: each for each in Aggregate}
    for unknown in (name for name in names if name not in known):
        raise ValueInvalid("Unknown aggregate", place="--aggregate", expected=", ".join(known), actual=unknown)
    return [known[name] for name in dict.fromkeys(names)]


def _run(work: Callable[[History], Awaitable[T]]) -> T:
    from app.settings import load_settings
    from app.stores import opened_stores

    async def run() -> T:
        async with opened_stores(load_settings()) as stores:
            return await work(stores.history)

    return asyncio.run(run())


def _export(series: Series, output: Path, *, windowed: bool) -> None:
    from graph.history import export

    if windowed:
        raise ValueInvalid("A file takes the values themselves", expected="--window or --output, not both")
    number = _run(lambda history: export(history, series, output))
    tell(f"{number:,} values are in {output}")


async def _points(history: History, series: Series, first: int) -> HistoryPage:
    bounds = series.bounds
    return await history.points(
        series.tenant, series.asset, series.channel, since=bounds.since, until=bounds.until, first=first
    )


async def _windows(history: History, series: Series, length: int, wanted: Sequence[Aggregate]) -> Sequence[Window]:
    return await history.windows(
        series.tenant,
        series.asset,
        series.channel,
        since=series.bounds.since,
        until=series.bounds.until,
        window=length,
        aggregates=frozenset(wanted),
    )


def _print_points(page: HistoryPage, *, as_json: bool) -> None:
    rows = [(shown_moment(point.time), point.value, point.quality, point.source) for point in page.points]
    columns = ("time", "value", "quality", "source")
    if as_json:
        print_json({"more": page.more, "points": [dict(zip(columns, row, strict=True)) for row in rows]})
        return
    if not rows:
        say("No values in that time")
        return
    print_table("", columns, rows, wide=("source",))
    if page.more:
        say("... and more: --since the last of them, --first more, or --output FILE")


def _print_windows(found: Sequence[Window], wanted: Sequence[Aggregate], *, as_json: bool) -> None:
    columns = ("start", "end", *(each.value for each in wanted))
    rows = [
        (shown_moment(each.start), shown_moment(each.end), *(getattr(each, name.value) for name in wanted))
        for each in found
    ]
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif rows:
        print_table("", columns, [tuple(map(_short, row)) for row in rows], numbers=len(wanted))
    else:
        say("No values in that time")


def _short(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value
