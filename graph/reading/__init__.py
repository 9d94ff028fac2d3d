"""Reading: a checked selection and filter become one parameterised statement, and its rows plain nested values."""

from graph.reading.aggregation import AggregateRow, Grouping, Measure, MeasureOf
from graph.reading.chances import Chance
from graph.reading.directions import Direction
from graph.reading.filters import (
    Among,
    AssetFilter,
    Comparison,
    Condition,
    EdgeFilter,
    FieldsCondition,
    ItemsCondition,
    NeighbourOrder,
    PropertyCondition,
    Quantifier,
    RelationshipCondition,
)
from graph.reading.limits import LIMITS, Limits
from graph.reading.live import LiveReads, LiveWish, Lookup, StateUnknown
from graph.reading.ordering import OrderBy
from graph.reading.selection import (
    AssetSelection,
    ChangeConnectionSelection,
    ConnectionSelection,
    NeighbourConnectionSelection,
    NeighbourSelection,
    NeighboursField,
    Page,
    RelationshipConnectionSelection,
    RelationshipSelection,
    Row,
)
from graph.reading.service import ReadingService, SearchHit

__all__ = [
    "LIMITS",
    "AggregateRow",
    "Among",
    "AssetFilter",
    "AssetSelection",
    "Chance",
    "ChangeConnectionSelection",
    "Comparison",
    "Condition",
    "ConnectionSelection",
    "Direction",
    "EdgeFilter",
    "FieldsCondition",
    "Grouping",
    "ItemsCondition",
    "Limits",
    "LiveReads",
    "LiveWish",
    "Lookup",
    "Measure",
    "MeasureOf",
    "NeighbourConnectionSelection",
    "NeighbourOrder",
    "NeighbourSelection",
    "NeighboursField",
    "OrderBy",
    "Page",
    "PropertyCondition",
    "Quantifier",
    "ReadingService",
    "RelationshipCondition",
    "RelationshipConnectionSelection",
    "RelationshipSelection",
    "Row",
    "SearchHit",
    "StateUnknown",
]
