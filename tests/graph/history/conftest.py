"""Histories of both kinds."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.history import Point, Scalar, open_history
from graph.history.store import SqlHistory
from tests.postgres import LEFT_OUT, empty_database

_COUNTER = itertools.count()

SECOND = 1_000_000
NOON = int(datetime(2026, 6, 3, 12, tzinfo=UTC).timestamp()) * SECOND


class StoppedClock:
    """Noon, until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 6, 3, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def at(seconds: float, value: Scalar, *, event: str | None = None, channel: str = "temperature") -> Point:
    """A point some seconds after noon; its event is told from its time."""
    time = NOON + round(seconds * SECOND)
    named = f"e{seconds}" if event is None else event
    return Point(
        asset="R1",
        channel=channel,
        time=time,
        epoch=1,
        sequence=7,
        event=named,
        source="s",
        value=value,
        quality="GOOD",
    )


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(params=["sqlite", "postgresql"])
async def history(request: pytest.FixtureRequest, tmp_path: Path, clock: StoppedClock) -> AsyncIterator[SqlHistory]:
    """A history that is empty, of each kind."""
    if request.param == "sqlite":
        opened = open_history(None, folder=tmp_path / "history", clock=clock, days=None)
        assert isinstance(opened, SqlHistory)
        yield opened
        await opened.close()
        return
    url: str | None = request.getfixturevalue("postgres_url")
    if url is None:
        pytest.skip(LEFT_OUT)
    with empty_database(url, f"history{next(_COUNTER)}") as own:
        opened = open_history(own, folder=tmp_path, clock=clock, days=None)
        assert isinstance(opened, SqlHistory)
        yield opened
        await opened.close()


@pytest.fixture
def files(tmp_path: Path, clock: StoppedClock) -> Callable[..., SqlHistory]:
    """Opens a history in files of one folder."""

    def opened(**given: int | None) -> SqlHistory:
        found = open_history(None, folder=tmp_path / "files", clock=clock, days=given.get("days"))
        assert isinstance(found, SqlHistory)
        return found

    return opened
