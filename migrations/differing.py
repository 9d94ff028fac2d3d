"""What leads from one ontology to the next: operations, and differences that no operation can express yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from graph.errors import Problem
from graph.ontology.document import OntologyDocument
from graph.ontology.model import Json, Ontology
from migrations.draft import ASSET_TYPES, ENUMS, NOUNS, RELATIONSHIP_TYPES, SECTIONS, Definition
from migrations.operations import AddChannel, AddElement, AddProperty, DescribeOntology, Operation

_FACTS = ("name", "description", "compatibility")
_MEMBERS = {"properties": "property", "channels": "channel"}


@dataclass(slots=True)
class Difference:
    """Operations in the order they run, and what they leave out."""

    operations: list[Operation] = field(default_factory=list[Operation])
    unexpressed: list[Problem] = field(default_factory=list[Problem])


def sparse(ontology: Ontology) -> Definition:
    """Return an ontology as a document of plain values, with ids and without defaults."""
    document = OntologyDocument.model_validate_json(ontology.canonical)
    return cast("Definition", document.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def differing(head: Ontology | None, desired: Ontology) -> Difference:
    """Return what leads from `head` (None: from nothing) to `desired`."""
    found = Difference()
    before = sparse(head) if head is not None else {}
    after = sparse(desired)
    _describe(before, after, found)
    for section in SECTIONS:
        _section(section, before, after, found)
    rank = {name: len(kind.supertypes) for name, kind in desired.asset_types.items()}
    found.operations.sort(key=lambda operation: _order(operation, rank))
    return found


def _describe(before: Definition, after: Definition, found: Difference) -> None:
    facts: Definition = {name: after[name] for name in _FACTS if name in after}
    if before and before["name"] != after["name"]:
        found.unexpressed.append(_change("name", before["name"], after["name"]))
    elif facts != {name: before[name] for name in _FACTS if name in before}:
        found.operations.append(DescribeOntology(facts=facts))


def _section(section: str, before: Definition, after: Definition, found: Difference) -> None:
    old, new = _mapping(before, section), _mapping(after, section)
    for name in sorted(set(old) - set(new)):
        found.unexpressed.append(_gone(f"{NOUNS[section]} {name}"))
    for name in sorted(new):
        if name not in old:
            found.operations.append(AddElement(section=section, name=name, definition=new[name]))
        elif section == ENUMS:
            found.unexpressed.extend(_changes(f"{section}.{name}", old[name], new[name]))
        else:
            _type(section, name, old[name], new[name], found)


def _type(section: str, name: str, old: Definition, new: Definition, found: Difference) -> None:
    plain = [{key: value for key, value in each.items() if key not in _MEMBERS} for each in (old, new)]
    found.unexpressed.extend(_changes(f"{section}.{name}", *plain))
    for collection, noun in _MEMBERS.items():
        had, has = _mapping(old, collection), _mapping(new, collection)
        for member in sorted(set(had) - set(has)):
            found.unexpressed.append(_gone(f"{noun} {name}.{member}"))
        for member in sorted(has):
            if member in had:
                place = f"{section}.{name}.{collection}.{member}"
                found.unexpressed.extend(_changes(place, had[member], has[member]))
            else:
                _member(name, noun, member, has[member], found)


def _member(owner: str, noun: str, name: str, definition: Definition, found: Difference) -> None:
    if noun == "channel":
        found.operations.append(AddChannel(type=owner, name=name, definition=definition))
    elif definition.get("required"):
        found.unexpressed.append(
            Problem(
                code="DIFFERENCE_UNEXPRESSED",
                message=f"The new property {owner}.{name} is required, but assets that exist have no value for it",
                hint="Make it optional",
            )
        )
    else:
        found.operations.append(AddProperty(type=owner, name=name, definition=definition))


def _changes(place: str, old: Definition, new: Definition) -> Iterator[Problem]:
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield _change(f"{place}.{key}", old.get(key), new.get(key))


def _change(place: str, old: Json, new: Json) -> Problem:
    return Problem(
        code="DIFFERENCE_UNEXPRESSED",
        message=f"{place} changed",
        expected=_shown(old),
        actual=_shown(new),
    )


def _gone(what: str) -> Problem:
    return Problem(
        code="DIFFERENCE_UNEXPRESSED", message=f"The {what} is gone or was renamed", hint="Put it back for now"
    )


def _shown(value: Json) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"


def _mapping(value: Definition, key: str) -> dict[str, Definition]:
    return cast("dict[str, Definition]", value.get(key, {}))


def _order(operation: Operation, rank: dict[str, int]) -> tuple[int, int, str]:
    match operation:
        case DescribeOntology():
            return 0, 0, ""
        case AddElement(section=section, name=name):
            return 1 + (ENUMS, ASSET_TYPES, RELATIONSHIP_TYPES).index(section), rank.get(name, 0), name
        case AddProperty(type=owner, name=name):
            return 4, 0, f"{owner}.{name}"
        case AddChannel(type=owner, name=name):
            return 5, 0, f"{owner}.{name}"
        case _:
            raise AssertionError(f"{operation.kind} is never made")
