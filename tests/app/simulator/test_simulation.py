"""The simulator: the same seed, the same events; usual values are on no level, faults are; wrongs come as asked."""

from __future__ import annotations

from collections import Counter

import pytest

from app.ingest import event_of
from app.simulator import Signals, Simulated, Simulation, Wrongs
from app.simulator.signals import DAY, HOUR
from graph.ontology.model import AssetType, Threshold
from migrations import Project

NOON = 1_780_488_000_000_000
ASSETS = [("UPS-1", "Ups"), ("R1", "Room"), ("GRID", "GridFeed"), ("P1", "Pump")]
MINUTE = 60_000_000


@pytest.fixture(scope="module")
def types() -> dict[str, AssetType]:
    return dict(Project.bundled().desired.asset_types)


def simulation(types: dict[str, AssetType], *, seed: int = 1, faults: float = 0.0, **wrongs: float) -> Simulation:
    signals = Signals(types, seed=seed, faults=faults)
    return Simulation(ASSETS, signals, every=MINUTE, seed=seed, wrongs=Wrongs(**wrongs))


def test_the_same_seed_gives_the_same_events_wherever_one_begins(types: dict[str, AssetType]) -> None:
    whole = list(simulation(types, faults=0.3).events(NOON, NOON + HOUR))
    again = simulation(types, faults=0.3)
    parts = [*again.events(NOON, NOON + 7 * MINUTE + 1), *again.events(NOON + 7 * MINUTE + 1, NOON + HOUR)]
    assert whole == parts
    assert len(whole) == 60 * len(ASSETS)
    assert whole != list(simulation(types, seed=2, faults=0.3).events(NOON, NOON + HOUR))
    assert [each.sent for each in whole] == sorted(each.sent for each in whole)


def test_events_are_cloud_events_of_all_channels(types: dict[str, AssetType]) -> None:
    for each in simulation(types).events(NOON, NOON + MINUTE):
        event = event_of(each.event)
        assert event.time == each.sent
        assert {value.channel for value in event.values} == set(types[dict(ASSETS)[event.asset]].channels)


def beyond(value: object, threshold: Threshold) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        high = threshold.above is not None and value > threshold.above
        return high or (threshold.below is not None and value < threshold.below)
    equals = threshold.equals if isinstance(threshold.equals, list) else [threshold.equals]
    return value in equals


def test_usual_values_are_on_no_level_and_faults_reach_the_worst(types: dict[str, AssetType]) -> None:
    signals = Signals(types, seed=3, faults=0.0)
    ill = Signals(types, seed=3, faults=0.5)
    for kind in signals.types:
        channels = types[kind].channels
        usual = [signals.values("A", kind, NOON + minute * 10 * MINUTE) for minute in range(144)]
        moments = [NOON + minute * 5 * MINUTE for minute in range(288)]
        worst = [ill.values("A", kind, time) for time in moments if ill.fault("A", time) >= 1]
        assert worst
        for name, channel in channels.items():
            assert not any(beyond(values[name], each) for values in usual for each in channel.thresholds), (kind, name)
            if channel.thresholds:
                assert all(beyond(values[name], channel.thresholds[0]) for values in worst), (kind, name)


def test_faults_take_the_share_of_time_that_was_asked_for(types: dict[str, AssetType]) -> None:
    signals = Signals(types, seed=5, faults=0.1)
    moments = [signals.fault(f"A{number}", NOON + number * 7 * MINUTE) > 0 for number in range(4_000)]
    assert 0.07 < sum(moments) / len(moments) < 0.13


def test_delays_duplicates_and_lies_come_as_often_as_asked(types: dict[str, AssetType]) -> None:
    wrong = simulation(types, delays=0.2, duplicates=0.1, lies=0.05)
    events = list(wrong.events(NOON, NOON + DAY // 4))
    number = 360 * len(ASSETS)
    times = Counter((each.event["subject"], each.event["id"]) for each in events)
    assert len(times) == number
    assert 0.05 < sum(count == 2 for count in times.values()) / number < 0.15
    late = [each for each in events if each.sent != event_of(each.event).time]
    assert 0.12 < len(late) / len(events) < 0.28
    assert [each.sent for each in events] == sorted(each.sent for each in events)
    assert 0.01 < sum(map(lying, events)) / len(events) < 0.1


def lying(each: Simulated) -> bool:
    data = each.event["data"]
    return data.get("temperature", 0) > 100 or (each.event["subject"] == "GRID" and data["voltage"] > 1_000)
