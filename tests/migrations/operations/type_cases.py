"""Cases of operations on types and enums as wholes, on their values, and on the ontology itself."""

from __future__ import annotations

from hypothesis import strategies as st

from migrations.operations import (
    ASSET_TYPES,
    ENUMS,
    OTHERWISE,
    RELATIONSHIP_TYPES,
    AddElement,
    AddEnumValue,
    ChangeElement,
    DescribeOntology,
    Operation,
    OrderEnumValues,
    RemoveElement,
    RemoveEnumValue,
    RenameAssetType,
    RenameRelationshipType,
    ReplaceEnumValue,
    RetypeAssets,
)
from tests.migrations.operations.case import OPTIONAL, Case
from tests.migrations.operations.worlds import FUELS, OF_EDGES, TEXTS, Bounds, Definition, some


def describe_ontology(draw: st.DrawFn, document: Definition) -> Case:
    facts: Definition = {
        "name": "drawn",
        "description": draw(TEXTS),
        "compatibility": draw(st.sampled_from(("NONE", "FULL"))),
    }
    return Case(expand=(DescribeOntology(facts=facts),))


def add_enum(draw: st.DrawFn, document: Definition) -> Case:
    values = draw(st.lists(st.sampled_from(("RED", "GREEN", "BLUE")), unique=True, min_size=1))
    definition: Definition = {"values": values}
    return Case(expand=(AddElement(section=ENUMS, name="Colour", definition=definition),))


def add_asset_type(draw: st.DrawFn, document: Definition) -> Case:
    above = draw(st.sampled_from(([], ["Thing"], ["Pump"], ["Place", "Lifted"])))
    definition = {"extends": above, "abstract": draw(st.booleans()), "properties": draw(some("drum"))}
    return Case(expand=(AddElement(section=ASSET_TYPES, name="Drum", definition=definition),))


def add_relationship_type(draw: st.DrawFn, document: Definition) -> Case:
    ends = st.lists(st.sampled_from(("Place", "Thing", "Pump", "Spare")), unique=True, min_size=1)
    definition: Definition = {"from": draw(ends), "to": draw(ends), "properties": draw(some("joins", OF_EDGES))}
    if draw(st.booleans()):
        definition["impact"] = {"direction": "FORWARD"}
    return Case(expand=(AddElement(section=RELATIONSHIP_TYPES, name="JOINS", definition=definition),))


def change_enum(draw: st.DrawFn, document: Definition) -> Case:
    return Case(expand=(ChangeElement(section=ENUMS, name="Fuel", put={"description": draw(TEXTS)}),))


def change_asset_type(draw: st.DrawFn, document: Definition) -> Case:
    def changed(name: str, **put: object) -> ChangeElement:
        return ChangeElement(section=ASSET_TYPES, name=name, put=put)  # type: ignore[arg-type]

    match draw(st.sampled_from(("words", "above", "leaving", "abstract", "source"))):
        case "words":
            name = draw(st.sampled_from(sorted(document[ASSET_TYPES])))
            return Case(expand=(changed(name, description="Told anew", displayName={"en": "It"}),))
        case "above":
            name = draw(st.sampled_from(("Pump", "Thing", "Place", "Spare")))
            over = AddElement(
                section=ASSET_TYPES,
                name="Upper",
                definition={"abstract": True, "properties": draw(some("upper", OPTIONAL))},
            )
            supers = ["Upper", *document[ASSET_TYPES][name].get("extends", [])]
            return Case(expand=(over, changed(name, extends=supers)))
        case "leaving":
            gone = RemoveElement(section=ASSET_TYPES, name="Lifted")
            return Case(contract=(changed("Fan", extends=["Thing"]), gone))
        case "abstract":
            return Case(contract=(changed("Fan", abstract=True),), bounds=Bounds(empty=frozenset({"Fan"})))
        case _:
            return Case(expand=(changed("Fan", sourceOf=["PIPE"]),))


