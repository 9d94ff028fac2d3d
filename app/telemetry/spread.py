"""A histogram that takes many observations at once: telemetry comes in thousands a second, and each counts.

The client library's own takes one at a time, some five microseconds of locks and labels each: for events that was more
than to decode one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import inf
from threading import Lock

from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector


class Spread(Collector):
    """Counts observations by labels, and by the least of `bounds` (ascending) that they are within."""

    def __init__(self, name: str, help: str, labels: Sequence[str], *, bounds: Sequence[float]) -> None:  # noqa: A002
        self._name = name
        self._help = help
        self._labels = labels
        self._bounds = (*bounds, inf)
        self._counts: dict[tuple[str, ...], list[int]] = {}
        self._sums: dict[tuple[str, ...], float] = {}
        self._lock = Lock()

    def observe(self, labels: tuple[str, ...], values: Sequence[float], *, times: int = 1) -> None:
        """Count each of the values so many times."""
        with self._lock:
            counts = self._counts.setdefault(labels, [0] * len(self._bounds))
            for value in values:
                counts[bisect_left(self._bounds, value)] += times
            self._sums[labels] = self._sums.get(labels, 0.0) + times * sum(values)

    def collect(self) -> Iterator[Metric]:
        """Yield the histogram."""
        found = HistogramMetricFamily(self._name, self._help, labels=self._labels)
        names = [*(str(float(each)) for each in self._bounds[:-1]), "+Inf"]
        with self._lock:
            for labels, counts in self._counts.items():
                found.add_metric(labels, list(zip(names, accumulate(counts), strict=True)), self._sums[labels])
        yield found
