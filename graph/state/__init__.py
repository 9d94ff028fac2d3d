"""States: events in, checked and put in order; the newest value of each channel of each asset."""

from graph.state.checking import EventRules, Span
from graph.state.errors import (
    EventInFuture,
    EventInvalid,
    EventsRefused,
    EventTooLarge,
    EventTooOld,
    TooManyEvents,
    UnknownChannel,
)
from graph.state.event import Event, Quality, Reading, Value, newest, reading_of
from graph.state.history import History, Point
from graph.state.receipt import Outcome, Receipt, Taken
from graph.state.service import Committed, StateService
from graph.state.store import Applied, Difference, StateStore

__all__ = [
    "Applied",
    "Committed",
    "Difference",
    "Event",
    "EventInFuture",
    "EventInvalid",
    "EventRules",
    "EventTooLarge",
    "EventTooOld",
    "EventsRefused",
    "History",
    "Outcome",
    "Point",
    "Quality",
    "Reading",
    "Receipt",
    "Span",
    "StateService",
    "StateStore",
    "Taken",
    "TooManyEvents",
    "UnknownChannel",
    "Value",
    "newest",
    "reading_of",
]
