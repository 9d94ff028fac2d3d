"""What is waited for before an answer about impact is asked for again, and what ends the stream."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import NoReturn, cast

import pytest

from graph.access import Principal, operator
from graph.analysis import Analysis, ImpactRequest
from graph.errors import DatabaseUnavailable, RevisionNotReached, Unavailable
from graph.feed import Heads, ImpactFeed, OntologySuperseded
from graph.identity import Revision, Tenant
from graph.impact import Baseline, Question, build_topology
from graph.kernel import ArrayEvaluator, encode
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


async def test_an_ontology_that_is_superseded_ends_the_stream() -> None:
    supplies = encode(build_topology({"A": frozenset()}, ()))
    answering = Answering(ArrayEvaluator(supplies))
    feed = ImpactFeed(answering, Heads())
    stream = feed.impacts(operator(Tenant("site")), "A")
    await anext(stream)
    following = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    assert not following.done()
    feed.close()
    with pytest.raises(OntologySuperseded):
        await following
    assert answering.asked == 1


class Answering:
    """Answers by an evaluator, always at revision 1."""

    def __init__(self, evaluator: ArrayEvaluator) -> None:
        self.asked = 0
        self._evaluator = evaluator

    async def ask(self, principal: Principal, request: ImpactRequest) -> Analysis:
        self.asked += 1
        answer = self._evaluator.evaluate(Question(failures=request.failures))
        return cast("Analysis", SimpleNamespace(answer=answer, revision=Revision(1), id=str(self.asked)))


@dataclass
class Living:
    """Answers by what is so at the moment, at one and the same revision."""

    impacted: list[SimpleNamespace]
    asked: list[ImpactRequest] = field(default_factory=list[ImpactRequest])

    async def ask(self, principal: Principal, request: ImpactRequest) -> Analysis:
        self.asked.append(request)
        answer = SimpleNamespace(impacted=list(self.impacted))
        return cast("Analysis", SimpleNamespace(answer=answer, revision=Revision(1), id=str(self.impacted)))


async def test_what_is_so_now_is_looked_at_again_without_a_revision() -> None:
    living = Living([SimpleNamespace(asset="B", level="DOWN")])
    stream = ImpactFeed(living, Heads()).impacts(operator(Tenant("site")), "A", baseline=Baseline.LIVE)
    first = await anext(stream)
    living.impacted.clear()  # B is down already
    async with asyncio.timeout(10):
        second = await anext(stream)
    assert (len(first.answer.impacted), len(second.answer.impacted)) == (1, 0)
    assert {each.baseline for each in living.asked} == {Baseline.LIVE}
    await stream.aclose()
