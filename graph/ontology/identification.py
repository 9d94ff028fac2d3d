"""Writes ids that an author left out into the text of a document, and touches nothing else of it.

An id that stands in the document stays when the author changes the name beside it: so a rename is seen as a rename.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.ontology.model import AssetType, Json, Ontology, RelationshipType
from graph.ontology.source import Path, Position, read_source

_LINE_ENDS = "\n"


@dataclass(frozen=True, slots=True)
class _Element:
    path: Path
    id: str


def identified(text: str, ontology: Ontology, *, file: str) -> tuple[str, int]:
    """Return `text`, one document of `ontology`, with the ids of all elements that it defines, and how many were new.

    Raises ValueError where the text is not of that ontology.
    """
    source = read_source(text, file=file)
    if source.problems:
        raise ValueError(f"{file} can't be read: {source.problems[0]}")
    insertions: list[tuple[Position, str]] = []
    for element in _elements(ontology):
        found = _at(source.value, element.path)
        if isinstance(found, dict) and "id" not in found:
            insertions.append((source.places.values[element.path], element.id))
    return _inserted(text, insertions), len(insertions)


def _elements(ontology: Ontology) -> Iterator[_Element]:
    for name, enum in ontology.enums.items():
        yield _Element(("enums", name), enum.id)
    for section, owners in (("assetTypes", ontology.asset_types), ("relationshipTypes", ontology.relationship_types)):
        for name, owner in owners.items():
            yield _Element((section, name), owner.id)
            yield from _members((section, name), owner)


def _members(path: Path, owner: AssetType | RelationshipType) -> Iterator[_Element]:
    for name, definition in owner.properties.items():
        if definition.declared_by == owner.name:
            yield _Element((*path, "properties", name), definition.id)
    if isinstance(owner, AssetType):
        for name, channel in owner.channels.items():
            if channel.declared_by == owner.name:
                yield _Element((*path, "channels", name), channel.id)


def _at(value: Json, path: Path) -> Json:
    for step in path:
        if not isinstance(value, dict) or not isinstance(step, str):
            return None
        value = value.get(step)
    return value


def _inserted(text: str, insertions: list[tuple[Position, str]]) -> str:
    """Insert the ids, from the last to the first so that earlier positions stay right."""
    lines = text.split(_LINE_ENDS)
    for position, identity in sorted(insertions, key=lambda each: (each[0].line, each[0].column), reverse=True):
        line, column = lines[position.line - 1], position.column - 1
        before, after = line[:column], line[column:]
        lines[position.line - 1] = before + _with_id(after, identity, indent=column)
    return _LINE_ENDS.join(lines)


def _with_id(mapping: str, identity: str, *, indent: int) -> str:
    """Return the text of a mapping from its beginning on, with the id as its first entry."""
    if not mapping.startswith("{"):
        return f"id: {identity}{_LINE_ENDS}{' ' * indent}{mapping}"
    inside = mapping[1:]
    blank = inside[: len(inside) - len(inside.lstrip(" "))]
    if inside.lstrip().startswith("}"):
        return f"{{{blank}id: {identity}{inside}"
    return f"{{{blank}id: {identity}, {inside.lstrip(' ')}"
