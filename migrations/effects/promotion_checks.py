"""Whether values can become assets, and assets values: judged on the ontology, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from graph.errors import Problem
from graph.ontology.model import Datatype, ImpactKind, Ontology, RelationshipType
from migrations.files import Migration
from migrations.operations import DemoteProperty, PromoteProperty

_TEXTS = (Datatype.STRING, Datatype.ENUM)


def wrong_promotions(migration: Migration, ontology: Ontology) -> Iterator[Problem]:
    """Yield why values can't become assets, or assets values; `ontology` is in force meanwhile."""
    for placed in migration.contract:
        match placed.operation:
            case PromoteProperty() as operation:
                faults = _promotion(operation, ontology)
            case DemoteProperty() as operation:
                faults = _demotion(operation, ontology)
            case _:
                continue
        for message, hint in faults:
            yield Problem(code="OPERATION_REFUSED", message=message, place=placed.place, hint=hint)


def outwards(kind: RelationshipType, ontology: Ontology, owner: str) -> bool:
    """Whether assets of a type are sources of a relationship type here; else they are its targets."""
    return ontology.concrete(owner) <= kind.sources_allowed


def other_end(kind: RelationshipType, ontology: Ontology, owner: str) -> tuple[str, ...]:
    """Return the types, as declared, at the end where assets of `owner` don't stand."""
    return kind.to_types if outwards(kind, ontology, owner) else kind.from_types


def _promotion(operation: PromoteProperty, ontology: Ontology) -> Iterator[tuple[str, str]]:
    owner, name, to = operation.type, operation.name, ontology.asset_type(operation.to)
    if ontology.property_of(ontology.asset_type(owner), name).datatype not in _TEXTS:
        yield f"{owner}.{name} is neither a string nor an enum", "Convert it into a string in a version before"
    if to.abstract:
        yield f"{to.name} is abstract: there are no assets of it", "Name one of its subtypes"
    needed = [each.name for each in to.properties.values() if each.required and each.default is None]
    if needed:
        hint = "Let them be required in a later version"
        yield f"{to.name} needs {', '.join(sorted(needed))}, which no value says", hint
    yield from _relating(operation.by, ontology, owner, (to.name,))


def _demotion(operation: DemoteProperty, ontology: Ontology) -> Iterator[tuple[str, str]]:
    owner, kind = operation.type, ontology.relationship_type(operation.by)
    if ontology.property_of(ontology.asset_type(owner), operation.name).datatype not in _TEXTS:
        yield f"{owner}.{operation.name} is neither a string nor an enum", "Convert it in a later version"
    yield from _relating(operation.by, ontology, owner, other_end(kind, ontology, owner))


def _relating(by: str, ontology: Ontology, owner: str, others: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    kind = ontology.relationship_type(by)
    near = ontology.concrete(owner)
    far = frozenset[str]().union(*(ontology.concrete(each) for each in others))
    along = near <= kind.sources_allowed and far <= kind.targets_allowed
    if not along and not (near <= kind.targets_allowed and far <= kind.sources_allowed):
        hint = "Allow it by `change_relationship_type` in `expand`"
        yield f"{by} can't go between {owner} and {' or '.join(others)}", hint
    elif kind.symmetric or near & far:
        yield f"{by} doesn't tell who has the value, for both ends are alike", "Name another relationship type"
    if kind.is_supply and kind.kind is ImpactKind.FLOW:
        yield f"{by} carries a flow, which no value says anything of", "Name another relationship type"
