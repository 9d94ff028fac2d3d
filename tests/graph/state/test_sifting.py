"""Of events that a database refuses together, those are found that it refuses alone, and the others are taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from neo4j.exceptions import Neo4jError

from graph.access import operator
from graph.database import ConstraintBroken, Database, DatabaseRefused, DatabaseUnreachable
from graph.errors import DatabaseUnavailable, TwinError, Unavailable
from graph.history import HistoryRefused
from graph.identity import Tenant
from graph.state import Event, Receipt, StateService, Taken
from graph.state.sifting import Sieve
from migrations import Project
from tests.graph.state.conftest import Hands, event

TENANT = Tenant("default")
ONTOLOGY = Project.bundled().desired


class Store:
    """Takes events all or none; refuses those that have an asset of `bad` among them."""

    def __init__(self, bad: set[str], refusal: TwinError, *, passes_after: int = 1_000) -> None:
        self.bad = bad
        self.refusal = refusal
        self.passes_after = passes_after
        self.away: TwinError | None = None
        self.taken: list[str] = []
        self.asked = self.probes = 0

    async def take(self, events: Sequence[Event]) -> Receipt:
        self.asked += 1
        if self.asked <= self.passes_after and any(each.asset in self.bad for each in events):
            raise self.refusal
        self.taken += [each.asset for each in events]
        return Receipt(revision=self.asked, outcomes=(Taken.CURRENT,) * len(events))

    async def probe(self) -> None:
        self.probes += 1
        if self.away is not None:
            raise self.away

    async def sift(self, number: int, *pauses: float) -> list[str]:
        events = [event(f"A{each}") for each in range(number)]
        receipt = await Sieve(take=self.take, probe=self.probe, pauses=pauses).sift(events, self.refusal)
        return [each.value if isinstance(each, Taken) else each.code for each in receipt.outcomes]


@given(number=st.integers(1, 40), bad=st.sets(st.integers(0, 39), min_size=1))
async def test_exactly_the_culprits_are_refused_and_all_others_are_taken(number: int, bad: set[int]) -> None:
    assume(number > 1 or 0 in bad)  # one alone is looked at because it was refused
    store = Store({f"A{each}" for each in bad}, DatabaseRefused("?"))
    expected = ["EVENT_UNSTORABLE" if each in bad else "CURRENT" for each in range(number)]
    assert await store.sift(number) == expected
    assert store.taken == [f"A{each}" for each in range(number) if each not in bad]
    assert store.asked <= 2 * number


@pytest.mark.parametrize("refusal", [DatabaseRefused("?"), ConstraintBroken("?"), HistoryRefused("?")])
async def test_one_among_a_thousand_is_found_in_few_tries(refusal: TwinError) -> None:
    store = Store({"A700"}, refusal)
    assert (await store.sift(1_000)).count("EVENT_UNSTORABLE") == 1
    assert store.asked <= 20


async def test_what_is_taken_when_it_is_tried_again_is_no_culprit() -> None:
    store = Store({"A0", "A1"}, DatabaseRefused("?"), passes_after=2)
    assert await store.sift(2, 0, 0) == ["CURRENT", "CURRENT"]


async def test_all_culprits_are_tried_again_after_the_last_pause() -> None:
    store = Store({"A0", "A1", "A2", "A3"}, DatabaseRefused("?"), passes_after=2 + 4 + 1)
    assert await store.sift(4, 0, 0) == ["CURRENT"] * 4
    assert sorted(store.taken) == ["A0", "A1", "A2", "A3"]


@pytest.mark.parametrize("last", [1, 2, 3])
async def test_what_passes_amid_the_last_round_leaves_no_culprit(last: int) -> None:
    store = Store({"A0", "A1", "A2", "A3"}, DatabaseRefused("?"), passes_after=2 + 4 + 1 + last)
    assert await store.sift(4, 0, 0) == ["CURRENT"] * 4


async def test_what_goes_on_to_be_refused_costs_one_try_a_pause_and_a_last_one_each() -> None:
    store = Store({"A0", "A1", "A2", "A3"}, DatabaseRefused("?"))
    assert await store.sift(4, 0, 0) == ["EVENT_UNSTORABLE"] * 4
    assert store.asked == 2 + 4 + 1 + 4


async def test_outcomes_keep_their_places_where_some_are_taken_late() -> None:
    store = Store({"A1", "A4"}, DatabaseRefused("?"))

    async def take(events: Sequence[Event]) -> Receipt:
        if [each.asset for each in events] == ["A4"] and store.asked > 10:
            store.bad.discard("A4")
        return await store.take(events)

    receipt = await Sieve(take=take, probe=store.probe, pauses=(0, 0)).sift(
        [event(f"A{each}") for each in range(6)], DatabaseRefused("?")
    )
    assert [isinstance(each, Taken) for each in receipt.outcomes] == [True, False, True, True, True, True]


@pytest.mark.parametrize("away", [DatabaseUnreachable("?"), DatabaseUnavailable("?"), DatabaseRefused("?")])
async def test_nobody_is_to_blame_where_nothing_is_taken(away: TwinError) -> None:
    store = Store({"A0"}, DatabaseRefused("?"))
    store.away = away
    with pytest.raises(type(away)):
        await store.sift(4)
    assert store.asked == 0


class Gate:
    """A driver whose database refuses one value, as Neo4j refuses what its store can't hold; and all while `full`."""

    def __init__(self, refused: str) -> None:
        self.refused = refused
        self.full = False
        self.away = False
        self.written: list[str] = []
        self.transactions = 0

    @asynccontextmanager
    async def session(self, **_given: object) -> AsyncIterator[Gate]:
        yield self

    async def execute_write(self, work: Callable[[Any], Awaitable[object]]) -> object:
        self.transactions += 1
        self._answer()
        return await work(self)

    async def run(self, text: str, parameters: Mapping[str, Any]) -> Rows:
        self._answer()
        if "tried" in text:
            return Rows([[1]])
        if "labels(a)" in text:
            return Rows([[1, [[each, ["Asset", *_labels("Room")], True] for each in parameters["ids"]]]])
        rows = [row for *_, rows in parameters["groups"] for row in rows]
        if any(self.refused in record for _, record, *_ in rows):
            raise _refusal("Neo.DatabaseError.Statement.ExecutionFailed")
        self.written += [asset for asset, *_ in rows]
        return Rows([[len(self.written), None, []]])

    async def execute_query(self, *_args: object, **_given: object) -> None:
        self._answer()

    def _answer(self) -> None:
        if self.full:
            raise _refusal("Neo.DatabaseError.Transaction.TransactionStartFailed")
        if self.away:
            raise _refusal("Neo.TransientError.General.DatabaseUnavailable")


