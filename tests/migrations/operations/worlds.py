"""Ontologies and data of all sorts, drawn so that they fit: what each operation is tried on.

The names are always the same, so that an operation finds what it is to change; what they are, and what there is of
them, is drawn.
"""

from __future__ import annotations

import itertools
import json
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from graph.changes import Change, ExternalId, UpsertAsset, UpsertRelationship
from graph.ontology import parse_ontology
from graph.ontology.model import Json, Ontology, RelationshipType
from tests.migrations.operations.pages import SMALL

Definition: TypeAlias = "dict[str, Any]"
Pool: TypeAlias = "Sequence[Definition]"

TENANTS: Final = ("north", "south")
EACH: Final = SMALL["PAGE"] + 1
"""Assets of each type, so that pages are full and others not."""

FUELS: Final = ("GAS", "OIL", "COAL", "WOOD")
OF_SUPPLIES: Final = frozenset({"capacity", "combine", "delay", "group", "loss", "needs", "open"})
"""What supplies say of themselves; whether they agree is judged elsewhere."""

TEXTS: Final = st.text(f"{string.ascii_lowercase}0 ä'\"`\\${{😀", min_size=1, max_size=6).map(str.strip).filter(bool)

POOL: Final[tuple[Definition, ...]] = (
    {"datatype": "string"},
    {"datatype": "string", "indexed": True, "classification": "internal"},
    {"datatype": "string", "unique": True},
    {"datatype": "string", "pattern": "[a-z]+"},
    {"datatype": "string", "writable": False},
    {"datatype": "float", "unit": "kW", "minimum": 0},
    {"datatype": "float", "required": True, "default": 2.5},
    {"datatype": "int", "minimum": 0, "maximum": 100},
    {"datatype": "int", "required": True},
    {"datatype": "boolean", "default": True},
    {"datatype": "enum", "enum": "Fuel"},
    {"datatype": "date"},
    {"datatype": "datetime", "indexed": True},
    {"datatype": "duration"},
    {"datatype": "decimal", "scale": 2},
    {"datatype": "list", "items": {"datatype": "string"}, "default": ["x"]},
    {"datatype": "list", "items": {"datatype": "enum", "enum": "Fuel"}},
    {"datatype": "map"},
    {"datatype": "object", "fields": {"inner": {"datatype": "float", "minimum": 0}}},
)
OF_EDGES: Final = tuple(each for each in POOL if not {"unique", "indexed", "required"} & set(each))
_TRUTHS: Final = {"on": "true", "open": "true", "off": "false"}
CONVERSIONS: Final[tuple[tuple[Definition, Definition, Sequence[Json], Mapping[str, str]], ...]] = (
    ({"datatype": "float", "unit": "kW"}, {"datatype": "float", "unit": "W"}, (0.0, 1.5, 1234.5678), {}),
    ({"datatype": "float", "unit": "degC"}, {"datatype": "float", "unit": "K"}, (0.0, -40.0, 21.3), {}),
    ({"datatype": "int", "unit": "m"}, {"datatype": "decimal", "scale": 3, "unit": "km"}, (0, 7, 12345), {}),
    ({"datatype": "int"}, {"datatype": "string"}, (0, -7, 12), {}),
    ({"datatype": "string"}, {"datatype": "boolean"}, ("on", "off", "open"), _TRUTHS),
    ({"datatype": "enum", "enum": "Fuel"}, {"datatype": "string", "indexed": True}, FUELS, {}),
    ({"datatype": "date"}, {"datatype": "datetime"}, ("2020-02-29", "1999-12-31"), {}),
    ({"datatype": "decimal", "scale": 2}, {"datatype": "float"}, ("12.50", "-0.01"), {}),
)
"""What a property can be converted from and to: definitions, values that lose nothing, and a table for some."""

