"""Properties that become assets, and assets that become properties: only the author knows what becomes what."""

from __future__ import annotations

from collections.abc import Iterator

from graph.errors import Problem
from graph.ontology.model import Datatype, Ontology, RelationshipType
from migrations.effects import other_end
from migrations.making.successors import Answers
from migrations.operations import DemoteProperty, Operation, PromoteProperty, RemoveProperty

_TEXTS = (Datatype.STRING, Datatype.ENUM)


def promoted(
    contract: list[Operation], head: Ontology, desired: Ontology, answers: Answers
) -> tuple[list[Operation], list[Problem]]:
    """Return the operations with removals of properties that become assets, and with relationships that become values.

    An answer names a relationship type for the property that is gone, or a property for the relationship type that is.
    """
    found: list[Operation] = []
    problems: list[Problem] = []
    for each in contract:
        by = answers.successors.get((each.type, each.name)) if isinstance(each, RemoveProperty) else None
        kind = desired.relationship_types.get(by or "")
        if not isinstance(each, RemoveProperty) or kind is None:
            found.append(each)
            continue
        others = other_end(kind, desired, each.type)
        if len(others) == 1:
            found.append(PromoteProperty(type=each.type, name=each.name, to=others[0], by=kind.name))
        else:
            problems.append(_several(each, kind, others))
    found.extend(
        DemoteProperty(type=owner, name=name, by=by)
        for (owner, by), name in sorted(answers.successors.items())
        if by in head.relationship_types and owner in desired.asset_types
    )
    return found, problems


def promotion_questions(head: Ontology, desired: Ontology) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Yield properties that are gone with the relationship types that are new, and the other way round."""
    new = [each for name, each in sorted(desired.relationship_types.items()) if name not in head.relationship_types]
    old = [each for name, each in sorted(head.relationship_types.items()) if name not in desired.relationship_types]
    for owner in sorted(head.asset_types.keys() & desired.asset_types.keys()):
        had, has = head.asset_types[owner].properties, desired.asset_types[owner].properties
        for name in sorted(had.keys() - has.keys()):
            if had[name].declared_by == owner and had[name].datatype in _TEXTS:
                yield (owner, name), tuple(each.name for each in new if _touches(each, desired, owner))
        texts = (
            name
            for name, each in sorted(has.items())
            if name not in had and each.declared_by == owner and each.datatype in _TEXTS
        )
        gained = tuple(texts)
        yield from (((owner, each.name), gained) for each in old if gained and _touches(each, head, owner))


def _touches(kind: RelationshipType, ontology: Ontology, owner: str) -> bool:
    near = ontology.concrete(owner)
    return bool(near) and (near <= kind.sources_allowed) is not (near <= kind.targets_allowed)


def _several(removal: RemoveProperty, kind: RelationshipType, others: tuple[str, ...]) -> Problem:
    return Problem(
        code="DIFFERENCE_UNEXPRESSED",
        message=f"{removal.type}.{removal.name} can't become one of several types by {kind.name}",
        expected="a relationship type with one type at its other end",
        actual=", ".join(others),
        hint="Let the relationship type end at one of them, and at the others from a later version on",
    )