class Rows:
    """What a statement says."""

    def __init__(self, rows: list[list[Any]]) -> None:
        self._rows = rows

    async def values(self) -> list[list[Any]]:
        return self._rows


def _labels(kind: str) -> frozenset[str]:
    return next(labels for labels, name in ONTOLOGY.types_by_labels.items() if name == kind)


def _refusal(code: str) -> Neo4jError:
    return Neo4jError._hydrate_neo4j(code=code, message="?")


def service(gate: Gate) -> StateService:
    database = Database(gate, uri="bolt://gate", name=None)  # pyright: ignore[reportArgumentType] - as much as is used
    return StateService(database, lambda: ONTOLOGY, Hands(), pauses=())


async def test_a_request_is_taken_but_for_the_event_that_the_driver_is_refused() -> None:
    gate = Gate("poison")
    states = service(gate)
    sent = [event("B" if each == 30 else f"A{each}", id="poison" if each == 30 else "e") for each in range(64)]
    receipt = await states.ingest(operator(TENANT), sent)
    assert [index for index, each in enumerate(receipt.outcomes) if each is not Taken.CURRENT] == [30]
    assert len(set(gate.written)) == 63
    (problem,) = [each for each in receipt.outcomes if not isinstance(each, Taken)]
    assert problem.code == "EVENT_UNSTORABLE"
    assert "ExecutionFailed" in (problem.actual or "")


async def test_requests_that_shared_a_transaction_with_it_are_taken() -> None:
    gate = Gate("poison")
    states = service(gate)
    sent = [[event(f"A{each}", id="poison" if each == 11 else "e")] for each in range(32)]
    receipts = await asyncio.gather(*(states.ingest(operator(TENANT), each) for each in sent))
    codes = [each.value if isinstance(each, Taken) else each.code for of in receipts for each in of.outcomes]
    assert codes == ["EVENT_UNSTORABLE" if each == 11 else "CURRENT" for each in range(32)]
    assert gate.transactions < 20


@pytest.mark.parametrize("how", ["full", "away"])
async def test_nothing_is_refused_while_the_database_takes_nothing(how: str) -> None:
    gate = Gate("poison")
    states = service(gate)
    setattr(gate, how, True)
    with pytest.raises(Unavailable):
        await states.ingest(operator(TENANT), [event("A0", id="poison"), event("A1")])
    setattr(gate, how, False)
    receipt = await states.ingest(operator(TENANT), [event("A0"), event("A1")])
    assert receipt.outcomes == (Taken.CURRENT, Taken.CURRENT)
