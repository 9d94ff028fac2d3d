"""Why work was not done.

Unavailable
├── TooBusy             more is waiting than may, or the wait took all the time there was
└── QuestionTimedOut    it was begun, and took longer than one question may
"""

from __future__ import annotations

from graph.errors import Unavailable


class TooBusy(Unavailable):
    """More questions are waiting than may; `retry_seconds` is when there should be room again."""

    code = "TOO_BUSY"


class QuestionTimedOut(Unavailable):
    """A question took longer to compute than one may."""

    code = "QUESTION_TIMEOUT"