VIBRATION: Final = {"datatype": "float", "unit": "mm/s", "levels": {"DOWN": {"above": 11.0}}}
SAMPLES: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "boolean": st.booleans(),
    "date": st.sampled_from(("2020-02-29", "1999-12-31")),
    "datetime": st.sampled_from(("2026-01-31T12:00:00.123Z", "1970-01-01T00:00:00.000Z")),
    "duration": st.sampled_from(("P1DT2H", "PT5M")),
    "decimal": st.sampled_from(("12.50", "0.01", "-3.00")),
    "map": st.dictionaries(TEXTS, st.integers(0, 9) | st.none() | TEXTS, max_size=2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What data must be like besides being right: so that an operation may do what it does.

    `empty` are types that nothing is of; `bare` properties without values, `filled` such that all have one, `distinct`
    such that no two share one; `values` is what values are drawn from. `without` is a value of Fuel that nothing has,
    `unlisted` one that nothing has within a list.
    """

    empty: frozenset[str] = frozenset()
    bare: frozenset[tuple[str, str]] = frozenset()
    filled: frozenset[tuple[str, str]] = frozenset()
    distinct: frozenset[tuple[str, str]] = frozenset()
    values: Mapping[tuple[str, str], st.SearchStrategy[Json]] = field(default_factory=dict[tuple[str, str], Any])
    without: str | None = None
    unlisted: str | None = None


UNBOUND: Final = Bounds()


@st.composite
def documents(draw: st.DrawFn) -> Definition:
    """An ontology document as of `_document`, of anything that it can be."""
    return _document(lambda name, pool: draw(some(name, pool)), lambda options: draw(st.sampled_from(options)))


def fixed_document() -> Definition:
    """One of these documents, that has all definitions of the pool."""
    numbers = itertools.count()
    return _document(
        lambda name, pool: {f"{name}{number}": pool[next(numbers) % len(pool)] for number in range(4)},
        lambda options: options[-1],
    )


def _document(own: Callable[[str, Pool], Definition], either: Callable[[Sequence[Any]], Any]) -> Definition:
    """Pumps, of which there may be several sorts, what they stand in and what feeds them.

    `own` gives properties that are called so, `either` one of some.
    """
    pump: Definition = {
        "kind": {"datatype": "enum", "enum": "Fuel", "required": either((True, False))},
        "flow": {
            "datatype": "float",
            "unit": "L/s",
            "required": either((False, True)),
            "indexed": either((False, True)),
        },
    }
    types: Definition = {
        "Place": {"properties": own("place", POOL)},
        "Thing": {"abstract": True, "properties": own("thing", POOL)},
        "Lifted": {"abstract": True},
        "Pump": {
            "extends": ["Thing"],
            "properties": {**pump, **own("pump", POOL)},
            "channels": {"vibration": VIBRATION},
        },
        "Fan": {"extends": ["Thing", "Lifted"], "properties": own("fan", POOL)},
        "Well": {"extends": ["Thing"], "sourceOf": ["PIPE"]},
        "Meter": {
            "extends": ["Thing"],
            "properties": {f"c{number}": each[0] for number, each in enumerate(CONVERSIONS)},
        },
        "Spare": {"properties": own("spare", POOL)},
        "Label": {},
    }
    if either((False, True)):
        types["Screw"] = {"extends": ["Pump"], "properties": own("screw", POOL)}
    return {
        "format": "twin-ontology/1",
        "name": "drawn",
        "enums": {"Fuel": {"values": list(FUELS)}, "Grade": {"values": ["FINE", "COARSE"]}},
        "assetTypes": types,
        "relationshipTypes": _relationship_types(own, either),
    }


def _relationship_types(own: Callable[[str, Pool], Definition], either: Callable[[Sequence[Any]], Any]) -> Definition:
    feeds = {"bore": {"datatype": "int", "unit": "mm", "minimum": 0}, "via": {"datatype": "enum", "enum": "Fuel"}}
    return {
        "HOLDS": {"inverse": "HELD_BY", "from": ["Place"], "to": ["Place", "Thing"], "containment": True},
        "FEEDS": {
            "inverse": either((None, "FED_BY")),
            "from": ["Thing"],
            "to": ["Thing"],
            "impact": {"direction": either(("FORWARD", "REVERSE"))},
            "multiplicity": {"sources": "0..9", "targets": "0..*"},
            "properties": {**feeds, **own("feeds", OF_EDGES)},
        },
        "TWINS": {"from": ["Pump"], "to": ["Pump"], "symmetric": True},
        "PIPE": {"from": ["Thing"], "to": ["Thing"], "impact": {"direction": "FORWARD", "kind": "FLOW"}},
        "SPARES": {"from": ["Spare"], "to": ["Spare"], "properties": own("spares", OF_EDGES)},
        "LABELLED": {"from": ["Meter"], "to": ["Label"], "multiplicity": {"sources": "0..*", "targets": "0..1"}},
    }


def some(name: str, pool: Pool = POOL) -> st.SearchStrategy[Definition]:
    """Up to three properties."""
    drawn = st.lists(st.sampled_from(pool), max_size=3)
    return drawn.map(lambda found: {f"{name}{number}": each for number, each in enumerate(found)})


def parsed(document: Definition) -> Ontology:
    """The ontology of a document that was drawn."""
    return parse_ontology(json.dumps(_present(document)))


def _present(value: Any) -> Any:
    """The same without what is None: a document says nothing of what isn't there."""
    if isinstance(value, dict):
        return {key: _present(each) for key, each in value.items() if each is not None}
    return [_present(each) for each in value] if isinstance(value, list) else value


@st.composite
def data(draw: st.DrawFn, ontology: Ontology, bounds: Bounds) -> dict[str, list[Change]]:
    """What each tenant has: assets of all types that may be, and relationships between them."""
    return {tenant: [*draw(_tenant(ontology, bounds, tenant))] for tenant in TENANTS}


@st.composite
def _tenant(draw: st.DrawFn, ontology: Ontology, bounds: Bounds, tenant: str) -> list[Change]:
    kinds = sorted(ontology.concrete_types - bounds.empty)
    # Each type more than a page in the first tenant; a step that meets nothing shows nothing.
    chosen = kinds * EACH if tenant == TENANTS[0] else draw(st.lists(st.sampled_from(kinds), max_size=4))
    assets = [
        UpsertAsset(
            id=f"{kind} {number}",
            type=kind,
            name=draw(TEXTS),
            properties=draw(_properties(ontology, kind, bounds, number)),
            external_ids=(ExternalId(system="CMMS", id=f"{number}"),) if number % 4 == 0 else None,
            source_of=("PIPE",) if kind == "Meter" and draw(st.booleans()) else None,
        )
        for number, kind in enumerate(chosen)
    ]
    return [*assets, *draw(_links(ontology, bounds, {each.id: each.type for each in assets}))]


def pairs_of(kind: RelationshipType, assets: Mapping[str, str]) -> list[tuple[str, str]]:
    """The assets, by their types, that may be related: without circles of what contains, and symmetric ones once."""
    one_way = kind.containment or kind.symmetric
    return [
        (source, target)
        for place, source in enumerate(assets)
        for target in (list(assets)[place + 1 :] if one_way else assets)
        if source != target and assets[source] in kind.sources_allowed and assets[target] in kind.targets_allowed
    ]


@st.composite
def _links(draw: st.DrawFn, ontology: Ontology, bounds: Bounds, assets: Mapping[str, str]) -> list[Change]:
    links: dict[tuple[str, str, str, str], Change] = {}
    for kind in ontology.relationship_types.values():
        pairs = pairs_of(kind, assets)
        if not pairs or kind.name in bounds.empty:
            continue
        drawn = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=4))
        for source, target in dict(drawn).items() if kind.targets.maximum == 1 else drawn:
            key = "" if kind.containment or kind.targets.maximum == 1 else draw(st.sampled_from(("", "2nd")))
            values = draw(_properties(ontology, kind.name, bounds, 0))
            links[kind.name, source, target, key] = UpsertRelationship(
                type=kind.name, source=source, target=target, key=key, properties=values
            )
    return list(links.values())


