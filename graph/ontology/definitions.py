"""Properties, enums and channels: from the document's part to the checked definition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graph.errors import UnitInvalid, ValueInvalid
from graph.ontology.document import (
    DeprecationDocument,
    EnumDocument,
    FollowsDocument,
    ItemDocument,
    PropertyDocument,
)
from graph.ontology.model import Datatype, Deprecation, EnumType, Follows, PropertyDefinition
from graph.ontology.names import CAMEL, PASCAL, UPPER_SNAKE
from graph.ontology.problems import Problems
from graph.ontology.source import Path
from graph.ontology.succession import check_succession
from graph.ontology.units import check_quantity, check_unit
from graph.ontology.values import codec

NUMERIC = frozenset({Datatype.INT, Datatype.FLOAT, Datatype.DECIMAL})
NOT_INDEXED = frozenset({Datatype.LIST, Datatype.MAP, Datatype.OBJECT, Datatype.POINT})

_FACETS: Mapping[str, frozenset[Datatype]] = {
    "unit": NUMERIC,
    "quantity": NUMERIC,
    "minimum": NUMERIC,
    "maximum": NUMERIC,
    "exclusive_minimum": NUMERIC,
    "pattern": frozenset({Datatype.STRING}),
    "enum": frozenset({Datatype.ENUM}),
    "scale": frozenset({Datatype.DECIMAL}),
    "items": frozenset({Datatype.LIST, Datatype.MAP}),
    "fields": frozenset({Datatype.OBJECT}),
}
_NEEDED = {Datatype.ENUM: "enum", Datatype.LIST: "items", Datatype.OBJECT: "fields"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """What definitions are linked with.

    `written_enums` also holds those too wrong to be in `enums`. `units_judged`: the units were found right when the
    ontology was stored, so pint, which takes most of a second to load, is not asked again.
    """

    problems: Problems
    enums: Mapping[str, EnumType]
    written_enums: frozenset[str] = frozenset()
    units_judged: bool = False

    def enum(self, name: str | None, path: Path) -> EnumType | None:
        """Return the enum called `name`, noting where it is asked for in vain."""
        if name is None or name in self.enums:
            return self.enums[name] if name else None
        if name not in self.written_enums:
            self.problems.unknown("UNKNOWN_ENUM", (*path, "enum"), name, self.enums, kind="enum")
        return None


def check_name(problems: Problems, path: Path, name: str, pattern: str) -> bool:
    """Note a name that is not spelled as its kind is; return whether it is right."""
    if len(name) <= 63 and re.fullmatch(pattern, name):
        return True
    style = {PASCAL: "PascalCase", CAMEL: "camelCase", UPPER_SNAKE: "UPPER_SNAKE_CASE"}[pattern]
    expected = f"{style} of at most 63 ASCII letters and digits, beginning with a letter"
    problems.key("NAME_INVALID", path, f"{name[:80]!r} is not spelled {style}", expected=expected, actual=name[:80])
    return False


def deprecation(document: DeprecationDocument | None) -> Deprecation | None:
    """Return a deprecation as the model has it."""
    if document is None:
        return None
    return Deprecation(
        since=document.since, message=document.message, replacement=document.replacement, until=document.until
    )


def enum_type(name: str, document: EnumDocument, problems: Problems) -> EnumType:
    """Return an enum, noting values that are misspelled or there twice."""
    path: Path = ("enums", name)
    check_name(problems, path, name, PASCAL)
    for position, value in enumerate(document.values):
        at = (*path, "values", position)
        check_name(problems, at, value, UPPER_SNAKE)
        if value in document.values[:position]:
            problems.value("DUPLICATE_NAME", at, f"{value!r} is there twice", expected="each value once", actual=value)
    for value, by in (document.replaced or {}).items():
        if value not in document.values or by not in document.values or by in (document.replaced or {}):
            message = f"{value!r} can't be replaced by {by!r}"
            expected = "two values of the enum, of which the second is not replaced itself"
            problems.key("FIELD_INVALID", (*path, "replaced", value), message, expected=expected, actual=by)
    identity = document.id or f"enum:{name}"
    return EnumType(
        id=identity,
        name=name,
        values=tuple(document.values),
        description=document.description,
        replaced=dict(document.replaced or {}),
    )


def property_definition(
    name: str, document: PropertyDocument, path: Path, linking: Linking, *, identity: str, owner: str
) -> PropertyDefinition:
    """Return a property or an object's field, noting all that is wrong with it."""
    item = _item(name, document, path, linking, identity=document.id or identity, owner=owner)
    definition = replace(
        item,
        required=document.required,
        unique=document.unique,
        indexed=document.indexed,
        writable=document.writable,
        default=document.default,
        classification=document.classification,
        deprecation=deprecation(document.deprecation),
        follows=_follows(document.follows),
    )
    _check_index(definition, path, linking.problems)
    return _with_default(definition, path, linking.problems)


