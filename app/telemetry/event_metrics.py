"""Metrics of events: what became of them, how soon they can be asked for, and from whom they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.telemetry.objectives import Objectives
from app.telemetry.spread import Spread

_FRESHNESS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0)

_SOURCES: Final = 1_000
"""Sources that have a time series of their own in one process: more cost a Prometheus too much."""


class _Burns(Collector):
    """Shows how fast the budget of late events is used up, as it is when the metrics are read."""

    def __init__(self, objectives: Objectives) -> None:
        self._objectives = objectives

    def collect(self) -> Iterator[Metric]:
        """Yield a gauge by tenant and window."""
        found = GaugeMetricFamily(
            "twin_objective_burn_rate",
            "How fast what may be late is used up, over windows of several lengths; 1 uses it up exactly",
            labels=("tenant", "window"),
        )
        for tenant in self._objectives.tenants:
            for each in self._objectives.burns(tenant):
                found.add_metric((tenant, each.window), each.rate)
        yield found


class EventMetrics:
    """Counts events, and tells `objectives` of them."""

    def __init__(self, registry: CollectorRegistry, objectives: Objectives) -> None:
        self._objectives = objectives
        self._sources: set[tuple[str, str]] = set()
        self._events = Counter(
            "twin_events",
            "Events by tenant, transport and what became of them: CURRENT, LATE, or the code they were refused with",
            ("tenant", "transport", "outcome"),
            registry=registry,
        )
        self._freshness = Spread(
            "twin_event_freshness_seconds",
            "From an event's own time, or from its receipt, until it can be asked for; what is late is left out",
            ("tenant", "transport", "since"),
            bounds=_FRESHNESS,
        )
        registry.register(self._freshness)
        self._met = Counter(
            "twin_objective_events",
            "Events that could be asked for within the promised time of their receipt (met), or couldn't",
            ("tenant", "met"),
            registry=registry,
        )
        Gauge(
            "twin_objective_seconds", "The promised time from an event's receipt until it can be asked for",
            registry=registry,
        ).set(objectives.objective.seconds)  # fmt: skip
        self._heard = Gauge(
            "twin_source_last_receipt_timestamp_seconds",
            "When this process last took an event of a source, in seconds since 1970; of the first thousand sources",
            ("tenant", "source"),
            registry=registry,
        )
        registry.register(_Burns(objectives))

    def events(self, tenant: str, transport: str, outcome: str, count: int) -> None:
        """Events came to this: CURRENT, LATE, or a code."""
        self._events.labels(tenant, transport, outcome).inc(count)

    def queryable(self, tenant: str, transport: str, *, since_event: Sequence[float], since_receipt: float) -> None:
        """Events can be asked for, each so many seconds after its own time, all so many after their receipt."""
        count = len(since_event)
        self._freshness.observe((tenant, transport, "event"), since_event)
        self._freshness.observe((tenant, transport, "receipt"), [since_receipt], times=count)
        met = self._objectives.queryable(tenant, since_receipt, count=count)
        self._met.labels(tenant, "true" if met else "false").inc(count)

    def heard(self, tenant: str, source: str, received: float) -> None:
        """An event of a source was taken, received so many seconds after 1970."""
        key = (tenant, source)
        if key not in self._sources:
            if len(self._sources) >= _SOURCES:
                return
            self._sources.add(key)
        self._heard.labels(tenant, source).set(received)
