"""What breaks consumers: each way once, backward and forward, and nothing that data would demand unseen."""

from __future__ import annotations

import pytest

from graph.ontology import parse_ontology
from graph.ontology.model import Ontology
from migrations.effects import Demand, Rule, demands
from migrations.lint import PHRASES, BreakKind, breaks

WORLD = """
format: twin-ontology/1
name: world
enums:
  Fuel: {values: [DIESEL, GAS]}
assetTypes:
  Thing: {abstract: true, properties: {serial: {datatype: string, required: true}}}
  Machine: {extends: [Thing]}
  Pump:
    extends: [Machine]
    lifecycle: {states: [PLANNED, RUNNING], transitions: {PLANNED: [RUNNING]}}
    properties:
      flow: {datatype: float, unit: L/s, minimum: 0, maximum: 100}
      fuel: {datatype: enum, enum: Fuel}
      label: {datatype: string}
      address: {datatype: object, fields: {street: {datatype: string}, floor: {datatype: int}}}
      parts: {datatype: list, items: {datatype: decimal, scale: 2}}
    channels: {speed: {datatype: float, unit: rpm}}
  Valve: {extends: [Machine]}
relationshipTypes:
  FEEDS: {inverse: FED_BY, from: [Pump], to: [Machine], impact: {direction: FORWARD}}
  NEAR: {from: [Machine], to: [Machine], properties: {metres: {datatype: float}}}
"""

CASES = [
    ("nothing", "name: world", "name: world\ndescription: Of machines", "", ""),
    ("type gone", "  Valve: {extends: [Machine]}\n", "", "GONE Valve", ""),
    ("type renamed", "  Valve: {", "  Gate: {id: type:Valve, ", "RENAMED Valve", "RENAMED Gate"),
    ("abstract", "Valve: {extends", "Valve: {abstract: true, extends", "ABSTRACT Valve", ""),
    (
        "another parent",
        "Valve: {extends: [Machine]}",
        "Valve: {extends: [Thing]}",
        "SUPERTYPE_LOST Valve, NARROWED FEEDS.to, NARROWED NEAR.from, NARROWED NEAR.to",
        "",
    ),
    ("plural", "Valve: {", "Valve: {plural: taps, ", "SHOWN_OTHERWISE Valve", "SHOWN_OTHERWISE Valve"),
    ("property gone", "      label: {datatype: string}\n", "", "GONE Pump.label", ""),
    ("unit", "unit: L/s", "unit: m**3/h", "RETYPED Pump.flow", "RETYPED Pump.flow"),
    (
        "optional",
        "datatype: string, required: true",
        "datatype: string",
        "NULLABLE Thing.serial",
        "REQUIRED Thing.serial",
    ),
    (
        "required",
        "label: {datatype: string}",
        "label: {datatype: string, required: true}",
        "REQUIRED Pump.label",
        "NULLABLE Pump.label",
    ),
    (
        "required with default",
        "label: {datatype: string}",
        "label: {datatype: string, required: true, default: x}",
        "",
        "NULLABLE Pump.label",
    ),
    ("range", "minimum: 0, maximum: 100", "minimum: 1, maximum: 90", "NARROWED Pump.flow", ""),
    ("pattern", "label: {datatype: string}", "label: {datatype: string, pattern: '[A-Z]+'}", "NARROWED Pump.label", ""),
    ("unique", "label: {datatype: string}", "label: {datatype: string, unique: true}", "NARROWED Pump.label", ""),
    ("fixed", "label: {datatype: string}", "label: {datatype: string, writable: false}", "NARROWED Pump.label", ""),
    ("enum value gone", "[DIESEL, GAS]", "[DIESEL]", "GONE Fuel.GAS", ""),
    ("field gone", "street: {datatype: string}, ", "", "GONE Pump.address.street", ""),
    (
        "field wanted",
        "floor: {datatype: int}",
        "floor: {datatype: int, required: true}",
        "REQUIRED Pump.address.floor",
        "NULLABLE Pump.address.floor",
    ),
    ("items", "scale: 2", "scale: 3", "RETYPED Pump.parts", "RETYPED Pump.parts"),
    ("channel", "unit: rpm", "unit: Hz", "RETYPED Pump.speed", "RETYPED Pump.speed"),
    ("lifecycle", "transitions: {PLANNED: [RUNNING]}", "transitions: {}", "NARROWED Pump.lifecycle", ""),
    ("ends", "to: [Machine], impact", "to: [Valve], impact", "NARROWED FEEDS.to", ""),
    (
        "multiplicity",
        "to: [Machine], impact",
        "to: [Machine], multiplicity: {sources: 0..1}, impact",
        "NARROWED FEEDS.multiplicity.sources",
        "",
    ),
    (
        "impact",
        "direction: FORWARD",
        "direction: REVERSE",
        "MEANS_OTHERWISE FEEDS.impact",
        "MEANS_OTHERWISE FEEDS.impact",
    ),
    ("inverse", "inverse: FED_BY, ", "", "SHOWN_OTHERWISE FEEDS", "SHOWN_OTHERWISE FEEDS"),
    (
        "symmetric",
        "NEAR: {",
        "NEAR: {symmetric: true, ",
        "MEANS_OTHERWISE NEAR.symmetric",
        "MEANS_OTHERWISE NEAR.symmetric",
    ),
    ("relationship property", "properties: {metres: {datatype: float}}", "properties: {}", "GONE NEAR.metres", ""),
]


def ontology(text: str) -> Ontology:
    return parse_ontology(text)


def broken(own: Ontology, other: Ontology) -> str:
    return ", ".join(dict.fromkeys(f"{each.kind} {each.element}" for each in breaks(own, other)))


def asked(own: Ontology, other: Ontology) -> list[Demand]:
    """What values must be like. What writers give may be right where what is there is not: a default fills what they
    leave out, and labels that change are no matter of theirs.
    """
    values = [each for each in demands(own, other) if each.rule is not Rule.NONE]
    return [each for each in values if each.definition is None or each.definition.default is None]


@pytest.mark.parametrize(("old", "new", "backward", "forward"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_each_way_to_break(old: str, new: str, backward: str, forward: str) -> None:
    assert WORLD.count(old) == 1
    before, after = ontology(WORLD), ontology(WORLD.replace(old, new))

    assert broken(before, after) == backward
    assert broken(after, before) == forward
    # What the data of one must be like to be right under the other is never without a break of its writers.
    assert not asked(before, after) or backward
    assert not asked(after, before) or forward


def test_the_cases_are_of_all_kinds() -> None:
    assert {case[3].partition(" ")[0] for case in CASES if case[3]} == set(PHRASES) == set(BreakKind)


def test_what_moves_up_the_hierarchy_breaks_nobody() -> None:
    before = ontology(WORLD)
    moved = WORLD.replace("      label: {datatype: string}\n", "").replace(
        "Machine: {extends: [Thing]}", "Machine: {extends: [Thing], properties: {label: {datatype: string}}}"
    )

    assert breaks(before, ontology(moved)) == ()


def test_what_is_inherited_is_told_of_once_and_where_it_is_declared() -> None:
    (found,) = breaks(ontology(WORLD), ontology(WORLD.replace("serial: {datatype: string", "serial: {datatype: int")))

    assert (found.kind, found.element, found.had, found.has) == (BreakKind.RETYPED, "Thing.serial", "string", "int")
    assert found.path == ("assetTypes", "Thing", "properties", "serial")