def change_relationship_type(draw: st.DrawFn, document: Definition) -> Case:
    def changed(name: str, **put: object) -> ChangeElement:
        return ChangeElement(section=RELATIONSHIP_TYPES, name=name, put=put)  # type: ignore[arg-type]

    match draw(st.sampled_from(("words", "wider", "fewer", "turned", "symmetric", "ends"))):
        case "words":
            return Case(expand=(changed("HOLDS", description="Told anew"),))
        case "wider":
            return Case(expand=(changed("FEEDS", **{"from": ["Thing", "Place"], "to": ["Thing", "Spare"]}),))
        case "fewer":
            return Case(contract=(changed("TWINS", multiplicity={"sources": "0..50", "targets": "0..50"}),))
        case "turned":
            old = document[RELATIONSHIP_TYPES]["FEEDS"]["impact"]["direction"]
            return Case(
                contract=(changed("FEEDS", impact={"direction": "REVERSE" if old == "FORWARD" else "FORWARD"}),)
            )
        case "symmetric":
            return Case(contract=(changed("SPARES", symmetric=True),), bounds=Bounds(empty=frozenset({"SPARES"})))
        case _:
            bounds = Bounds(empty=frozenset({"Well", "Meter"}))
            return Case(contract=(changed("FEEDS", **{"from": ["Fan", "Pump"]}),), bounds=bounds)


def rename_asset_type(draw: st.DrawFn, document: Definition) -> Case:
    name = draw(st.sampled_from(sorted(document[ASSET_TYPES])))
    return Case(contract=(RenameAssetType(name=name, to="Renamed"),))


def retype_assets(draw: st.DrawFn, document: Definition) -> Case:
    own: Definition = dict(document[ASSET_TYPES]["Pump"]["properties"])
    renamed = draw(st.booleans())
    if renamed:
        own["ratedFlow"] = own.pop("flow")
    engine: Definition = {"extends": ["Thing"], "properties": own}
    expand: list[Operation] = [
        AddElement(section=ASSET_TYPES, name=name, definition=engine) for name in ("Engine", "Motor")
    ]
    ends: Definition = {key: ["Pump", "Engine", "Motor"] for key in ("from", "to")}
    expand.append(ChangeElement(section=RELATIONSHIP_TYPES, name="TWINS", put=ends))
    by, types = draw(
        st.sampled_from(
            (
                (None, {OTHERWISE: "Engine"}),
                ("kind", {"GAS": "Engine", "OIL": "Motor"}),
                ("kind", {"GAS": "Engine", OTHERWISE: "Motor"}),
            )
        )
    )
    retyped = RetypeAssets(type="Pump", types=types, by=by, properties={"flow": "ratedFlow"} if renamed else {})
    return Case(expand=tuple(expand), contract=(retyped,))


def rename_relationship_type(draw: st.DrawFn, document: Definition) -> Case:
    name = draw(st.sampled_from(("HOLDS", "FEEDS", "TWINS", "SPARES", "PIPE")))
    reverse = name in ("FEEDS", "SPARES", "PIPE") and draw(st.booleans())
    return Case(contract=(RenameRelationshipType(name=name, to="RENAMED", reverse=reverse),))


def remove_enum(draw: st.DrawFn, document: Definition) -> Case:
    return Case(contract=(RemoveElement(section=ENUMS, name="Grade"),))


def remove_asset_type(draw: st.DrawFn, document: Definition) -> Case:
    gone = (RemoveElement(section=RELATIONSHIP_TYPES, name="SPARES"), RemoveElement(section=ASSET_TYPES, name="Spare"))
    return Case(contract=gone, bounds=Bounds(empty=frozenset({"Spare", "SPARES"})))


def remove_relationship_type(draw: st.DrawFn, document: Definition) -> Case:
    gone = RemoveElement(section=RELATIONSHIP_TYPES, name="SPARES")
    return Case(contract=(gone,), bounds=Bounds(empty=frozenset({"SPARES"})))


def add_enum_value(draw: st.DrawFn, document: Definition) -> Case:
    return Case(expand=(AddEnumValue(enum="Fuel", value="PEAT", before=draw(st.sampled_from((None, *FUELS)))),))


def order_enum_values(draw: st.DrawFn, document: Definition) -> Case:
    order = draw(st.permutations(FUELS).map(tuple).filter(lambda each: each != FUELS))
    return Case(expand=(OrderEnumValues(enum="Fuel", values=order),))


def replace_enum_value(draw: st.DrawFn, document: Definition) -> Case:
    value, by = draw(st.permutations(FUELS))[:2]
    return Case(contract=(ReplaceEnumValue(enum="Fuel", value=value, by=by),))


def remove_enum_value(draw: st.DrawFn, document: Definition) -> Case:
    value = draw(st.sampled_from(FUELS))
    return Case(contract=(RemoveEnumValue(enum="Fuel", value=value),), bounds=Bounds(without=value, unlisted=value))
