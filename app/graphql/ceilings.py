"""Ceilings of a document: over one it is refused before it is validated, so that no document can stall the process.

Validation compares fields of one name beside each other pair by pair, and reading spells fragments out; both would
take hours for a document of a few kilobytes that was made for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from graph.errors import LimitExceeded

LONGEST: Final = 200_000
"""Characters of a document."""

MOST_TOKENS: Final = 10_000
MOST_ROOTS: Final = 100
"""Root fields of an operation: each asks the database on its own."""

MOST_FIELDS: Final = 2_000
"""Fields, fragments and conditions of a document, with each fragment counted wherever it is spread."""

MOST_PAIRS: Final = 20_000
"""Pairs of fields that share a response key in one place."""

_Spelled: TypeAlias = tuple[SelectionSetNode, frozenset[str]]  # with the fragments that it stands in


def check_length(query: str) -> None:
    """Raise LimitExceeded for a document that is too long to be parsed."""
    _within(len(query), LONGEST, what="characters")


def check_size(document: DocumentNode) -> None:
    """Raise LimitExceeded for a document that asks for too much at once."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    size = _Size(fragments=fragments)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            roots = size.add([(each.selection_set, frozenset())])
            _within(roots, MOST_ROOTS, what="root fields")
    # What no operation spreads is invalid, and still it is validated.
    for name, each in fragments.items():
        if name not in size.spread:
            size.add([(each.selection_set, frozenset((name,)))])


@dataclass(slots=True, kw_only=True)
class _Size:
    """Counts what is spelled; goes no further than the ceilings."""

    fragments: dict[str, FragmentDefinitionNode]
    spread: set[str] = field(default_factory=set[str])
    fields: int = 0
    pairs: int = 0

    def add(self, spelled: Iterable[_Spelled]) -> int:
        """Count selections that stand in one place, and all below them; return how many fields they have."""
        below: dict[str, list[_Spelled]] = {}
        times: dict[str, int] = {}
        for node, within in self._fields(spelled):
            key = node.alias.value if node.alias else node.name.value
            beside = times.get(key, 0)
            times[key] = beside + 1
            self.pairs += beside
            _within(self.pairs, MOST_PAIRS, what="pairs of fields of the same name")
            if node.selection_set:
                below.setdefault(key, []).append((node.selection_set, within))
        for each in below.values():
            self.add(each)
        return sum(times.values())

    def _fields(self, spelled: Iterable[_Spelled]) -> Iterator[tuple[FieldNode, frozenset[str]]]:
        for selections, within in spelled:
            for node in selections.selections:
                self.fields += 1
                _within(self.fields, MOST_FIELDS, what="fields, with its fragments spelled out")
                if isinstance(node, FieldNode):
                    yield node, within
                elif isinstance(node, FragmentSpreadNode):
                    yield from self._spread(node.name.value, within)
                elif isinstance(node, InlineFragmentNode):
                    yield from self._fields([(node.selection_set, within)])

    def _spread(self, name: str, within: frozenset[str]) -> Iterator[tuple[FieldNode, frozenset[str]]]:
        # Unknown ones, and those that spread themselves, are left to validation.
        if name in self.fragments and name not in within:
            self.spread.add(name)
            yield from self._fields([(self.fragments[name].selection_set, within | {name})])


def _within(value: int, ceiling: int, *, what: str) -> None:
    if value > ceiling:
        raise LimitExceeded(
            f"The document has too many {what}",
            place="query",
            expected=f"at most {ceiling:,}",
            hint="Send it as several requests, and values as variables",
        )
