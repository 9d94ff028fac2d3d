"""An alarm goes from state to state as ISA-18.2 has it, whatever is done to it in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.alarms import Action, Alarm, AlarmStateConflict, Priority, Seen, ShelfInvalid, Sighting, State
from graph.alarms.lifecycle import LONGEST_SHELF, Step, acknowledged, followed, raised, shelved, unshelved
from graph.errors import TwinError
from graph.identity import Tenant
from graph.impact import Level

HERE = Tenant("here")
DOWN, DEGRADED, WELL = (Seen(level=level, time=5, value=1) for level in (Level.DOWN, Level.DEGRADED, Level.OK))
UNKNOWN = Seen(level=Level.UNKNOWN, time=5)


def new(seen: Seen = DEGRADED, channel: str = "flow") -> Alarm:
    return raised(HERE, Sighting(asset="P", kind="Pump", points={channel: seen}), channel, 10)


def after(alarm: Alarm, *steps: Callable[[Alarm], Step | None]) -> Alarm:
    for step in steps:
        done = step(alarm)
        alarm = alarm if done is None else done[0]
    return alarm


def sees(seen: Seen | None) -> Callable[[Alarm], Step | None]:
    return lambda alarm: followed(alarm, seen, 20)


def ack(alarm: Alarm) -> Step | None:
    return acknowledged(alarm, 30)


def shelve(alarm: Alarm) -> Step | None:
    return shelved(alarm, 99, 40)


def unshelve(alarm: Alarm) -> Step | None:
    return unshelved(alarm, 50)


def test_raised_acknowledged_returned() -> None:
    alarm = new()
    assert (alarm.state, alarm.raised, alarm.changed) == (State.UNACK, 5, 10)
    assert after(alarm, ack).state is State.ACKED
    over = after(alarm, ack, sees(WELL))
    assert (over.state, over.closed, over.changed) == (State.NORMAL, True, 20)


def test_returned_before_anybody_looked() -> None:
    alarm = after(new(), sees(WELL))
    assert alarm.state is State.RTN_UNACK
    again = after(alarm, sees(DOWN))
    assert (again.state, again.raises, again.level) == (State.UNACK, 2, Level.DOWN)
    assert after(alarm, ack).state is State.NORMAL
    assert after(new(), sees(None)).state is State.RTN_UNACK


def test_what_nobody_knows_neither_raises_nor_ends() -> None:
    alarm = new()
    assert followed(alarm, UNKNOWN, 20) is None
    assert followed(after(alarm, sees(WELL)), UNKNOWN, 20) is None
    assert followed(alarm, DEGRADED, 20) is None


def test_worse_is_to_be_looked_at_again_and_better_is_not() -> None:
    worse = followed(after(new(), ack), DOWN, 20)
    assert worse is not None
    assert (worse[1], worse[0].state, worse[0].level) == (Action.WORSENED, State.UNACK, Level.DOWN)
    better = followed(after(worse[0], ack), DEGRADED, 20)
    assert better is not None
    assert (better[1], better[0].state) == (Action.EASED, State.ACKED)


def test_a_shelf_keeps_an_alarm_out_of_sight_and_open() -> None:
    alarm = after(new(), ack, shelve)
    assert (alarm.state, alarm.shelved_until) == (State.SHELVED, 99)
    gone = after(alarm, sees(WELL))
    assert (gone.state, gone.active) == (State.SHELVED, False)
    assert after(gone, sees(DOWN)).state is State.SHELVED
    assert after(gone, unshelve).state is State.NORMAL
    assert after(alarm, unshelve).state is State.UNACK
    with pytest.raises(AlarmStateConflict):
        acknowledged(after(new(), shelve), 60)
    with pytest.raises(AlarmStateConflict):
        unshelved(new(), 60)
    with pytest.raises(AlarmStateConflict):
        shelved(after(new(), ack, sees(WELL)), 99, 60)
    for until in (60, 59, 61 + LONGEST_SHELF):
        with pytest.raises(ShelfInvalid):
            shelved(new(), until, 60)


def test_what_an_asset_says_itself_goes_first() -> None:
    found = [new(seen, channel).priority for channel in ("flow", "") for seen in (DOWN, DEGRADED)]
    assert found == [Priority.HIGH, Priority.MEDIUM, Priority.MEDIUM, Priority.LOW]


def test_a_priority_is_what_the_ontology_says_when_it_is_raised_or_changes_its_level() -> None:
    low = new(replace(DEGRADED, priority=Priority.LOW))
    assert low.priority is Priority.LOW
    assert after(low, sees(replace(DEGRADED, priority=Priority.HIGH))).priority is Priority.LOW
    assert after(low, sees(replace(DOWN, priority=Priority.MEDIUM))).priority is Priority.MEDIUM
    assert after(low, sees(DOWN), sees(DEGRADED)).priority is Priority.MEDIUM
    again = after(low, sees(WELL), sees(replace(DEGRADED, priority=Priority.HIGH)))
    assert (again.priority, again.raises) == (Priority.HIGH, 2)


STEPS = st.lists(st.sampled_from([sees(DOWN), sees(DEGRADED), sees(WELL), sees(UNKNOWN), ack, shelve, unshelve]))


@given(STEPS)
def test_whatever_is_done_an_alarm_is_over_only_when_it_returned_and_somebody_saw_it(
    steps: list[Callable[[Alarm], Step | None]],
) -> None:
    alarm = new()
    for step in steps:
        try:
            done = step(alarm)
        except TwinError:
            continue
        if done is None:
            continue
        alarm = done[0]
        assert alarm.level in (Level.DOWN, Level.DEGRADED)
        assert alarm.closed == (alarm.state is State.NORMAL)
        assert not (alarm.closed and alarm.active)
        assert (alarm.state is State.SHELVED) == (alarm.shelved_until is not None)
        if done[1] in (Action.RAISED, Action.RERAISED, Action.WORSENED, Action.UNSHELVED):
            assert alarm.state in (State.UNACK, State.SHELVED, State.NORMAL)
