"""What a run tells of itself."""

from __future__ import annotations

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

    `detail` is the holder waited for, the command run, or the step.
    """

    step: Step
    revision: str | None = None
    done: int = 0
    total: int = 0
    detail: str = ""
