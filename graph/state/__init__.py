"""States: events in, checked and put in order; the newest value of each channel of each asset."""

from graph.state.checking import EventRules, Span
from graph.state.errors import (
    EventInFuture,
    EventInvalid,
    EventsRefused,
    EventTooLarge,
    EventTooOld,
    EventUnstorable,
    PositionLost,
    TooManyEvents,
    UnknownChannel,
)
from graph.state.event import Event, Quality, Reading, Value, newest, reading_of
from graph.state.history import Keeping
from graph.state.listeners import Listeners
from graph.state.positions import NOTHING_READ, Partition, Positions, Step
from graph.state.ready import Ready
from graph.state.receipt import Committed, Outcome, Receipt, Taken
from graph.state.service import StateService
from graph.state.sifting import REFUSALS
from graph.state.store import Applied, Difference, StateStore

__all__ = [
    "NOTHING_READ",
    "REFUSALS",
    "Applied",
    "Committed",
    "Difference",
    "Event",
    "EventInFuture",
    "EventInvalid",
    "EventRules",
    "EventTooLarge",
    "EventTooOld",
    "EventUnstorable",
    "EventsRefused",
    "Keeping",
    "Listeners",
    "Outcome",
    "Partition",
    "PositionLost",
    "Positions",
    "Quality",
    "Reading",
    "Ready",
    "Receipt",
    "Span",
    "StateService",
    "StateStore",
    "Step",
    "Taken",
    "TooManyEvents",
    "UnknownChannel",
    "Value",
    "newest",
    "reading_of",
]
