"""Which properties moved up or down the hierarchy of types: told by where a type has them from."""

from __future__ import annotations

from collections.abc import Iterator

from graph.ontology.model import Ontology
from migrations.operations import (
    ASSET_TYPES,
    PROPERTIES,
    Definition,
    Draft,
    MoveProperty,
    OperationRefused,
    apart_from_id,
    mapping,
)


def moves(head: Ontology, desired: Ontology, before: Definition, after: Definition) -> tuple[MoveProperty, ...]:
    """Return the moves that lead from one ontology towards another; both also as documents.

    What changes besides is no move, but a removal and an addition.
    """
    return tuple(each for each in _candidates(head, desired, before, after) if _leads(each, before, after))


def moves_down(move: MoveProperty, head: Ontology) -> bool:
    """Whether types may lose the property that it moves."""
    return move.sources[0] in head.asset_types[move.targets[0]].supertypes


def _candidates(head: Ontology, desired: Ontology, before: Definition, after: Definition) -> Iterator[MoveProperty]:
    upwards: dict[tuple[str, str], list[str]] = {}
    for owner, name in _gone(before, after):
        has = desired.asset_types[owner].properties.get(name)
        if has is not None and has.declared_by in head.asset_types and name not in _own(before, has.declared_by):
            upwards.setdefault((has.declared_by, name), []).append(owner)
        below = [
            each
            for each in desired.asset_types[owner].subtypes
            if each in head.asset_types and name in _own(after, each) and name not in _own(before, each)
        ]
        if below:
            yield MoveProperty(name=name, sources=(owner,), targets=tuple(sorted(below)))
    for (target, name), owners in sorted(upwards.items()):
        yield MoveProperty(name=name, sources=tuple(sorted(owners)), targets=(target,))


def _leads(move: MoveProperty, before: Definition, after: Definition) -> bool:
    """Whether it leaves every target with what it is to have, but for ids that were made up."""
    draft = Draft(before)
    try:
        move.apply(draft)
    except OperationRefused:
        return False
    return all(
        apart_from_id(draft.member(target, PROPERTIES, move.name)) == apart_from_id(_own(after, target)[move.name])
        for target in move.targets
    )


def _gone(before: Definition, after: Definition) -> Iterator[tuple[str, str]]:
    for owner in sorted(set(mapping(before, ASSET_TYPES)) & set(mapping(after, ASSET_TYPES))):
        for name in sorted(set(_own(before, owner)) - set(_own(after, owner))):
            yield owner, name


def _own(document: Definition, owner: str) -> dict[str, Definition]:
    return mapping(mapping(document, ASSET_TYPES).get(owner, {}), PROPERTIES)
