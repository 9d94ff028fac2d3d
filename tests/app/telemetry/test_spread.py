"""A histogram that takes many observations at once shows what the client library's own would."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Histogram, generate_latest

from app.telemetry.spread import Spread

BOUNDS = (0.005, 0.1, 1.0, 3_600.0)


def test_it_shows_what_one_at_a_time_would() -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    spread = Spread("twin_seconds", "How long.", ("tenant", "since"), bounds=BOUNDS)
    ours.register(spread)
    plain = Histogram("twin_seconds", "How long.", ("tenant", "since"), buckets=BOUNDS, registry=theirs)
    values = [-1.0, 0.0, 0.005, 0.006, 1.0, 2.5, 3_600.0, 3_600.5]
    spread.observe(("t", "event"), values)
    spread.observe(("u", "receipt"), [0.25], times=3)
    for value in values:
        plain.labels("t", "event").observe(value)
    for _ in range(3):
        plain.labels("u", "receipt").observe(0.25)
    wanted = [line for line in generate_latest(theirs).splitlines() if b"_created" not in line]
    assert generate_latest(ours).splitlines() == wanted


def test_nothing_is_shown_before_the_first() -> None:
    registry = CollectorRegistry()
    registry.register(Spread("twin_seconds", "How long.", ("tenant",), bounds=BOUNDS))
    assert b"_bucket" not in generate_latest(registry)
