"""Waiting for criticality: asks until it is counted, shows progress to who watches, and says what a stop leaves."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from typing import Any, cast

import pytest
from rich.console import Console

from app.cli import console
from app.cli.analysis import counting
from app.cli.gateway import Gateway


class Counting:
    """A gateway to a count that does a quarter with each look; `stuck` never gets on."""

    def __init__(self, *, stuck: bool = False) -> None:
        self.done = 0
        self.stuck = stuck
        self.asked: list[object] = []

    async def graphql(self, _document: str, variables: Mapping[str, object]) -> Mapping[str, Any]:
        self.asked.append(variables["by"])
        told = {"done": self.done, "total": 400, "perSecond": 100.0, "complete": self.done == 400}
        told["secondsLeft"] = (400 - self.done) / 100 if self.done else None
        self.done = self.done if self.stuck else min(400, self.done + 100)
        return {"criticalityProgress": told}


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A terminal that somebody watches."""
    text = io.StringIO()
    monkeypatch.setattr(console, "_err", Console(file=text, force_terminal=True, width=100))
    monkeypatch.setattr(counting, "_LOOK_SECONDS", 0.15)
    return text


async def test_it_waits_until_all_is_counted_and_shows_how_far_it_is(screen: io.StringIO) -> None:
    gateway = Counting()
    await counting.wait_until_counted(cast("Gateway", gateway), "ratedFlow")
    assert gateway.asked == ["ratedFlow"] * 5
    assert "300 of 400, 1 s left" in screen.getvalue()


async def test_who_watches_nothing_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.StringIO()
    monkeypatch.setattr(console, "_err", Console(file=text))
    monkeypatch.setattr(counting, "_LOOK_SECONDS", 0.0)
    await counting.wait_until_counted(cast("Gateway", Counting()), None)
    assert not text.getvalue()


async def test_a_stop_says_that_the_count_is_kept(screen: io.StringIO) -> None:
    waiting = asyncio.create_task(counting.wait_until_counted(cast("Gateway", Counting(stuck=True)), None))
    await asyncio.sleep(0.05)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert "goes on from there" in screen.getvalue()
