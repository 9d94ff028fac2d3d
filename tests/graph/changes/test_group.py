"""Group commit: sharing, failing alone, bounds, cancellation and the end of the service."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from graph.changes.errors import TooManyWaiting, WritingStopped
from graph.changes.group import GroupCommit, Waiting
from graph.changes.model import ChangeSet, DeleteAsset, Receipt
from graph.changes.request import Outcome, Request
from graph.database import CommitUnknown, ConstraintBroken, DatabaseUnreachable
from graph.errors import NotFound
from graph.identity import Revision, Tenant

TENANT = Tenant("one")


def request(name: str, *, changes: int = 1) -> Request:
    return Request(actor=name, change_set=ChangeSet(changes=(DeleteAsset(id=name),) * changes))


class Committer:
    """Stands for the database: commits when told to, breaks on the requests named `poison`."""

    def __init__(self, error: type[Exception] = ConstraintBroken) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._error = error

    async def __call__(self, tenant: Tenant, requests: Sequence[Request]) -> list[Outcome]:
        names = [each.actor for each in requests]
        self.batches.append(names)
        await self.gate.wait()
        if "poison" in names:
            raise self._error("broken")
        return [NotFound(name) if name == "bad" else Receipt(revision=Revision(len(self.batches))) for name in names]


async def test_what_waits_at_the_same_moment_shares_a_transaction() -> None:
    commit = Committer()
    group = GroupCommit(commit, waiting=Waiting())
    outcomes = await asyncio.gather(*(group.submit(TENANT, request(name)) for name in ("a", "bad", "c")))
    assert commit.batches == [["a", "bad", "c"]]
    assert [type(outcome) for outcome in outcomes] == [Receipt, NotFound, Receipt]


async def test_tenants_do_not_share() -> None:
    commit = Committer()
    group = GroupCommit(commit, waiting=Waiting())
    await asyncio.gather(group.submit(TENANT, request("a")), group.submit(Tenant("two"), request("b")))
    assert sorted(commit.batches) == [["a"], ["b"]]


async def test_switched_off_each_has_a_transaction_of_its_own() -> None:
    commit = Committer()
    group = GroupCommit(commit, grouped=False, waiting=Waiting())
    await asyncio.gather(*(group.submit(TENANT, request(name)) for name in "abc"))
    assert sorted(commit.batches) == [["a"], ["b"], ["c"]]


async def test_a_transaction_is_bounded_by_sets_and_changes() -> None:
    commit = Committer()
    group = GroupCommit(commit, waiting=Waiting(sets=3, changes=10))
    sizes = {"a": 4, "b": 6, "c": 1, "d": 99, "e": 1, "f": 1, "g": 1, "h": 1}
    await asyncio.gather(*(group.submit(TENANT, request(name, changes=size)) for name, size in sizes.items()))
    assert commit.batches == [["a", "b"], ["c"], ["d"], ["e", "f", "g"], ["h"]]


async def test_if_a_shared_transaction_breaks_its_sets_run_singly() -> None:
    commit = Committer()
    group = GroupCommit(commit, waiting=Waiting())
    outcomes = await asyncio.gather(
        *(group.submit(TENANT, request(name)) for name in ("a", "poison", "c")), return_exceptions=True
    )
    assert commit.batches == [["a", "poison", "c"], ["a"], ["poison"], ["c"]]
    assert [type(outcome) for outcome in outcomes] == [Receipt, ConstraintBroken, Receipt]


async def test_single_runs_follow_one_another() -> None:
    """Side by side they would hold a connection each while they wait for one counter."""
    running, most = 0, 0

    async def commit(tenant: Tenant, requests: Sequence[Request]) -> list[Outcome]:
        nonlocal running, most
        if len(requests) > 1:
            raise ConstraintBroken("broken")
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return [Receipt(revision=Revision(1))]

    group = GroupCommit(commit, waiting=Waiting())
    await asyncio.gather(*(group.submit(TENANT, request(str(number))) for number in range(20)))
    assert most == 1


async def test_without_a_connection_nothing_is_tried_singly() -> None:
    """Each would wait for as long again; nothing that was sent can be the cause."""
    commit = Committer(DatabaseUnreachable)
    group = GroupCommit(commit, waiting=Waiting())
    waiting = [group.submit(TENANT, request(name)) for name in ("a", "poison", "c")]
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert commit.batches == [["a", "poison", "c"]]
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnreachable] * 3


async def test_what_may_have_been_committed_is_not_run_again() -> None:
    commit = Committer(CommitUnknown)
    group = GroupCommit(commit, waiting=Waiting())
    outcomes = await asyncio.gather(
        *(group.submit(TENANT, request(name)) for name in ("a", "poison")), return_exceptions=True
    )
    assert commit.batches == [["a", "poison"]]
    assert [type(outcome) for outcome in outcomes] == [CommitUnknown, CommitUnknown]


async def test_the_queue_is_bounded() -> None:
    commit = Committer()
    commit.gate.clear()
    group = GroupCommit(commit, waiting=Waiting(waiting=2))
    running = asyncio.ensure_future(group.submit(TENANT, request("running")))
    await asyncio.sleep(0.01)
    waiting = [asyncio.ensure_future(group.submit(TENANT, request(name))) for name in "ab"]
    await asyncio.sleep(0.01)
    with pytest.raises(TooManyWaiting):
        await group.submit(TENANT, request("c"))
    commit.gate.set()
    await asyncio.gather(running, *waiting)


async def test_who_is_cancelled_in_the_queue_is_taken_out_and_what_runs_is_finished() -> None:
    commit = Committer()
    commit.gate.clear()
    group = GroupCommit(commit, waiting=Waiting())
    running = asyncio.ensure_future(group.submit(TENANT, request("running")))
    await asyncio.sleep(0.01)
    waiting = {name: asyncio.ensure_future(group.submit(TENANT, request(name))) for name in "ab"}
    await asyncio.sleep(0.01)
    running.cancel()
    waiting["a"].cancel()
    await asyncio.sleep(0.01)
    commit.gate.set()
    assert isinstance(await waiting["b"], Receipt)
    assert commit.batches == [["running"], ["b"]]


async def test_closing_finishes_what_was_taken_and_takes_no_more() -> None:
    commit = Committer()
    commit.gate.clear()
    group = GroupCommit(commit, waiting=Waiting())
    first = asyncio.ensure_future(group.submit(TENANT, request("first")))
    await asyncio.sleep(0.01)
    second = asyncio.ensure_future(group.submit(TENANT, request("second")))
    await asyncio.sleep(0.01)
    closing = asyncio.ensure_future(group.close())
    await asyncio.sleep(0.01)
    with pytest.raises(WritingStopped):
        await group.submit(TENANT, request("late"))
    assert not closing.done()
    commit.gate.set()
    await closing
    assert first.done()
    assert second.done()
    assert commit.batches == [["first"], ["second"]]
