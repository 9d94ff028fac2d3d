"""A JSON document in memory, read without trust: what is not there or of another kind counts as not there."""

from __future__ import annotations

from typing import TypeAlias

from graph.ontology.model import Json

Tree: TypeAlias = "dict[str, Json]"


def tree(value: Json) -> Tree:
    """Return `value` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def trees(value: Json) -> list[Tree]:
    """Return the objects in `value` where it is a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value: Json) -> str | None:
    """Return `value` where it is a text that is not empty."""
    return value if isinstance(value, str) and value else None


def at(value: Json, *steps: str) -> Json:
    """Return what is at the end of `steps` through objects, or None."""
    for step in steps:
        value = tree(value).get(step)
    return value
