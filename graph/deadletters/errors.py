"""What goes wrong with dead letters.

DeadLettersUnavailable         their store can't be read or written now
UnknownDeadLetter              an id that no dead letter has
"""

from __future__ import annotations

from graph.errors import Refused, Unavailable


class DeadLettersUnavailable(Unavailable):
    """The store of dead letters can't be read or written now."""

    code = "DEAD_LETTERS_UNAVAILABLE"


class UnknownDeadLetter(Refused):
    """No dead letter has this id."""

    code = "UNKNOWN_DEAD_LETTER"
