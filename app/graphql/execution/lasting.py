"""Whether an answer lasts: told by a revision of the tenant and by the ontology, it stays as it is until one changes.

Levels and states change with every event, alarms by what operators do, and some answers by the time alone. A question
that merely mentions one of their names is taken not to last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from graphql import (
    DocumentNode,
    EnumValueNode,
    FieldNode,
    Node,
    ObjectFieldNode,
    StringValueNode,
    Visitor,
    visit,
)

PASSING_FIELDS: Final = frozenset(
    {
        "alarm",
        "alarms",
        "criticalityProgress",
        "cutSets",
        "deadLetters",
        "health",
        "maintenanceCheck",
        "migrationPlan",
        "migrations",
        "rootCause",
        "service",
        "state",
    }
)
_PASSING_INPUTS: Final = frozenset({"levels"})
"""Fields of filters: current levels."""

_PASSING_VALUES: Final = frozenset({"LIVE", "level"})
"""A baseline; and what groups and orders go by."""


def names_passing(document: DocumentNode) -> bool:
    """Whether a document names what passes: in its operations, its fragments or the defaults of its variables."""
    looking = _Looking()
    visit(document, looking)
    return looking.found


def gives_passing(variables: Mapping[str, object] | None) -> bool:
    """Whether variables name what passes."""
    return any(_passing(variables or {}))


class _Looking(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter(self, node: Node, *_args: object) -> None:
        match node:
            case FieldNode(name=name):
                self.found |= name.value in PASSING_FIELDS
            case ObjectFieldNode(name=name):
                self.found |= name.value in _PASSING_INPUTS
            case EnumValueNode(value=value) | StringValueNode(value=value):
                self.found |= value in _PASSING_VALUES
            case _:
                pass


def _passing(value: object) -> Iterator[bool]:
    match value:
        case str():
            yield value in _PASSING_VALUES
        case Mapping():
            for name, each in cast("Mapping[str, object]", value).items():
                yield name in _PASSING_INPUTS
                yield from _passing(each)
        case Iterable():
            for each in cast("Iterable[object]", value):
                yield from _passing(each)
        case _:
            pass
