"""One migration that uses every operation there is, on an ontology and data that it fits."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from graph.changes import Change, UpsertAsset, UpsertRelationship
from graph.ontology.model import Json, Ontology
from migrations import Project
from migrations.operations import (
    ASSET_TYPES,
    CHANNELS,
    ENUMS,
    OTHERWISE,
    PROPERTIES,
    RELATIONSHIP_TYPES,
    AddChannel,
    AddElement,
    AddEnumValue,
    AddProperty,
    ChangeElement,
    ChangeMember,
    ComputeProperties,
    ConvertProperty,
    DemoteProperty,
    DescribeOntology,
    FillProperty,
    MoveProperty,
    Operation,
    OrderEnumValues,
    Phase,
    PromoteProperty,
    RemoveChannel,
    RemoveElement,
    RemoveEnumValue,
    RemoveProperty,
    RenameAssetType,
    RenameChannel,
    RenameEnum,
    RenameProperty,
    RenameRelationshipType,
    ReplaceEnumValue,
    RetypeAssets,
)
from tests.migrations.operations.proving import FIRST, SECOND, begun, changed
from tests.migrations.operations.worlds import (
    CONVERSIONS,
    OF_SUPPLIES,
    TENANTS,
    VIBRATION,
    Definition,
    fixed_document,
    pairs_of,
    parsed,
)

SAMPLES: Final[Mapping[str, tuple[Json, Json]]] = {
    "boolean": (True, False),
    "date": ("2020-02-29", "1999-12-31"),
    "datetime": ("2026-01-31T12:00:00.123Z", "1970-01-01T00:00:00.000Z"),
    "duration": ("P1DT2H", "PT5M"),
    "decimal": ("12.50", "0.01"),
    "map": ({"a": 1}, {"b": None}),
    "object": ({"inner": 0.5}, {}),
    "enum": ("GAS", "OIL"),
    "list": ([], []),
    "float": (1.5, 99.5),
    "int": (7, 8),
    "string": ("on", "off"),
}
PYTHON: Final = 'def change(asset):\n    return {"length": len(asset["name"])}\n'


def project_of_everything(folder: Path) -> Project:
    """A project whose second version uses every operation, written into a folder."""
    project = changed(begun(folder, parsed(_document())), STEPS)
    project.versions.mkdir(parents=True)
    for revision in (FIRST, SECOND):
        (project.versions / f"{revision}.yaml").write_text(project.history[revision].text, newline="\n")
    (folder / "ontology.yaml").write_text(project.desired.canonical)
    return Project.load(folder)


def data_of_everything(ontology: Ontology) -> dict[str, list[Change]]:
    """Three assets of each type in the first tenant, one in the other, and relationships of each type between them."""
    found: dict[str, list[Change]] = {}
    for tenant in TENANTS:
        kinds = [
            each
            for each in sorted(ontology.concrete_types - {"Unused"})
            for _ in range(3 if tenant == TENANTS[0] else 1)
        ]
        assets = {f"{kind} {number}": kind for number, kind in enumerate(kinds)}
        upserts = [
            UpsertAsset(id=name, type=kind, name=name, properties=_values(ontology.asset_type(kind), number))
            for number, (name, kind) in enumerate(assets.items())
        ]
        found[tenant] = [*upserts, *_links(ontology, assets)]
    return found


def _links(ontology: Ontology, assets: Mapping[str, str]) -> list[Change]:
    links: list[Change] = []
    for kind in ontology.relationship_types.values():
        ends: dict[str, list[str]] = {}
        for source, target in pairs_of(kind, assets):
            ends.setdefault(source, []).append(target)
        pairs = [(source, each[place % len(each)]) for place, (source, each) in enumerate(ends.items())]
        if kind.name != "IDLE":
            links.extend(
                UpsertRelationship(type=kind.name, source=source, target=target, properties=_values(kind, number))
                for number, (source, target) in enumerate(pairs[:3])
            )
    return links


def _values(kind: Any, number: int) -> dict[str, Json]:
    own = [
        each for each in kind.properties.values() if each.declared_by in (kind.name, *getattr(kind, "supertypes", ()))
    ]
    found: dict[str, Json] = {}
    for each in own:
        if not each.writable or each.name in OF_SUPPLIES:
            continue
        value = SAMPLES[each.datatype.value][number % 2]
        apart = each.unique or each.name == "c3"
        found[each.name] = (number if isinstance(value, int) else f"{value} {number}") if apart else value
    return found


def _document() -> Definition:
    document = copy.deepcopy(fixed_document())
    document[ASSET_TYPES]["Pump"]["channels"]["speed"] = VIBRATION
    document[ASSET_TYPES]["Unused"] = {}
    document[ASSET_TYPES]["Fan"]["properties"]["kind"] = {"datatype": "enum", "enum": "Fuel"}
    document[ASSET_TYPES]["Spare"]["properties"]["maker"] = {"datatype": "string", "indexed": True}
    document[ASSET_TYPES]["Spare"]["properties"]["shade"] = {"datatype": "enum", "enum": "Shade"}
    document[ENUMS]["Shade"] = {"values": ["GAS", "OIL"]}
    document[RELATIONSHIP_TYPES]["IDLE"] = {"from": ["Place"], "to": ["Place"]}
    return document


def _engine() -> Definition:
    return {"extends": ["Thing"], "properties": _document()[ASSET_TYPES]["Fan"]["properties"]}


def _added(section: str, name: str, definition: Definition) -> AddElement:
    return AddElement(section=section, name=name, definition=definition)


def _changed(section: str, name: str, **put: Json) -> ChangeElement:
    return ChangeElement(section=section, name=name, put=put)


EXPAND: Final[Sequence[Operation]] = (
    DescribeOntology(facts={"name": "drawn", "description": "Told anew"}),
    _added(ENUMS, "Colour", {"values": ["RED"]}),
    _added(ASSET_TYPES, "Upper", {"abstract": True}),
    _added(ASSET_TYPES, "Engine", _engine()),
    _added(ASSET_TYPES, "Maker", {}),
    _added(RELATIONSHIP_TYPES, "JOINS", {"from": ["Place"], "to": ["Thing"]}),
    _added(RELATIONSHIP_TYPES, "MADE_BY", {"from": ["Spare"], "to": ["Maker"]}),
    AddProperty(type="Meter", name="label", definition={"datatype": "string"}),
    AddEnumValue(enum="Fuel", value="PEAT", before="OIL"),
    OrderEnumValues(enum="Fuel", values=("WOOD", "COAL", "PEAT", "OIL", "GAS")),
    AddProperty(type="Place", name="added", definition={"datatype": "int"}),
    AddProperty(type="Thing", name="length", definition={"datatype": "int", "indexed": True}),
    AddChannel(type="Place", name="heat", definition={"datatype": "float", "unit": "degC"}),
    _changed(ENUMS, "Fuel", description="What burns"),
    _changed(ASSET_TYPES, "Pump", extends=["Upper", "Thing"]),
    _changed(RELATIONSHIP_TYPES, "HOLDS", description="What stands where"),
    ChangeMember(collection=CHANNELS, type="Pump", name="vibration", put={"staleAfter": "PT1M"}),
)
BACKFILL: Final[Sequence[Operation]] = (
    FillProperty(type="Place", name="added", value=1),
    ComputeProperties(type="Thing", sets=("length",), python=PYTHON),
)
CONTRACT: Final[Sequence[Operation]] = (
    RenameAssetType(name="Well", to="Bore"),
    RenameEnum(name="Shade", to="Tone"),
    RenameChannel(type="Pump", name="vibration", to="shaking"),
    RenameRelationshipType(name="SPARES", to="KEEPS", reverse=True),
    RenameRelationshipType(name="PIPE", to="DUCT"),
    RetypeAssets(type="Fan", by="kind", types={"GAS": "Engine", OTHERWISE: "Engine"}),
    ReplaceEnumValue(enum="Fuel", value="GAS", by="OIL"),
    MoveProperty(name="c6", sources=("Meter",), targets=("Thing",)),
    RenameProperty(type="Pump", name="flow", to="ratedFlow"),
    ConvertProperty(type="Meter", name="c0", to="watts", definition=CONVERSIONS[0][1]),
    PromoteProperty(type="Spare", name="maker", to="Maker", by="MADE_BY"),
    DemoteProperty(type="Meter", name="label", by="LABELLED"),
    ChangeMember(collection=PROPERTIES, type="Meter", name="c3", put={"unique": True}),
    ChangeMember(collection=PROPERTIES, type="Place", name="added", put={"required": True}),
    RemoveChannel(type="Pump", name="speed"),
    RemoveElement(section=RELATIONSHIP_TYPES, name="IDLE"),
    RemoveProperty(type="Spare", name="spare0", erase=True),
    RemoveElement(section=RELATIONSHIP_TYPES, name="LABELLED"),
    RemoveElement(section=ASSET_TYPES, name="Label"),
    RemoveElement(section=ASSET_TYPES, name="Fan"),
    RemoveElement(section=ASSET_TYPES, name="Unused"),
    RemoveEnumValue(enum="Fuel", value="WOOD"),
    RemoveElement(section=ENUMS, name="Grade"),
)
STEPS: Final[Mapping[Phase, Sequence[Operation]]] = {
    Phase.EXPAND: EXPAND,
    Phase.BACKFILL: BACKFILL,
    Phase.CONTRACT: CONTRACT,
}
