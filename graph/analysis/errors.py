"""Why a question about impact was not answered, beside what `graph.impact` says.

InvalidInput
└── PropertiesInvalid      an added relationship has properties that don't fit its type (all problems at once)
Refused
├── BaselineUnavailable    the baseline asked for rests on something that isn't there
└── CursorExpired          the analysis that a cursor belongs to is no longer kept
Unavailable
├── TooManyAnalyses        more analyses are being paged through than are kept
└── StillCounting          a count in the background isn't done yet
"""

from __future__ import annotations

from graph.errors import InvalidInput, ManyProblems, Refused, Unavailable


class PropertiesInvalid(ManyProblems, InvalidInput):
    """An added relationship has properties that don't fit its type."""

    code = "PROPERTIES_INVALID"


class BaselineUnavailable(Refused):
    """The baseline asked for rests on something that isn't there."""

    code = "BASELINE_UNAVAILABLE"


class CursorExpired(Refused):
    """The analysis that a cursor belongs to is no longer kept."""

    code = "CURSOR_EXPIRED"


class TooManyAnalyses(Unavailable):
    """More analyses are being paged through than are kept."""

    code = "TOO_MANY_ANALYSES"


class StillCounting(Unavailable):
    """A count in the background isn't done yet."""

    code = "STILL_COUNTING"