def check_follows(properties: Mapping[str, PropertyDefinition], path: Path, linking: Linking) -> None:
    """Note properties of one type that follow what can't be followed. `path` leads to the properties."""
    for name, definition in properties.items():
        if definition.follows is None:
            continue
        at = (*path, name, "follows")
        leader = properties.get(definition.follows.property)
        fault = _follows_fault(definition, leader)
        if fault is not None or leader is None:
            linking.problems.value("FOLLOWS_INVALID", at, fault or "", expected="another property of the same type")
            continue
        if linking.units_judged or not (_compiles(leader) and _compiles(definition)):
            continue
        try:
            check_succession(leader, definition)
        except (ValueInvalid, UnitInvalid) as error:
            linking.problems.value(
                "FOLLOWS_INVALID", at, error.message, expected=error.expected, actual=error.actual, hint=error.hint
            )


def _follows_fault(definition: PropertyDefinition, leader: PropertyDefinition | None) -> str | None:
    if leader is None or leader.name == definition.name:
        return f"{definition.name} follows what its type does not declare itself"
    if leader.follows is not None:
        return f"{leader.name} follows a property itself"
    if definition.required or definition.unique or definition.default is not None:
        return "What follows another property can't be required, unique or have a default"
    return None


def _follows(document: FollowsDocument | None) -> Follows | None:
    return None if document is None else Follows(property=document.property, values=document.values)


def _item(
    name: str, document: ItemDocument, path: Path, linking: Linking, *, identity: str, owner: str
) -> PropertyDefinition:
    fitting = _check_facets(document, path, linking.problems)
    if not linking.units_judged:
        _check_unit(document, path, linking.problems)
    return PropertyDefinition(
        id=identity,
        name=name,
        datatype=document.datatype,
        declared_by=owner,
        unit=document.unit if document.datatype in NUMERIC else None,
        quantity=document.quantity,
        minimum=document.minimum if fitting else None,
        maximum=document.maximum if fitting else None,
        exclusive_minimum=document.exclusive_minimum,
        pattern=_pattern(document, path, linking.problems),
        enum=linking.enum(document.enum, path),
        scale=document.scale or 0,
        items=_items(name, document, path, linking, identity=identity, owner=owner),
        fields=_fields(document, path, linking, identity=identity, owner=owner),
        description=document.description,
    )


def _items(
    name: str, document: ItemDocument, path: Path, linking: Linking, *, identity: str, owner: str
) -> PropertyDefinition | None:
    if document.items is None:
        return None
    at = (*path, "items")
    if document.datatype is Datatype.LIST and document.items.datatype is Datatype.LIST:
        linking.problems.value(
            "DATATYPE_INVALID",
            (*at, "datatype"),
            "A list can't hold lists",
            expected="items of another datatype",
            actual="list",
            hint="Use a list of objects, or a map",
        )
    return _item(f"{name}[]", document.items, at, linking, identity=f"{identity}[]", owner=owner)


def _fields(
    document: ItemDocument, path: Path, linking: Linking, *, identity: str, owner: str
) -> tuple[PropertyDefinition, ...]:
    fields: list[PropertyDefinition] = []
    for name, field in document.fields.items():
        at = (*path, "fields", name)
        check_name(linking.problems, at, name, CAMEL)
        made = property_definition(name, field, at, linking, identity=f"{identity}.{name}", owner=owner)
        for flag in ("unique", "indexed"):
            if getattr(field, flag):
                linking.problems.value("INDEX_INVALID", (*at, flag), f"A field of an object can't be {flag}")
        fields.append(made)
    return tuple(sorted(fields, key=lambda field: field.name))


def _check_facets(document: ItemDocument, path: Path, problems: Problems) -> bool:
    datatype = document.datatype
    for facet, datatypes in _FACETS.items():
        if getattr(document, facet) not in (None, False, {}) and datatype not in datatypes:
            alias = "exclusiveMinimum" if facet == "exclusive_minimum" else facet
            expected = f"a property of datatype {' or '.join(sorted(datatypes))}"
            problems.key(
                "DATATYPE_INVALID", (*path, alias), f"{alias} is not for {datatype}", expected=expected, actual=datatype
            )
    needed = _NEEDED.get(datatype)
    if needed and not getattr(document, needed):
        message = f"A property of datatype {datatype} needs {needed!r}"
        problems.value("DATATYPE_INVALID", path, message, expected=f"the field {needed!r}", actual="nothing")
    return datatype in NUMERIC and _check_range(document, path, problems)


