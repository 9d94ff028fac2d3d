"""What an operation is: a step of a migration, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from graph.ontology.document import Element
from migrations.operations.draft import Definition, Draft


class Phase(StrEnum):
    """When an operation runs: additions first, data next, and apart from both what takes away."""

    EXPAND = "expand"
    BACKFILL = "backfill"
    CONTRACT = "contract"


EXPAND: Final = frozenset({Phase.EXPAND})
BACKFILL: Final = frozenset({Phase.BACKFILL})
CONTRACT: Final = frozenset({Phase.CONTRACT})
EITHER: Final = EXPAND | CONTRACT
"""Phases that an operation may stand in."""

UNCHANGED: Final = "Nothing changes."
TAKEN_BACK: Final = "The change is taken back."
"""What is said of many operations."""


class Operation(Protocol):
    """One step of a migration. Immutable; equal where it does the same."""

    @property
    def kind(self) -> str:
        """Its name in files."""
        ...

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        ...

    def apply(self, draft: Draft) -> None:
        """Change `draft`, or raise OperationRefused."""
        ...


@runtime_checkable
class Foreseen(Protocol):
    """An operation of the contract phase that something is done for ahead of it."""

    def prepare(self, draft: Draft) -> None:
        """Change what holds between `apply` and `complete`, or raise OperationRefused."""
        ...

    def close(self, draft: Draft) -> None:
        """Change that again for the time in which values are taken away."""
        ...

    def open(self, draft: Draft) -> None:
        """Change it for the time in which they come back, when a migration is taken back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationKind:
    """One row of the table of operations.

    `phases` are those it may stand in; `data` is what it does to assets and relationships, or demands of them, and
    `undone` how it is taken back, both in a sentence.
    """

    name: str
    phases: frozenset[Phase]
    purpose: str
    data: str
    undone: str
    arguments: type[Element]
    read: Callable[[Definition], Operation]


def part(written: Definition, noun: str) -> Definition:
    """Return an argument that is a mapping; arguments were checked against their class before."""
    found = written.get(noun, {})
    assert isinstance(found, dict), "arguments were checked against their class"
    return found


def named(written: Definition, noun: str) -> tuple[str, Definition]:
    """Return name and definition of an argument that has both."""
    found = part(written, noun)
    return str(found["name"]), {key: value for key, value in found.items() if key != "name"}


def unset_of(written: Definition) -> tuple[str, ...]:
    """Return the fields that an operation puts back to their defaults."""
    found = written.get("unset", [])
    assert isinstance(found, list), "arguments were checked against their class"
    return tuple(str(field) for field in found)


def changes(put: Definition, unset: tuple[str, ...]) -> Definition:
    """Return `set` and `unset` as they stand in a file: what is empty is left out."""
    return {**({"set": put} if put else {}), **({"unset": list(unset)} if unset else {})}
