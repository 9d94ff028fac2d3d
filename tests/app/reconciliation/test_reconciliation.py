"""Questions as texts, sources behind addresses, runs at intervals."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import httpx
import pytest

from app.reconciliation import Repetition, SourceUnreachable, fetched, groups_of, is_address, tolerance_of
from app.reconciliation.fetching import export_address, is_trusted, shown_address
from app.reconciliation.reports import METRICS, ReportFolder
from graph.clock import from_epoch_millis
from graph.errors import InvalidInput, Unavailable, ValueInvalid
from graph.reconciliation import Group, Tolerance


def test_tolerances() -> None:
    assert tolerance_of([]) == Tolerance()
    assert tolerance_of(["1e-6", "ratedFlow=0.05"]) == Tolerance(relative=1e-6, absolute={"ratedFlow": 0.05})
    for wrong in ("much", "-1", "nan", "x=inf"):
        with pytest.raises(ValueInvalid):
            tolerance_of([wrong])


def test_groups() -> None:
    assert groups_of("missing, Different") == {Group.MISSING, Group.DIFFERENT}
    assert groups_of("") == frozenset()
    with pytest.raises(ValueInvalid):
        groups_of("missing,all")


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("http://twin:8000", "http://twin:8000/v1/bulk"),
        ("https://twin.example.org/", "https://twin.example.org/v1/bulk"),
        ("https://cmdb.example.org/export.csv?site=1", "https://cmdb.example.org/export.csv?site=1"),
    ],
)
def test_a_service_is_asked_for_its_export(source: str, address: str) -> None:
    assert is_address(source)
    assert export_address(source) == address
    assert not is_address("exports/http.ndjson")


def answering(status: int, content: bytes = b"") -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer secret"
        return httpx.Response(status, content=content, headers={"location": "http://elsewhere"})

    return httpx.MockTransport(answer)


async def kept(folder: Path, transport: httpx.MockTransport, address: str = "https://twin") -> bytes:
    async with fetched(address, token="secret", folder=folder, transport=transport) as path:
        return path.read_bytes()


def test_an_export_is_kept_while_it_is_read(tmp_path: Path) -> None:
    assert asyncio.run(kept(tmp_path / "loads", answering(200, b"{}\n"))) == b"{}\n"
    assert list((tmp_path / "loads").iterdir()) == []


@pytest.mark.parametrize("status", [302, 401, 404, 500])
def test_a_service_that_gives_no_export_is_told(tmp_path: Path, status: int) -> None:
    with pytest.raises(SourceUnreachable) as told:
        asyncio.run(kept(tmp_path, answering(status)))
    assert told.value.actual == f"status {status}"
    assert ("TWIN_SOURCE_TOKEN" in (told.value.hint or "")) == (status == 401)


def test_what_may_be_secret_in_an_address_is_not_told(tmp_path: Path) -> None:
    assert shown_address("https://me:hidden@[::1]:8/a/b?key=hidden#hidden") == "https://[::1]:8/a/b"
    for address in ("https://me:hidden@twin/x?key=hidden", "https://me:hidden@twin:port/x?key=hidden"):
        with pytest.raises(SourceUnreachable) as told:
            asyncio.run(kept(tmp_path, httpx.MockTransport(lambda _: httpx.Response(500)), address))
        assert "hidden" not in str(told.value)


def test_the_token_goes_nowhere_else(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="could be read"):
        asyncio.run(kept(tmp_path, answering(200), "http://twin"))
    for own in ("http://127.0.0.1:9", "http://localhost", "http://[::1]"):
        assert asyncio.run(kept(tmp_path, answering(200, b"{}\n"), own)) == b"{}\n"
    sources = [
        "lines.ndjson",
        "https://me@twin/a",
        "https://TWIN/b",
        "https://twin:8/c",
        "http://twin/d",
        "https://x/e",
    ]
    assert [each for each in sources if is_trusted(each, sources)] == sources[1:3]


def test_runs_follow_each_other_until_they_are_ended() -> None:
    async def run() -> tuple[int, int]:
        ended, began = asyncio.Event(), 0
        ticks = itertools.count(step=10.0)

        async def work() -> None:
            nonlocal began
            began += 1
            if began == 3:
                ended.set()
                await asyncio.sleep(60)

        return await Repetition(1.0, work, lambda: next(ticks)).until(ended), began

    assert asyncio.run(run()) == (2, 3)


def test_what_breaks_a_run_is_raised() -> None:
    async def work() -> None:
        raise Unavailable("gone")

    with pytest.raises(Unavailable):
        asyncio.run(Repetition(1.0, work, lambda: 0.0).until(asyncio.Event()))


def test_failures_are_kept_as_reports_are(tmp_path: Path) -> None:
    folder = ReportFolder(tmp_path / "reports", keep=2)
    for number in range(3):
        folder.write_failure(Unavailable("gone"), time=from_epoch_millis(number), seconds=1.5)
    reports = sorted((tmp_path / "reports").glob("reconcile-*.json"))
    assert len(reports) == 2
    assert '"code": "UNAVAILABLE"' in reports[-1].read_text()
    assert "twin_reconcile_failed 1.0" in (tmp_path / "reports" / METRICS).read_text()
