"""Conditions put together, as text."""

from __future__ import annotations


def not_of(condition: str) -> str:
    """The true complement: a comparison with a missing value is null, and so would its negation be."""
    return f"NOT coalesce({condition}, false)"


def any_of(branches: list[str]) -> str:
    """Any of them."""
    return branches[0] if len(branches) == 1 else f"({' OR '.join(branches)})"


def joined(conditions: list[str]) -> str:
    """All of them, or what always holds."""
    return f"({' AND '.join(conditions)})" if conditions else "true"
