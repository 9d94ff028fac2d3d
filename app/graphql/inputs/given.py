"""What a caller gave: Strawberry tells what was left out apart from null; most of the time both mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from strawberry import UNSET

T = TypeVar("T")


def given(value: T | None) -> T | None:
    """The value, None where it was left out."""
    return None if value is UNSET else value


def given_texts(value: Sequence[str] | None) -> tuple[str, ...] | None:
    """A list as a tuple, None where it was left out or null."""
    return None if value is None or value is UNSET else tuple(value)