def _check_range(document: ItemDocument, path: Path, problems: Problems) -> bool:
    minimum, maximum = document.minimum, document.maximum
    if minimum is None and document.exclusive_minimum:
        message = "exclusiveMinimum says something about a minimum that is not there"
        problems.value("RANGE_INVALID", (*path, "exclusiveMinimum"), message, expected="a minimum")
    if minimum is None or maximum is None:
        return True
    if minimum < maximum or (minimum == maximum and not document.exclusive_minimum):
        return True
    message = "The range is empty"
    problems.value(
        "RANGE_INVALID", (*path, "maximum"), message, expected=f"a maximum above {minimum:g}", actual=f"{maximum:g}"
    )
    return False


def _check_unit(document: ItemDocument, path: Path, problems: Problems) -> None:
    if document.datatype not in NUMERIC:
        return
    try:
        if document.unit is not None:
            check_unit(document.unit)
    except UnitInvalid as error:
        problems.value("UNIT_INVALID", (*path, "unit"), error.message, expected=error.expected, actual=error.actual)
        return
    try:
        if document.quantity is not None:
            check_quantity(document.unit or "", document.quantity)
    except UnitInvalid as error:
        at = (*path, "quantity")
        problems.value("UNIT_INVALID", at, error.message, expected=error.expected, actual=error.actual, hint=error.hint)


def _pattern(document: ItemDocument, path: Path, problems: Problems) -> str | None:
    if document.pattern is None or document.datatype is not Datatype.STRING:
        return None
    try:
        re.compile(document.pattern)
    except (re.error, RecursionError, OverflowError) as error:
        at = (*path, "pattern")
        problems.value(
            "PATTERN_INVALID", at, f"Not a regular expression: {error}", expected="a regular expression (Python's re)"
        )
        return None
    return document.pattern


def _check_index(definition: PropertyDefinition, path: Path, problems: Problems) -> None:
    for flag, asked in (("unique", definition.unique), ("indexed", definition.indexed)):
        if asked and definition.datatype in NOT_INDEXED:
            problems.value(
                "INDEX_INVALID",
                (*path, flag),
                f"A property of datatype {definition.datatype} can't be {flag}",
                expected="a datatype with one plain value",
                actual=definition.datatype,
            )
    if definition.unique and definition.default is not None:
        problems.value(
            "DEFAULT_INVALID",
            (*path, "default"),
            "A unique property can't have a default: the second asset would be refused",
            hint="Remove the default, or unique",
        )


def check_writable(definition: PropertyDefinition, path: Path, linking: Linking) -> None:
    """Note a property that must have a value, and that nobody could ever give one: nothing of its type could be made.

    What was stored before this was looked at may still be read.
    """
    nobody = definition.required and not definition.writable and definition.default is None
    if nobody and not linking.units_judged:
        linking.problems.value(
            "DEFAULT_MISSING",
            (*path, "writable"),
            f"{definition.name} must have a value, no caller may write it, and it has no default",
            expected="a default, or a property that is writable or not required",
            hint="Give it a default; a migration may change the values later",
        )


def _with_default(definition: PropertyDefinition, path: Path, problems: Problems) -> PropertyDefinition:
    """Return `definition` with its default in canonical spelling."""
    if definition.default is None or not _compiles(definition):
        return definition
    compiled = codec(definition)
    try:
        return replace(definition, default=compiled.show(compiled.store(definition.default)))
    except (ValueInvalid, UnitInvalid) as error:
        problems.value(
            "DEFAULT_INVALID",
            (*path, "default"),
            f"The default is not a value of {definition.name}",
            expected=error.expected,
            actual=error.actual,
            hint=error.hint,
        )
        return replace(definition, default=None)


def _compiles(definition: PropertyDefinition) -> bool:
    """Whether the definition is whole enough to be compiled: what it lacks has been noted already."""
    if definition.datatype is Datatype.ENUM:
        return definition.enum is not None
    if definition.datatype is Datatype.LIST and definition.items is None:
        return False
    parts = (*definition.fields, *((definition.items,) if definition.items else ()))
    return all(_compiles(part) for part in parts)
