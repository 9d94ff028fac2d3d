"""The priority of an alarm, as an ontology may declare it."""

from __future__ import annotations

from enum import StrEnum


class Priority(StrEnum):
    """How soon somebody has to look at an alarm."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