@st.composite
def _properties(draw: st.DrawFn, ontology: Ontology, name: str, bounds: Bounds, number: int) -> dict[str, Json]:
    kind = ontology.relationship_types.get(name) or ontology.asset_type(name)
    found: dict[str, Json] = {}
    for each in kind.properties.values():
        at = (each.declared_by, each.name)
        if at in bounds.bare or not each.writable or each.name in OF_SUPPLIES:
            continue
        if each.required or at in bounds.filled or draw(st.booleans()):
            value = draw(bounds.values[at] if at in bounds.values else value_of(written(each), bounds))
            found[each.name] = _apart(value, number) if each.unique or at in bounds.distinct else value
    return found


def _apart(value: Json, number: int) -> Json:
    """A value that no other asset has."""
    return value * 1000 + number if isinstance(value, int) else f"{value} {number}"


def written(definition: Any) -> Definition:
    """A definition as far as its values go."""
    return {
        "datatype": definition.datatype.value,
        "pattern": definition.pattern,
        "items": None if definition.items is None else written(definition.items),
        "unit": definition.unit,
    }


def value_of(definition: Definition, bounds: Bounds = UNBOUND, *, inside: bool = False) -> st.SearchStrategy[Any]:
    """Values that a definition takes."""
    datatype = definition["datatype"]
    if datatype == "enum":
        gone = bounds.unlisted if inside else bounds.without
        return st.sampled_from([each for each in FUELS if each not in (gone, bounds.without)])
    if datatype == "list":
        inner = value_of(definition["items"], bounds, inside=True)
        return st.lists(inner, max_size=2).map(list)
    if datatype == "string":
        return st.text("abc", min_size=1, max_size=4) if definition.get("pattern") else TEXTS
    if datatype == "float":
        return st.sampled_from((0.0, 1e-9, 1.5, 7.0, 99.99999999999999))
    if datatype == "int":
        return st.integers(0, 100)
    if datatype == "object":
        return st.fixed_dictionaries({}, optional={"inner": st.sampled_from((0.5, 3.0))})
    return SAMPLES[datatype]
