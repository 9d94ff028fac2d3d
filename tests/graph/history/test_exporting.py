"""History as files: every value comes back from each of them."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.errors import ValueInvalid
from graph.history import Bounds, ParquetNeedsExtra, Scalar, Series, export
from graph.history.store import SqlHistory
from graph.identity import Tenant
from tests.graph.history.conftest import NOON, at

VALUES: list[Scalar] = [21.5, -3, 2**63 - 1, True, 'grün, \n"', None]
SERIES = Series(tenant=Tenant("here"), asset="R1", channel="temperature", bounds=Bounds(since=0, until=NOON * 2))


async def exported(files: Callable[..., SqlHistory], path: Path) -> int:
    history = files()
    await history.append(SERIES.tenant, [at(number, value) for number, value in enumerate(VALUES)])
    try:
        return await export(history, SERIES, path)
    finally:
        await history.close()


async def test_csv(files: Callable[..., SqlHistory], tmp_path: Path) -> None:
    assert await exported(files, tmp_path / "values.csv") == len(VALUES)
    with (tmp_path / "values.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == ["21.5", "-3", "9223372036854775807", "true", 'grün, \n"', ""]
    assert rows[1]["time"] == "2026-06-03T12:00:01Z"
    assert rows[0]["source"] == "s"


async def test_ndjson(files: Callable[..., SqlHistory], tmp_path: Path) -> None:
    await exported(files, tmp_path / "values.ndjson")
    rows = [json.loads(line) for line in (tmp_path / "values.ndjson").read_bytes().splitlines()]
    assert [row["value"] for row in rows] == VALUES
    assert rows[0] == {
        "time": "2026-06-03T12:00:00Z", "value": 21.5, "quality": "GOOD", "source": "s", "event": "e0", "epoch": 1,
        "sequence": 7,
    }  # fmt: skip


async def test_parquet(files: Callable[..., SqlHistory], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    await exported(files, tmp_path / "values.parquet")
    rows = parquet.read_table(tmp_path / "values.parquet").to_pylist()
    assert [row["number"] for row in rows] == [21.5, -3.0, 9223372036854775807.0, 1.0, None, None]
    assert [row["text"] for row in rows] == [None, None, "9223372036854775807", None, 'grün, \n"', None]
    assert [row["datatype"] for row in rows] == ["float", "integer", "integer", "boolean", "string", None]
    assert rows[0]["time"] == datetime(2026, 6, 3, 12, tzinfo=UTC)


async def test_without_the_library_it_is_said_what_to_do(
    files: Callable[..., SqlHistory], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ParquetNeedsExtra):
        await exported(files, tmp_path / "values.parquet")
    assert not list(tmp_path.glob("values*"))


async def test_another_kind_of_file_is_refused(files: Callable[..., SqlHistory], tmp_path: Path) -> None:
    with pytest.raises(ValueInvalid):
        await exported(files, tmp_path / "values.xlsx")
