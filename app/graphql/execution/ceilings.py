"""Ceilings of a document: over one it is refused before it is validated, so that no document can stall the process.

Validation compares fields of one name beside each other pair by pair, and reading spells fragments out; both would
take hours for a document of a few kilobytes that was made for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from graph.errors import InvalidInput, LimitExceeded

_INTROSPECTION: Final = ("__schema", "__type")


class OverLimit(LimitExceeded):
    """An operation is over one of its limits, `limit` by name."""

    def __init__(self, limit: str, message: str, *, place: str, expected: str, actual: str, hint: str) -> None:
        super().__init__(message, place=place, expected=expected, actual=actual, hint=hint)
        self.limit = limit


class IntrospectionOff(InvalidInput):
    """The schema can't be asked for here."""

    code = "INTROSPECTION_OFF"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLimits:
    """How much an operation may ask for.

    `characters` and `tokens` are those of a document, `roots` root fields of an operation (each asks the database on
    its own), `fields` fields, fragments and conditions with each fragment counted wherever it is spread, `pairs` pairs
    of fields that share a response key in one place, `depth` fields inside fields, `aliases` fields under a name of
    their own, `directives` all that stand in a document, `cost` objects in the largest answer that an operation may
    have. `introspection`: whether the schema may be asked for.
    """

    characters: int = 200_000
    tokens: int = 10_000
    roots: int = 100
    fields: int = 2_000
    pairs: int = 20_000
    depth: int = 30
    aliases: int = 500
    directives: int = 200
    cost: int = 1_000_000
    introspection: bool = True


LIMITS: Final = OperationLimits()
_MEANINGS: Final = {
    "characters": "characters",
    "tokens": "tokens",
    "roots": "root fields",
    "fields": "fields, with its fragments spelled out",
    "pairs": "pairs of fields of the same name",
    "depth": "fields inside fields",
    "aliases": "aliases",
    "directives": "directives",
}

_Spelled: TypeAlias = tuple[SelectionSetNode, frozenset[str]]  # with the fragments that it stands in


def too_many_tokens(limits: OperationLimits) -> OverLimit:
    """Return the refusal of a document whose parsing was stopped."""
    return OverLimit(
        "tokens",
        "The document has too many tokens",
        place="query",
        expected=f"at most {limits.tokens:,} tokens",
        actual="more",
        hint="Send it as several requests, and values as variables",
    )


def too_deep(limits: OperationLimits) -> OverLimit:
    """Return the refusal of a document that is nested so deeply that its parsing was given up."""
    return OverLimit(
        "depth",
        "The document is nested too deeply",
        place="query",
        expected=f"at most {limits.depth:,} depth",
        actual="more",
        hint="Send it as several requests, and values as variables",
    )


def check_length(query: str, limits: OperationLimits = LIMITS) -> None:
    """Raise OverLimit for a document that is too long to be parsed."""
    _within(len(query), limits.characters, limit="characters", place="query")


def check_size(document: DocumentNode, limits: OperationLimits = LIMITS) -> None:
    """Raise OverLimit for a document that asks for too much at once, IntrospectionOff for one that may not ask so."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    size = _Size(fragments=fragments, limits=limits)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            size.operation = each.name.value if each.name else each.operation.value
            size.directed(each.directives)
            roots = size.add([(each.selection_set, frozenset())])
            _within(roots, limits.roots, limit="roots", place=size.operation)
    # What no operation spreads is invalid, and still it is validated.
    for name, each in fragments.items():
        size.directed(each.directives)
        if name not in size.spread:
            size.operation = name
            size.add([(each.selection_set, frozenset((name,)))])


@dataclass(slots=True, kw_only=True)
class _Size:
    """Counts what is spelled; goes no further than the ceilings."""

    fragments: dict[str, FragmentDefinitionNode]
    limits: OperationLimits
    operation: str = ""
    spread: set[str] = field(default_factory=set[str])
    fields: int = 0
    pairs: int = 0
    aliases: int = 0
    directives: int = 0

    def directed(self, directives: Sequence[DirectiveNode] | None) -> None:
        """Count directives."""
        self.directives += len(directives or ())
        _within(self.directives, self.limits.directives, limit="directives", place=self.operation)

    def add(self, spelled: Iterable[_Spelled], path: tuple[str, ...] = ()) -> int:
        """Count selections that stand in one place, and all below them; return how many fields they have."""
        below: dict[str, list[_Spelled]] = {}
        times: dict[str, int] = {}
        for node, within in self._fields(spelled):
            key = node.alias.value if node.alias else node.name.value
            beside = times.get(key, 0)
            times[key] = beside + 1
            self.pairs += beside
            here = ".".join((self.operation, *path, key))
            _within(self.pairs, self.limits.pairs, limit="pairs", place=here)
            _within(len(path) + 1, self.limits.depth, limit="depth", place=here)
            self._named(node, here)
            if node.selection_set:
                below.setdefault(key, []).append((node.selection_set, within))
        for key, each in below.items():
            self.add(each, (*path, key))
        return sum(times.values())

    def _named(self, node: FieldNode, here: str) -> None:
        self.aliases += node.alias is not None
        _within(self.aliases, self.limits.aliases, limit="aliases", place=here)
        if not self.limits.introspection and node.name.value in _INTROSPECTION:
            raise IntrospectionOff(
                "The schema can't be asked for here",
                place=here,
                hint="`twin sdl` prints it. TWIN_INTROSPECTION=true lets everyone ask",
            )

    def _fields(self, spelled: Iterable[_Spelled]) -> Iterator[tuple[FieldNode, frozenset[str]]]:
        for selections, within in spelled:
            for node in selections.selections:
                self.fields += 1
                _within(self.fields, self.limits.fields, limit="fields", place=self.operation)
                self.directed(getattr(node, "directives", None))
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


def _within(value: int, ceiling: int, *, limit: str, place: str) -> None:
    if value > ceiling:
        raise OverLimit(
            limit,
            f"The document has too many {_MEANINGS[limit]}",
            place=place,
            expected=f"at most {ceiling:,} {limit}",
            actual=f"{value:,} or more",
            hint="Send it as several requests, and values as variables",
        )
