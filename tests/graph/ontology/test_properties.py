"""All properties of one asset or relationship at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph.errors import UnknownType
from graph.ontology import Codecs, parse_ontology

CODECS = Codecs(
    parse_ontology("""\
format: twin-ontology/1
name: test
enums: {Fuel: {values: [DIESEL, GAS]}}
assetTypes:
  Equipment: {abstract: true, properties: {serial: {datatype: string, required: true}}}
  Pump:
    extends: [Equipment]
    properties:
      flow: {datatype: float, unit: L/s, minimum: 0, required: true}
      fuel: {datatype: enum, enum: Fuel, default: GAS}
      ride: {datatype: duration}
relationshipTypes:
  FEEDS: {from: [Pump], to: [Pump], impact: {direction: FORWARD}, properties: {size: {datatype: int, default: 3}}}
""")
)
PUMP, FEEDS = CODECS.asset("Pump"), CODECS.relationship("FEEDS")


def test_a_new_one_gets_its_defaults() -> None:
    checked = PUMP.new({"flow": {"value": 3.6, "unit": "m**3/h"}, "serial": "1", "ride": "PT1H"})
    assert checked.values == {"flow": 1.0, "serial": "1", "fuel": "GAS", "ride": timedelta(hours=1)}
    assert not checked.problems
    assert PUMP.show({"ride": timedelta(hours=1), "flow": 1.0, "_rev": 3}) == {"flow": 1.0, "ride": "PT1H"}


def test_everything_wrong_is_told_at_once() -> None:
    checked = PUMP.new({"flow": {"value": 1, "unit": "kW"}, "fuel": "COAL", "seriall": "1"})
    assert [(problem.code, problem.property) for problem in checked.problems] == [
        ("UNIT_INVALID", "flow"),
        ("VALUE_INVALID", "fuel"),
        ("UNKNOWN_PROPERTY", "seriall"),
        ("REQUIRED_MISSING", "serial"),
    ]
    unit, value, unknown, missing = checked.problems
    assert "L/s" in (unit.expected or "")
    assert value.expected == "one of DIESEL, GAS"
    assert unknown.hint == "Did you mean serial?"
    assert missing.expected == "a string"


def test_null_removes_what_is_not_required() -> None:
    assert PUMP.change({"ride": None}).values == {"ride": None}
    assert not PUMP.change({"ride": None, "fuel": None}).problems
    (problem,) = PUMP.change({"serial": None}).problems
    assert (problem.code, problem.property) == ("REQUIRED_MISSING", "serial")
    (problem,) = PUMP.new({"serial": None, "flow": 1}).problems
    assert problem.code == "REQUIRED_MISSING"


def test_a_change_asks_for_nothing_that_it_does_not_name() -> None:
    checked = PUMP.change({"flow": 2})
    assert (checked.values, checked.problems) == ({"flow": 2.0}, ())


def test_null_is_not_overridden_by_the_default() -> None:
    assert PUMP.new({"serial": "1", "flow": 1, "fuel": None}).values["fuel"] is None


def test_supply_properties_get_no_default_but_others_do() -> None:
    assert FEEDS.new({}).values == {"size": 3}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("group", 5),
        ("needs", -1),
        ("needs", 0.0001),
        ("needs", 2e9),
        ("combine", "SUM"),
        ("capacity", 1.0005),
        ("loss", 0),
        ("loss", 1.1),
        ("delay", "P1M"),
        ("open", "yes"),
    ],
)
def test_supply_properties_are_checked(name: str, value: float | str) -> None:
    (problem,) = FEEDS.new({name: value}).problems
    assert (problem.code, problem.property) == ("VALUE_INVALID", name)


def test_supply_properties_are_stored() -> None:
    sent = {
        "group": "cooling",
        "needs": 2,
        "combine": "CAPACITY",
        "capacity": 0.001,
        "loss": 1,
        "delay": "PT15M",
        "open": True,
    }
    checked = FEEDS.change({**sent})
    assert not checked.problems
    assert checked.values == {**sent, "delay": timedelta(minutes=15)}


def test_unknown_types_name_the_nearest() -> None:
    with pytest.raises(UnknownType) as caught:
        CODECS.asset("Pmup")
    assert "Pump" in (caught.value.hint or "")
