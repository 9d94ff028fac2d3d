"""Properties that are to hold something else under the name that they have: by way of another name.

A name says one unit at a time. So values are converted into another property first, which then gets the name: two
versions, and at every moment of both a name means one thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import rfc8785

from graph.errors import UnitInvalid, ValueInvalid
from graph.ontology import ontology_from_canonical
from graph.ontology.model import AssetType, Datatype, Ontology, PropertyDefinition, RelationshipType
from graph.ontology.succession import check_succession
from migrations.operations import ASSET_TYPES, PROPERTIES, RELATIONSHIP_TYPES, mapping, sparse

_NUMBERS: Final = frozenset({Datatype.INT, Datatype.FLOAT, Datatype.DECIMAL})
_TEXTS: Final = frozenset({Datatype.STRING, Datatype.ENUM})
_DAYS: Final = frozenset({Datatype.DATE, Datatype.DATETIME})
_SAID: Final = _NUMBERS | _TEXTS | _DAYS | {Datatype.BOOLEAN, Datatype.DURATION}


def through_interim(head: Ontology | None, desired: Ontology) -> Ontology:
    """Return what is desired, with each property whose values have to be converted under another name; else itself."""
    if head is None:
        return desired
    document = sparse(desired)
    taken = {name for each in (head, desired) for kind in _kinds(each) for name in kind.properties}
    found = False
    for section, owner, name in _converted(head, desired):
        properties = mapping(mapping(document, section)[owner], PROPERTIES)
        properties[_free(name, taken)] = properties.pop(name)
        found = True
    return ontology_from_canonical(rfc8785.dumps(document).decode()) if found else desired


def _converted(head: Ontology, desired: Ontology) -> Iterator[tuple[str, str, str]]:
    """Yield section, type and name of the properties whose values say something else under the desired definition."""
    sections = (
        (ASSET_TYPES, head.asset_types, desired.asset_types),
        (RELATIONSHIP_TYPES, head.relationship_types, desired.relationship_types),
    )
    for section, olds, news in sections:
        for owner in sorted(olds.keys() & news.keys()):
            for name, has in sorted(news[owner].properties.items()):
                had = olds[owner].properties.get(name)
                if had is not None and had.declared_by == has.declared_by == owner and _turns(had, has):
                    yield section, owner, name


def _turns(had: PropertyDefinition, has: PropertyDefinition) -> bool:
    if had.id != has.id or _held(had) == _held(has) or not _can_follow(had.datatype, has.datatype):
        return False
    try:
        check_succession(had, has)
    except (ValueInvalid, UnitInvalid):
        return False
    return True


def _held(definition: PropertyDefinition) -> tuple[object, ...]:
    enum = definition.enum.id if definition.enum is not None else None
    scale = definition.scale if definition.datatype is Datatype.DECIMAL else 0
    return definition.datatype, definition.unit, scale, enum


def _can_follow(before: Datatype, after: Datatype) -> bool:
    """Whether values of one datatype can be told in another."""
    if not {before, after} <= _SAID:
        return False
    return before is after or bool({before, after} & _TEXTS) or {before, after} <= _DAYS or {before, after} <= _NUMBERS


def _kinds(ontology: Ontology) -> Iterator[AssetType | RelationshipType]:
    yield from ontology.asset_types.values()
    yield from ontology.relationship_types.values()


def _free(name: str, taken: set[str]) -> str:
    base = f"next{name[:1].upper()}{name[1:]}"[:60]
    found = next(each for each in (base, *(f"{base}{number}" for number in range(2, 999))) if each not in taken)
    taken.add(found)
    return found
