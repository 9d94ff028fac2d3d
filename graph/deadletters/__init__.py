"""Dead letters: what came in and could not be taken, kept with the reason until somebody looks at it."""

from graph.deadletters.errors import DeadLettersUnavailable, UnknownDeadLetter
from graph.deadletters.model import PAYLOAD_BYTES, DeadLetter, DeadLetterPage, DeadLetters, Parked
from graph.deadletters.opening import open_dead_letters

__all__ = [
    "PAYLOAD_BYTES",
    "DeadLetter",
    "DeadLetterPage",
    "DeadLetters",
    "DeadLettersUnavailable",
    "Parked",
    "UnknownDeadLetter",
    "open_dead_letters",
]
