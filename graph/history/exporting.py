"""History as files for other tools: Parquet, CSV or NDJSON, a page of points at a time."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import orjson

from graph.clock import text_of_micros
from graph.errors import ValueInvalid
from graph.files import replacing
from graph.history.errors import ParquetNeedsExtra
from graph.history.model import Bounds, History, Point
from graph.identity import Tenant

Write: TypeAlias = "Callable[[Sequence[Point]], None]"

PAGE: Final = 10_000
_DATATYPES: Final = {float: "float", int: "integer", bool: "boolean", str: "string"}
COLUMNS: Final = ("time", "value", "quality", "source", "event", "epoch", "sequence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A channel of an asset of a tenant, between two moments."""

    tenant: Tenant
    asset: str
    channel: str
    bounds: Bounds


async def export(history: History, series: Series, path: Path) -> int:
    """Write all points of a series to a file, whole or not at all; how many there were.

    Raises ValueInvalid for a file whose name ends otherwise, ParquetNeedsExtra, HistoryUnavailable, OSError.
    """
    opened = {".parquet": _parquet, ".csv": _csv, ".ndjson": _ndjson}.get(path.suffix.lower())
    if opened is None:
        raise ValueInvalid(
            "Unknown kind of file", expected="a name that ends with .parquet, .csv or .ndjson", actual=path.name
        )
    number = 0
    with replacing(path, mode=0o644) as file, opened(file) as write:
        async for points in pages(history, series):
            await asyncio.to_thread(write, points)
            number += len(points)
    return number


async def pages(history: History, series: Series) -> AsyncIterator[Sequence[Point]]:
    """Yield all points of a series, oldest first, in pages."""
    after: str | None = None
    while True:
        page = await history.points(
            series.tenant,
            series.asset,
            series.channel,
            since=series.bounds.since,
            until=series.bounds.until,
            first=PAGE,
            after=after,
        )
        yield page.points
        if not page.more:
            return
        after = page.cursor(len(page.points) - 1)


@contextmanager
def _csv(file: BinaryIO) -> Generator[Write]:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)

    def write(points: Sequence[Point]) -> None:
        writer.writerows([_text(value) for value in _row(point).values()] for point in points)

    try:
        yield write
    finally:
        text.detach()  # the file is not ours to close


@contextmanager
def _ndjson(file: BinaryIO) -> Generator[Write]:
    def write(points: Sequence[Point]) -> None:
        file.writelines(orjson.dumps(_row(point), option=orjson.OPT_APPEND_NEWLINE) for point in points)

    yield write


@contextmanager
def _parquet(file: BinaryIO) -> Generator[Write]:
    try:
        import pyarrow as untyped  # noqa: ICN001  # pyright: ignore[reportMissingTypeStubs]
        from pyarrow import parquet  # pyright: ignore[reportMissingTypeStubs]
    except ImportError as error:
        raise ParquetNeedsExtra from error
    pa: Any = untyped
    writer_of: Any = parquet.ParquetWriter
    moment = pa.timestamp("us", tz="UTC")
    text = pa.dictionary(pa.int32(), pa.string())
    kinds: dict[str, Any] = {"time": moment, "number": pa.float64(), "text": pa.string(), "datatype": text}
    kinds |= {"quality": text, "source": text, "event": pa.string()}
    kinds |= {"epoch": pa.uint64(), "sequence": pa.uint64()}
    schema = pa.schema(list(kinds.items()))

    with writer_of(file, schema, compression="zstd") as writer:

        def write(points: Sequence[Point]) -> None:
            rows = [_columns(point) for point in points]
            arrays = [pa.array([row[name] for row in rows], type=kind) for name, kind in kinds.items()]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

        yield write


def _row(point: Point) -> dict[str, Any]:
    return {
        "time": text_of_micros(point.time),
        "value": point.value,
        "quality": point.quality,
        "source": point.source,
        "event": point.event,
        "epoch": point.epoch,
        "sequence": point.sequence,
    }


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _columns(point: Point) -> dict[str, Any]:
    """A row of a Parquet file, where a column has one type: numbers and true or false as `number`, the rest as `text`.

    An integer that a double can't hold exactly stands in `text` as well.
    """
    value = point.value
    number = None if value is None or isinstance(value, str) else float(value)
    exact = isinstance(value, str) or (isinstance(value, int) and int(number or 0) != value)
    return {
        **_row(point),
        "time": point.time,
        "number": number,
        "text": str(value) if exact else None,
        "datatype": None if value is None else _DATATYPES[type(value)],
    }
