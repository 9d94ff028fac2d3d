"""Work that takes long: done by few threads, after a bounded wait, and given up when nobody waits for it any more."""

from graph.work.errors import QuestionTimedOut, TooBusy
from graph.work.lane import Ended, Lane, Outcome
from graph.work.sharing import Sharing
from graph.work.token import Stopped, Token, checkpoint, stopping, watched_seconds
from graph.work.workers import Workers, WorkLimits, cores

__all__ = [
    "Ended",
    "Lane",
    "Outcome",
    "QuestionTimedOut",
    "Sharing",
    "Stopped",
    "Token",
    "TooBusy",
    "WorkLimits",
    "Workers",
    "checkpoint",
    "cores",
    "stopping",
    "watched_seconds",
]
