"""Why an event is not taken.

InvalidInput
├── EventInvalid     its envelope is not what an event needs
├── UnknownChannel   the asset's type has no such channel
├── EventInFuture    its time is further ahead than clocks may differ
└── EventTooLarge    it holds more than one event may
Refused
├── EventUnstorable  a database refuses it again and again, and takes others
├── EventTooOld      its time is before what history keeps
├── EventsRefused    none of the events that were sent was taken (all problems at once)
└── PositionLost     a consumer reads on where another does by now
Unavailable
└── TooManyEvents    so many wait already that more would only wait longer
"""

from __future__ import annotations

from graph.errors import InvalidInput, ManyProblems, Refused, Unavailable


class EventInvalid(InvalidInput):
    """An event whose envelope is not what an event needs."""

    code = "EVENT_INVALID"


class UnknownChannel(InvalidInput):
    """A named channel is not one of the asset's type."""

    code = "UNKNOWN_CHANNEL"


class EventInFuture(InvalidInput):
    """An event of a time that is further ahead than clocks may differ."""

    code = "EVENT_IN_FUTURE"


class EventTooLarge(InvalidInput):
    """An event that holds more than one event may."""

    code = "EVENT_TOO_LARGE"


class EventTooOld(Refused):
    """An event of a time that history no longer keeps."""

    code = "EVENT_TOO_OLD"


class EventUnstorable(Refused):
    """An event that a database refuses again and again while it takes others. History may have it."""

    code = "EVENT_UNSTORABLE"


class EventsRefused(ManyProblems, Refused):
    """None of the events that were sent was taken."""

    code = "EVENTS_REFUSED"


class PositionLost(Refused):
    """A consumer took a step in a partition that another has by now, or that stands elsewhere. Nothing is taken."""

    code = "POSITION_LOST"


class TooManyEvents(Unavailable):
    """So many events wait already that more would only wait longer."""

    code = "TOO_MANY_EVENTS"
