"""What is waited for before an answer about impact is asked for again, and what ends the stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

import pytest

from graph.access import Principal, operator
from graph.analysis import ImpactRequest
from graph.errors import DatabaseUnavailable, RevisionNotReached, Unavailable
from graph.feed import Heads, ImpactFeed
from graph.identity import Tenant
from graph.work import QuestionTimedOut, TooBusy

pytestmark = pytest.mark.anyio


@dataclass
class Failing:
    """Fails each question by the next of its faults, and notes the pauses between them."""

    faults: list[Unavailable]
    pauses: list[float] = field(default_factory=list[float])

    async def ask(self, principal: Principal, request: ImpactRequest) -> NoReturn:
        raise self.faults.pop(0)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


def busy(seconds: int) -> TooBusy:
    error = TooBusy("Many ask")
    error.retry_seconds = seconds
    return error


@pytest.mark.parametrize("last", [QuestionTimedOut("It took long"), Unavailable("No")])
async def test_what_would_end_the_same_ends_the_stream(last: Unavailable) -> None:
    failing = Failing([DatabaseUnavailable("Gone"), busy(7), RevisionNotReached("Not yet"), last])
    heads = Heads()
    with pytest.raises(type(last)):
        await anext(ImpactFeed(failing, heads, pause=failing.pause).impacts(operator(Tenant("site")), "A"))
    assert failing.pauses == [0.2, 7, 0.4]
    assert not heads.tenants()
