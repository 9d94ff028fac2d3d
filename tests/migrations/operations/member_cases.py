"""Cases of operations on properties and channels, and on values."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from migrations.operations import (
    ASSET_TYPES,
    CHANNELS,
    PROPERTIES,
    AddChannel,
    AddProperty,
    ChangeMember,
    ComputeProperties,
    ConvertProperty,
    FillProperty,
    MoveProperty,
    RemoveChannel,
    RemoveProperty,
    RenameProperty,
)
from tests.migrations.operations.case import OPTIONAL, Case, declared, definition_of, either
from tests.migrations.operations.worlds import CONVERSIONS, OF_EDGES, Bounds, Definition, value_of

_FILLING: Final = tuple(each for each in OPTIONAL if not each.get("unique"))


def add_property(draw: st.DrawFn, document: Definition) -> Case:
    owner, pool = draw(
        st.sampled_from(
            (("Pump", OPTIONAL), ("Thing", OPTIONAL), ("Place", OPTIONAL), ("FEEDS", OF_EDGES), ("HOLDS", OF_EDGES))
        )
    )
    return Case(expand=(AddProperty(type=owner, name="added", definition=draw(st.sampled_from(pool))),))


def add_channel(draw: st.DrawFn, document: Definition) -> Case:
    owner = draw(st.sampled_from(("Pump", "Thing", "Place")))
    definition: Definition = {"datatype": "float", "unit": "degC", "staleAfter": "PT5M"}
    return Case(expand=(AddChannel(type=owner, name="heat", definition=definition),))


def fill_property(draw: st.DrawFn, document: Definition) -> Case:
    """Fill one that is new, and required in the end; or one of which some have values already."""
    owner = draw(st.sampled_from(("Pump", "Thing", "Place", "Spare")))
    there = [
        (each, name)
        for each, name in declared(document)
        if each == owner and not {"unique", "required"} & document[ASSET_TYPES][each]["properties"][name].keys()
    ]
    if there and draw(st.booleans()):
        _, name = draw(st.sampled_from(there))
        value = draw(value_of(definition_of(document, owner, name)))
        return Case(backfill=(FillProperty(type=owner, name=name, value=value),))
    definition = draw(st.sampled_from(_FILLING))
    added = AddProperty(type=owner, name="added", definition=definition)
    filled = FillProperty(type=owner, name="added", value=draw(value_of(definition)))
    required = ChangeMember(collection=PROPERTIES, type=owner, name="added", put={"required": True})
    return Case(expand=(added,), backfill=(filled,), contract=(required,) if draw(st.booleans()) else ())


def compute_properties(draw: st.DrawFn, document: Definition) -> Case:
    added = AddProperty(type="Thing", name="length", definition={"datatype": "int"})
    python = 'def change(asset):\n    return {"length": len(asset["name"])} if "a" not in asset["name"] else None\n'
    changed = 'def change(asset):\n    return {"c3": (asset["properties"].get("c3") or 0) + 1}\n'
    cypher = "MATCH (p:Thing {_tenant: $tenant})<-[:HOLDS]-(r) RETURN DISTINCT p._id AS id, {length: 7} AS properties"
    return draw(
        st.sampled_from(
            (
                Case(expand=(added,), backfill=(ComputeProperties(type="Thing", sets=("length",), python=python),)),
                Case(expand=(added,), backfill=(ComputeProperties(type="Thing", sets=("length",), cypher=cypher),)),
                Case(backfill=(ComputeProperties(type="Meter", sets=("c3",), python=changed),)),
            )
        )
    )


def change_property(draw: st.DrawFn, document: Definition) -> Case:
    def changed(owner: str, name: str, **put: object) -> ChangeMember:
        return ChangeMember(collection=PROPERTIES, type=owner, name=name, put=put)  # type: ignore[arg-type]

    match draw(st.sampled_from(("words", "required", "range", "unique", "indexed", "empty", "pattern", "edge"))):
        case "words":
            owner, name = draw(st.sampled_from(either(document)))
            return Case(expand=(changed(owner, name, description="Told anew", classification="sensitive"),))
        case "required":
            return Case(contract=(changed("Pump", "kind", required=True),), bounds=_filled("Pump", "kind"))
        case "range":
            put = {"minimum": 0, "maximum": 100}
            return Case(contract=(changed("Pump", "flow", **put),))
        case "unique":
            distinct = frozenset({("Meter", "c3")})
            return Case(contract=(changed("Meter", "c3", unique=True),), bounds=Bounds(distinct=distinct))
        case "indexed":
            return Case(contract=(changed("Meter", "c4", indexed=True),))
        case "empty":
            put = {"datatype": "string"}
            return Case(contract=(changed("Meter", "c3", **put),), bounds=Bounds(bare=frozenset({("Meter", "c3")})))
        case "pattern":
            values = {("Meter", "c4"): st.sampled_from(("on", "off"))}
            return Case(contract=(changed("Meter", "c4", pattern="o.*"),), bounds=Bounds(values=values))
        case _:
            return Case(contract=(changed("FEEDS", "bore", required=True),), bounds=_filled("FEEDS", "bore"))


def _filled(owner: str, name: str) -> Bounds:
    return Bounds(filled=frozenset({(owner, name)}))


def change_channel(draw: st.DrawFn, document: Definition) -> Case:
    put = {"staleAfter": "PT1M", "levels": {"DOWN": {"above": draw(st.sampled_from((5.0, 20.0)))}}}
    return Case(expand=(ChangeMember(collection=CHANNELS, type="Pump", name="vibration", put=put),))


def move_property(draw: st.DrawFn, document: Definition) -> Case:
    """Up to what all of them are, or down to everything that is one."""
    own = declared(document)
    up = [(owner, name) for owner, name in own if owner in ("Pump", "Fan", "Meter")]
    free = [(owner, name) for owner, name in up if not definition_of(document, owner, name).get("required")]
    down = [name for owner, name in own if owner == "Thing"]
    if down and draw(st.booleans()):
        name = draw(st.sampled_from(down))
        return Case(contract=(MoveProperty(name=name, sources=("Thing",), targets=("Pump", "Fan", "Meter", "Well")),))
    owner, name = draw(st.sampled_from(free))
    return Case(expand=(MoveProperty(name=name, sources=(owner,), targets=("Thing",)),))


def rename_property(draw: st.DrawFn, document: Definition) -> Case:
    owner, name = draw(st.sampled_from(either(document)))
    return Case(contract=(RenameProperty(type=owner, name=name, to="renamed"),))


def convert_property(draw: st.DrawFn, document: Definition) -> Case:
    number = draw(st.integers(0, len(CONVERSIONS) - 1))
    _, definition, values, table = CONVERSIONS[number]
    converted = ConvertProperty(type="Meter", name=f"c{number}", to="converted", definition=definition, values=table)
    return Case(contract=(converted,), bounds=Bounds(values={("Meter", f"c{number}"): st.sampled_from(values)}))


def remove_property(draw: st.DrawFn, document: Definition) -> Case:
    owner, name = draw(st.sampled_from(either(document)))
    definition = definition_of(document, owner, name)
    erase = bool({"required", "default"} & definition.keys()) or draw(st.booleans())
    bare = frozenset[tuple[str, str]]() if erase else frozenset({(owner, name)})
    return Case(contract=(RemoveProperty(type=owner, name=name, erase=erase),), bounds=Bounds(bare=bare))


def remove_channel(draw: st.DrawFn, document: Definition) -> Case:
    return Case(contract=(RemoveChannel(type="Pump", name="vibration"),))
