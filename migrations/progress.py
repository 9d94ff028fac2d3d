"""What a run tells of itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Points of a run that it can be stopped after; what was done by then is kept."""

    WAITING = "waiting"
    LEASED = "leased"
    BEGUN = "begun"
    COMMAND = "command"
    ONLINE = "online"
    EXPANDED = "expanded"
    PAGE = "page"
    APPLIED = "applied"
    COMPLETED = "completed"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: `done` of `total` schema commands, or of assets and relationships of a step over data.

    `detail` is the holder waited for, the command run, or the step; `seconds` is how long this run has been at a step
    over data.
    """

    step: Step
    revision: str | None = None
    done: int = 0
    total: int = 0
    detail: str = ""
    seconds: float = 0.0

    @property
    def rate(self) -> float | None:
        """Assets and relationships a second; None where there is nothing yet to tell it by."""
        return self.done / self.seconds if self.done and self.seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """How long the step goes on at that rate."""
        return None if self.rate is None else (self.total - self.done) / self.rate

    @property
    def written(self) -> str:
        """A page as the ledger keeps it."""
        return json.dumps([self.detail, self.done, self.total, round(self.seconds, 3)])

    @classmethod
    def read(cls, revision: str, text: str | None) -> Progress | None:
        """Return what the ledger keeps of a page."""
        if text is None:
            return None
        detail, done, total, seconds = json.loads(text)
        return cls(step=Step.PAGE, revision=revision, done=done, total=total, detail=detail, seconds=seconds)
