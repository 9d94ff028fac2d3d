"""Planned works: which of those in progress at once take down what none of them does with fewer. The model, pure."""

from __future__ import annotations

from graph.maintenance.budget import Budget, Cut
from graph.maintenance.errors import ManyWorksInvalid, WorksInvalid
from graph.maintenance.search import Found, Lowered, find_combinations
from graph.maintenance.timeline import busiest, window
from graph.maintenance.work import MOST_ORDER, MOST_WORKS, PlannedWork, check

__all__ = [
    "MOST_ORDER",
    "MOST_WORKS",
    "Budget",
    "Cut",
    "Found",
    "Lowered",
    "ManyWorksInvalid",
    "PlannedWork",
    "WorksInvalid",
    "busiest",
    "check",
    "find_combinations",
    "window",
]
