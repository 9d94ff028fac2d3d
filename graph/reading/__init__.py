"""Reading: a checked selection and filter become one parameterised statement, and its rows plain nested values."""

from graph.reading.aggregation import AggregateRow, Measure, MeasureOf
from graph.reading.chances import Chance
from graph.reading.filters import AssetFilter, Comparison, Condition, PropertyCondition
from graph.reading.limits import LIMITS, Limits
from graph.reading.ordering import OrderBy
from graph.reading.selection import (
    AssetSelection,
    ChangeConnectionSelection,
    ConnectionSelection,
    Direction,
    Page,
    RelationshipConnectionSelection,
    RelationshipSelection,
    Row,
)
from graph.reading.service import ReadingService, SearchHit

__all__ = [
    "LIMITS",
    "AggregateRow",
    "AssetFilter",
    "AssetSelection",
    "Chance",
    "ChangeConnectionSelection",
    "Comparison",
    "Condition",
    "ConnectionSelection",
    "Direction",
    "Limits",
    "Measure",
    "MeasureOf",
    "OrderBy",
    "Page",
    "PropertyCondition",
    "ReadingService",
    "RelationshipConnectionSelection",
    "RelationshipSelection",
    "Row",
    "SearchHit",
]
