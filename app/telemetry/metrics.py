"""Metrics for Prometheus, in a registry that is handed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from app.telemetry.event_metrics import EventMetrics
from app.telemetry.objectives import Objective, Objectives
from graph.work import Ended, Workers

_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """Counts requests, errors and statements; knows the newest revision seen of each tenant."""

    content_type: Final = CONTENT_TYPE_LATEST

    def __init__(self, registry: CollectorRegistry, objectives: Objectives | None = None) -> None:
        self._registry = registry
        self.objectives = objectives or Objectives(Objective(), time.monotonic)
        self._requests = Histogram(
            "twin_request_seconds",
            "Requests by route, method and status: how many, and how long they took",
            ("route", "method", "status"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._errors = Counter("twin_errors", "Errors by code", ("code",), registry=registry)
        self._statements = Histogram(
            "twin_statement_seconds",
            "Statements by query name: how many, and how long until the last row",
            ("query",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._revision = Gauge("twin_revision", "Newest revision seen, by tenant", ("tenant",), registry=registry)
        self._running = Gauge("twin_requests_running", "Requests under way", registry=registry)
        self._under_way = 0
        self._begun = 0
        self._questions = Histogram(
            "twin_question_seconds",
            "Questions computed, by lane, kind and how they ended: how many, and how long they held a thread",
            ("lane", "kind", "outcome"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._computing = Gauge(
            "twin_questions_running", "Questions being computed, by lane", ("lane",), registry=registry
        )
        self._waiting = Gauge("twin_questions_waiting", "Questions waiting, by lane", ("lane",), registry=registry)
        self._refused = Gauge(
            "twin_questions_refused",
            "Questions refused with TOO_BUSY since the start, by lane",
            ("lane",),
            registry=registry,
        )
        self._threads = Gauge(
            "twin_questions_limit", "Questions computed at a time, by lane", ("lane",), registry=registry
        )
        self._websockets = Gauge("twin_websockets", "WebSocket connections that are open", registry=registry)
        self._subscriptions = Gauge(
            "twin_subscriptions", "Operations under way over WebSocket and as events", registry=registry
        )
        self._of_events = EventMetrics(registry, self.objectives)
        self._pool = Gauge("twin_database_connections_in_use", "Connections to Neo4j in use", registry=registry)
        self._pool_size = Gauge("twin_database_connections_limit", "Most connections to Neo4j", registry=registry)

    def events(self, tenant: str, transport: str, outcome: str, count: int) -> None:
        """Events came to this: CURRENT, LATE, or a code."""
        self._of_events.events(tenant, transport, outcome, count)

    def queryable(self, tenant: str, transport: str, *, since_event: Sequence[float], since_receipt: float) -> None:
        """Events can be asked for, each so many seconds after its own time, all so many after their receipt."""
        self._of_events.queryable(tenant, transport, since_event=since_event, since_receipt=since_receipt)

    def heard(self, tenant: str, source: str, received: float) -> None:
        """An event of a source was taken, received so many seconds after 1970."""
        self._of_events.heard(tenant, source, received)

    def watch_subscriptions(self, count: Callable[[], int]) -> None:
        """Show `count` as it is when the metrics are read."""
        self._subscriptions.set_function(count)

    @contextmanager
    def connected(self) -> Generator[None]:
        """A WebSocket connection is open while the block lasts."""
        with self._websockets.track_inprogress():
            yield

    def watch_pool(self, in_use: Callable[[], int], *, limit: int) -> None:
        """Show `in_use` as it is when the metrics are read, beside its limit."""
        self._pool.set_function(in_use)
        self._pool_size.set(limit)

    def watch_workers(self, workers: Workers) -> None:
        """Show each lane as it is when the metrics are read."""
        for lane in workers.lanes:
            self._computing.labels(lane.name).set_function(lambda lane=lane: lane.running)
            self._waiting.labels(lane.name).set_function(lambda lane=lane: lane.waiting)
            self._refused.labels(lane.name).set_function(lambda lane=lane: lane.refused)
            self._threads.labels(lane.name).set(lane.threads)

    def computed(self, ended: Ended) -> None:
        """A question has freed its thread."""
        self._questions.labels(ended.lane, ended.kind, ended.outcome).observe(ended.seconds)

    def request_begins(self) -> None:
        """A request came."""
        self._running.inc()
        self._under_way += 1
        self._begun += 1

    def begun(self) -> int:
        """How many requests came."""
        return self._begun

    def running(self) -> int:
        """How many requests are under way."""
        return self._under_way

    def request_ended(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._ends()
        self._requests.labels(route, method, str(status)).observe(seconds)

    def request_streams(self) -> None:
        """A request became a stream, which lasts as long as its caller likes: it is a subscription, and no request."""
        self._ends()

    def _ends(self) -> None:
        self._running.dec()
        self._under_way -= 1

    def error(self, code: str) -> None:
        """An error went out."""
        self._errors.labels(code).inc()

    def statement(self, name: str, seconds: float) -> None:
        """A statement ran: the observer that the database takes."""
        self._statements.labels(name).observe(seconds)

    def revision(self, tenant: str, revision: int) -> None:
        """A revision of a tenant was seen."""
        self._revision.labels(tenant).set(revision)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)
