"""History: every value that channels ever had, in a time-series store apart from the graph.

SQLite without any setting, PostgreSQL (with TimescaleDB where it is there) by a URL; the same answers from both.
"""

from graph.history.errors import HistoryRefused, HistoryUnavailable, ParquetNeedsExtra
from graph.history.exporting import Series, export
from graph.history.model import Aggregate, Bounds, History, HistoryPage, Point, Scalar, Window
from graph.history.opening import open_history

__all__ = [
    "Aggregate",
    "Bounds",
    "History",
    "HistoryPage",
    "HistoryRefused",
    "HistoryUnavailable",
    "ParquetNeedsExtra",
    "Point",
    "Scalar",
    "Series",
    "Window",
    "export",
    "open_history",
]
