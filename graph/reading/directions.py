"""Which way relationships are followed."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Which way relationships are followed from an asset."""

    OUT = "OUT"
    IN = "IN"
    BOTH = "BOTH"


def arrow(direction: Direction, inside: str) -> str:
    """Return the part of a pattern between an asset and the one at the other end."""
    match direction:
        case Direction.OUT:
            return f"-[{inside}]->"
        case Direction.IN:
            return f"<-[{inside}]-"
        case Direction.BOTH:
            return f"-[{inside}]-"
