"""What JSON turned out to be, told to the type checker."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_tree(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value read from JSON is an object, whose keys are texts then."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value read from JSON is a list."""
    return isinstance(value, list)


def is_texts(value: object) -> TypeGuard[list[str]]:
    """Whether a value read from JSON is a list of texts."""
    return is_list(value) and all(isinstance(each, str) for each in value)
