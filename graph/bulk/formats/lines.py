"""Lines in the making: names of the source become names of the ontology, and what is left out is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graph.bulk.formats.naming import ASSET_NAME, NameMap, RelationshipName, Unknown
from graph.bulk.formats.spelling import camel, pascal, upper_snake
from graph.errors import Problem, ValueInvalid
from graph.ontology.model import AssetType, Datatype, Json, Ontology, PropertyDefinition, RelationshipType

Body: TypeAlias = "dict[str, Json]"


class RowFault(ValueError):
    """A row, line or node that can't be put into the bulk format; `problems` say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def fault(message: str, *, place: str, expected: str, actual: str | None = None, hint: str | None = None) -> RowFault:
    """Return the fault of a line that lacks something or holds what can't be there."""
    return RowFault(
        Problem(code="LINE_INVALID", message=message, place=place, expected=expected, actual=actual, hint=hint)
    )


def value_fault(error: ValueInvalid, name: str, place: str) -> Problem:
    """Return what is wrong with the value of the property that the source calls `name`."""
    return Problem(
        code=error.code,
        message=error.message,
        place=place,
        property=name,
        expected=error.expected,
        actual=error.actual,
        hint=error.hint,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetSource:
    """An asset as the source says it, by the source's own names. `extra` are fields of the line as they are."""

    id: str
    type: str
    name: str | None = None
    properties: Mapping[str, Json]
    extra: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSource:
    """A relationship as the source says it. `canonical` is what its name means where the name is a variant of it."""

    name: str
    canonical: RelationshipName | None = None
    source: str
    target: str
    key: str = ""
    properties: Mapping[str, Json]


class LineMaker:
    """Makes the bodies of lines. `left_out` counts what was skipped, in words; ids of skipped assets are remembered."""

    def __init__(self, ontology: Ontology, names: NameMap) -> None:
        self.ontology = ontology
        self.names = names
        self.left_out: Counter[str] = Counter()
        self._skipped: set[str] = set()

    def asset(self, given: AssetSource) -> Body | None:
        """Return the body of an asset's line, or None where its type is left out. Raises RowFault."""
        kind = self.asset_type(given.type)
        if kind is None:
            self._skipped.add(given.id)
            self.left_out[f"assets of type {given.type}"] += 1
            return None
        properties = self._properties(given.properties, given.type, self.ontology.asset_types.get(kind))
        body: Body = {"kind": "asset", "id": self.id_of(given.id), "type": kind}
        name = properties.pop(ASSET_NAME, given.name)
        if name is not None:
            body["name"] = name if isinstance(name, str | dict | list) else str(name)
        if properties:
            body["properties"] = properties
        return {**body, **given.extra}

    def relationship(self, given: LinkSource) -> Body | None:
        """Return the body of a relationship's line, or None where it or an end of it is left out. Raises RowFault."""
        to = self.relationship_type(given.name, given.canonical)
        if to is None:
            self.left_out[f"relationships {given.name}"] += 1
            return None
        if given.source in self._skipped or given.target in self._skipped:
            self.left_out[f"relationships {given.name} of assets left out"] += 1
            return None
        properties = self._properties(given.properties, given.name, self.ontology.relationship_types.get(to.type))
        ends = (self.id_of(given.source), self.id_of(given.target))
        source, target = reversed(ends) if to.reverse else ends
        body: Body = {"kind": "relationship", "type": to.type, "from": source, "to": target}
        if given.key:
            body["key"] = given.key
        if properties:
            body["properties"] = properties
        return body

    def id_of(self, source: str) -> str:
        """Return the id that the asset called `source` in its own system has here."""
        return self.names.ids.prefix + source

    def asset_type(self, name: str) -> str | None:
        """Return what the type is called here, or None where it is left out; an unknown one as it came."""
        if self.names.skips(name):
            return None
        found = self.names.types.get(name) or _spelled(name, pascal(name), self.ontology.asset_types)
        if found is None and self.names.unknown is Unknown.SKIP:
            return None
        return found or name

    def relationship_type(self, name: str, canonical: RelationshipName | None = None) -> RelationshipName | None:
        """Return what the relationship is called here, or None where it is left out; an unknown one as it came.

        A name of its own in the mapping file goes before what `canonical` is called here, and that before the ontology.
        """
        if self.names.skips(name) or (canonical is not None and self.names.skips(canonical.type)):
            return None
        found = self.names.relationships.get(name)
        if found is None and canonical is not None:
            found = _turned(self._known_relationship(canonical.type), canonical)
        found = found or self._known_relationship(name)
        if found is None and self.names.unknown is Unknown.REFUSE:
            return _turned(RelationshipName(type=upper_snake(canonical.type if canonical else name)), canonical)
        return found

    def _known_relationship(self, name: str) -> RelationshipName | None:
        mapped = self.names.relationships.get(name)
        spelled = _spelled(name, upper_snake(name), self.ontology.relationship_types)
        return mapped or (None if spelled is None else RelationshipName(type=spelled))

    def property_name(self, name: str, source_type: str, owner: AssetType | RelationshipType | None) -> str | None:
        """Return what the property is called on `owner`, or None where it is left out; an unknown one as it came."""
        if self.names.skips(name) or self.names.skips(f"{source_type}.{name}"):
            return None
        found = self.names.properties.get(f"{source_type}.{name}") or self.names.properties.get(name)
        if found is None and owner is not None:
            found = _spelled(name, camel(name), owner.properties)
        if found is None and self.names.unknown is Unknown.SKIP:
            return None
        return found or name

    def _properties(
        self, given: Mapping[str, Json], source_type: str, owner: AssetType | RelationshipType | None
    ) -> Body:
        found: Body = {}
        for name, value in given.items():
            target = self.property_name(name, source_type, owner)
            if target is None:
                self.left_out[f"properties {name}"] += 1
            elif target in found:
                raise fault(
                    f"Two properties of the source both become {target!r}",
                    place=f"properties.{name}",
                    expected="each property once",
                    hint="Name one of them under `skip` in the mapping file",
                )
            else:
                found[target] = shaped(value, owner.properties.get(target) if owner is not None else None)
        return found


def shaped(value: Json, definition: PropertyDefinition | None) -> Json:
    """Return `value` with the fields of objects in the ontology's spelling, and without notes for machines (`$...`)."""
    if definition is None:
        return value
    if isinstance(value, list) and definition.datatype is Datatype.LIST:
        return [shaped(item, definition.items) for item in value]
    if isinstance(value, dict) and definition.datatype is Datatype.MAP:
        return {name: shaped(item, definition.items) for name, item in value.items() if not name.startswith("$")}
    if not isinstance(value, dict) or definition.datatype is not Datatype.OBJECT:
        return value
    fields = {field.name: field for field in definition.fields}
    found: Body = {}
    for name, item in value.items():
        if not name.startswith("$"):
            target = _spelled(name, camel(name), fields) or name
            found[target] = shaped(item, fields.get(target))
    return found


def _turned(to: RelationshipName | None, canonical: RelationshipName | None) -> RelationshipName | None:
    if to is None or canonical is None:
        return to
    return RelationshipName(type=to.type, reverse=to.reverse != canonical.reverse)


def _spelled(name: str, respelled: str, known: Mapping[str, object]) -> str | None:
    return name if name in known else respelled if respelled in known else None
