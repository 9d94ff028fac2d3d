"""Writes ids and names of channels that an author left out into the text of a document, and touches nothing else of it.

An id that stands in the document stays when the author changes the name beside it: so a rename is seen as a rename.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.ontology.model import AssetType, Json, Ontology, RelationshipType
from graph.ontology.source import Path, Position, read_source

_LINE_ENDS = "\n"
_KEPT_AS = "keptAs"
_WORD = re.compile(r"""(["']?)\w+\1""")
_FORMERLY = "formerly"


@dataclass(frozen=True, slots=True)
class _Element:
    path: Path
    id: str
    formerly: tuple[str, ...] = ()
    kept_as: str | None = None


@dataclass(frozen=True, slots=True)
class _Edit:
    """An entry at the head of the mapping at a place; or a value that `replaces` the one there."""

    at: Position
    text: str
    replaces: bool = False


def identified(text: str, ontology: Ontology, *, file: str) -> tuple[str, int]:
    """Return `text`, one document of `ontology`, with ids and former names of what it defines, and how many were new.

    Raises ValueError where the text is not of that ontology.
    """
    source = read_source(text, file=file)
    if source.problems:
        raise ValueError(f"{file} can't be read: {source.problems[0]}")
    edits: list[_Edit] = []
    for element in _elements(ontology):
        found = _at(source.value, element.path)
        if not isinstance(found, dict):
            continue
        at = source.places.values[element.path]
        formerly = f"[{', '.join(element.formerly)}]"
        if element.formerly and _FORMERLY not in found:
            edits.append(_Edit(at, f"{_FORMERLY}: {formerly}"))
        elif element.formerly and found[_FORMERLY] != [*element.formerly]:
            edits.append(_Edit(source.places.values[*element.path, _FORMERLY], formerly, replaces=True))
        if element.kept_as is not None and _KEPT_AS not in found:
            edits.append(_Edit(at, f"{_KEPT_AS}: {element.kept_as}"))
        elif element.kept_as is not None and found[_KEPT_AS] != element.kept_as:
            edits.append(_Edit(source.places.values[*element.path, _KEPT_AS], element.kept_as, replaces=True))
        if "id" not in found:
            edits.append(_Edit(at, f"id: {element.id}"))
    return _edited(text, edits), len(edits)


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
                yield _Element((*path, "channels", name), channel.id, channel.formerly, channel.kept_as)


def _at(value: Json, path: Path) -> Json:
    for step in path:
        if not isinstance(value, dict) or not isinstance(step, str):
            return None
        value = value.get(step)
    return value


def _edited(text: str, edits: list[_Edit]) -> str:
    """Make the edits, from the last to the first so that earlier positions stay right."""
    lines = text.split(_LINE_ENDS)
    for edit in sorted(edits, key=lambda each: (each.at.line, each.at.column), reverse=True):
        line, column = lines[edit.at.line - 1], edit.at.column - 1
        before, after = line[:column], line[column:]
        changed = _replaced(after, edit.text) if edit.replaces else _with_entry(after, edit.text, indent=column)
        lines[edit.at.line - 1] = before + changed
    return _LINE_ENDS.join(lines)


def _replaced(rest: str, names: str) -> str:
    """Return the text from a name or list of names on with others; a list that isn't written on one line stays."""
    if (name := _WORD.match(rest)) is not None:
        return names + rest[name.end() :]
    _, closed, after = rest.partition("]")
    return f"{names}{after}" if rest.startswith("[") and closed else rest


def _with_entry(mapping: str, entry: str, *, indent: int) -> str:
    """Return the text of a mapping from its beginning on, with an entry as its first."""
    if not mapping.startswith("{"):
        return f"{entry}{_LINE_ENDS}{' ' * indent}{mapping}"
    inside = mapping[1:]
    blank = inside[: len(inside) - len(inside.lstrip(" "))]
    if inside.lstrip().startswith("}"):
        return f"{{{blank}{entry}{inside}"
    return f"{{{blank}{entry}, {inside.lstrip(' ')}"
