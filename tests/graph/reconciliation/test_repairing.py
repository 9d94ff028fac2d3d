"""A repair makes the twin what the source says, once; too much is not deleted unasked."""

from __future__ import annotations

import asyncio
import itertools
import json
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.bulk.inputs import Line
from graph.changes.images import Link
from graph.changes.rules import Rulebook
from graph.errors import LimitExceeded
from graph.reconciliation import Group, Question, Repair
from graph.reconciliation import repair as repairing
from graph.reconciliation.errors import ReconcileRefused
from tests.graph.reconciliation.conftest import FILL, Comparing, asset, link, of_lines
from tests.graph.reconciliation.fake import Asset, FakeTwin

ALL = Repair(groups=frozenset(Group), delete_extra=True, reason="the registry was cleaned", write=True)
NAMES = ("A", "B", "C", "D", "E")


def repairs(*groups: Group, **more: Any) -> Repair:
    return Repair(groups=frozenset(groups), write=True, **more)


def test_only_the_groups_chosen_are_repaired(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {"A": Asset("Pump", "A", {"stages": 1}), "X": Asset("Pump", "X")}
    lines = [asset("A", properties={"stages": 2}), asset("B")]
    done = compare.repair(lines, FILL)
    assert done is not None
    assert (done.changes, done.written) == (1, True)
    assert twin.assets.keys() == {"A", "B", "X"}
    assert twin.assets["A"].values["stages"] == 1
    compare.repair(lines, repairs(Group.DIFFERENT))
    assert twin.assets["A"].values["stages"] == 2
    compare.repair(lines, repairs(Group.EXTRA, delete_extra=True, reason="gone"))
    assert twin.assets.keys() == {"A", "B"}


def test_a_repair_is_one_change_set_that_demands_what_was_read(twin: FakeTwin, compare: Comparing) -> None:
    twin.touch("A")
    compare.repair([asset("A"), asset("B", "Board"), link("POWERS", "A", "B")], FILL)
    made = compare.changes.last
    assert made is not None
    assert (len(made.changes), made.expected_revision, made.dry_run, made.operation) == (3, 1, False, "reconcile")
    assert made.idempotency_key is not None
    assert made.idempotency_key.startswith("reconcile-")
    twin.assets.clear()
    twin.links.clear()
    twin.log.pop()
    compare.repair([asset("A"), asset("B", "Board"), link("POWERS", "A", "B")], FILL)
    assert compare.changes.last == made


def test_nothing_is_written_where_nothing_differs_or_nobody_says_so(twin: FakeTwin, compare: Comparing) -> None:
    done = compare.repair([], FILL)
    assert done is not None
    assert (done.changes, done.written, done.receipt) == (0, False, None)
    compare.repair([asset("A")], Repair(groups=frozenset({Group.MISSING})))
    made = compare.changes.last
    assert made is not None
    assert made.dry_run


def test_an_asset_of_another_type_is_left(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets["A"] = Asset("Pump", "A")
    done = compare.repair([asset("A", "Board")], repairs(Group.DIFFERENT))
    assert done is not None
    assert (done.changes, done.left) == (0, 1)


def test_an_asset_that_moved_leaves_its_old_place(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {"R1": Asset("Room", "R1"), "R2": Asset("Room", "R2"), "P": Asset("Pump", "P")}
    twin.links[Link("CONTAINS", "R1", "P", "")] = {}
    rooms = [asset("R1", "Room"), asset("R2", "Room")]
    compare.repair([*rooms, asset("P", parents=["R2"])], repairs(Group.DIFFERENT))
    assert set(twin.links) == {Link("CONTAINS", "R2", "P", "")}
    compare.repair([*rooms, asset("P"), link("CONTAINS", "R1", "P")], repairs(Group.DIFFERENT))
    assert set(twin.links) == {Link("CONTAINS", "R1", "P", "")}


@pytest.mark.parametrize(
    ("wish", "refused"),
    [
        (repairs(Group.EXTRA), True),
        (repairs(Group.EXTRA, delete_extra=True), True),
        (repairs(Group.EXTRA, delete_extra=True, reason="scrapped"), False),
    ],
)
def test_much_is_not_deleted_unasked(twin: FakeTwin, compare: Comparing, wish: Repair, *, refused: bool) -> None:
    twin.assets |= {name: Asset("Pump", name) for name in NAMES}
    lines = [asset(name) for name in NAMES[1:]]
    if refused:
        with pytest.raises(ReconcileRefused):
            compare.repair(lines, wish)
        assert "A" in twin.assets
    else:
        compare.repair(lines, wish)
        assert "A" not in twin.assets
        assert compare.changes.last is not None
        assert compare.changes.last.operation == "reconcile: scrapped"


def test_a_tenth_may_go(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets |= {f"P{n}": Asset("Pump", f"P{n}") for n in range(10)}
    compare.repair([asset(f"P{n}") for n in range(9)], repairs(Group.EXTRA, delete_extra=True))
    assert len(twin.assets) == 9


def test_nothing_is_deleted_by_a_source_that_cant_be_read_whole(twin: FakeTwin, compare: Comparing) -> None:
    twin.assets["A"] = Asset("Pump", "A")
    with pytest.raises(ReconcileRefused):
        compare.repair([asset("B", "Pmp")], ALL)


def test_more_than_one_change_set_holds_is_refused(
    twin: FakeTwin, compare: Comparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repairing, "LIMITS", repairing.LIMITS.__class__(changes=3))
    with pytest.raises(LimitExceeded):
        compare.repair([asset(name) for name in NAMES], FILL)


def test_who_is_cancelled_leaves_nothing_behind(twin: FakeTwin, compare: Comparing, tmp_path: Path) -> None:
    begun, ended = threading.Event(), threading.Event()

    class Endless:
        name, total, position = "endless", None, 0

        def lines(self) -> Iterator[Line]:
            try:
                for number in itertools.count(1):
                    begun.set()
                    yield Line(number, json.dumps(asset(f"P{number}")).encode())
            finally:
                ended.set()

    async def run() -> None:
        task = asyncio.ensure_future(compare.of(Endless()))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert ended.is_set()
    assert list(tmp_path.iterdir()) == []


# ---- any source, any twin --------------------------------------------------------------------------------------------

properties = st.fixed_dictionaries(
    {}, optional={"stages": st.integers(1, 3), "ratedFlow": st.sampled_from([1.0, 2.0]), "owner": st.sampled_from("xy")}
)
supplies = st.fixed_dictionaries({}, optional={"needs": st.sampled_from([1, 2]), "note": st.sampled_from("xy")})


@st.composite
def plants(draw: st.DrawFn) -> list[dict[str, Any]]:
    rooms = [asset("R1", "Room"), asset("R2", "Room")]
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=5))
    pumps = [
        asset(name, parents=draw(st.lists(st.sampled_from(["R1", "R2"]), unique=True)), properties=draw(properties))
        for name in names
    ]
    ends = [(one, other) for one in names for other in names if one != other]
    chosen = draw(st.lists(st.sampled_from(ends), unique=True, max_size=4)) if ends else []
    links = [link("POWERS", *pair, properties=draw(supplies)) for pair in chosen]
    return [*rooms, *pumps, *links, *([] if chosen else [link("CONTAINS", "R1", "R2")])]


@given(before=plants(), after=plants())
@settings(max_examples=25)
def test_a_repair_leaves_no_difference(
    plant: Rulebook, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    twin = of_lines(plant, before)
    with tempfile.TemporaryDirectory() as folder:
        compare = Comparing(twin, Path(folder))
        exact = Question(exact=True)
        assert compare(*before, question=exact) == []
        compare.repair(after, ALL, exact)
        assert compare(*after, question=exact) == []
