from __future__ import annotations

import pytest

from graph.bulk.formats.cells import parsed
from graph.errors import ValueInvalid
from graph.ontology import Json, Ontology


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("serialNumber", " 007 ", " 007 "),
        ("ratedFlow", "12.5", 12.5),
        ("ratedFlow", " 5 ", 5),
        ("ratedFlow", "1e3", 1000.0),
        ("stages", "-3", -3),
        ("spare", "TRUE", True),
        ("spare", "false", False),
        ("price", "10.50", "10.50"),
        ("price", "10", 10),
        ("installed", "2026-01-31", "2026-01-31"),
        ("medium", "WATER", "WATER"),
        ("tags", "a; b;c", ["a", "b", "c"]),
        ("tags", '["a;b", "c"]', ["a;b", "c"]),
        ("limits", '{"low": 1}', {"low": 1}),
        ("location", '{"longitude": 8.5, "latitude": 47.4}', {"longitude": 8.5, "latitude": 47.4}),
    ],
)
def test_text_becomes_what_the_datatype_calls_for(mapped: Ontology, name: str, text: str, expected: Json) -> None:
    found = parsed(text, mapped.asset_types["Pump"].properties[name])
    assert found == expected
    assert type(found) is type(expected)


def test_a_unit_goes_with_numbers_alone(mapped: Ontology) -> None:
    properties = mapped.asset_types["Pump"].properties
    assert parsed("3", properties["ratedFlow"], "m**3/h") == {"value": 3, "unit": "m**3/h"}
    assert parsed("3", properties["serialNumber"], "kg") == "3"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ratedFlow", "12,5"),
        ("ratedFlow", "nan"),
        ("ratedFlow", "1e400"),
        ("ratedFlow", "1_000"),
        ("ratedFlow", "12.5 L/s"),
        ("stages", "1.5"),
        ("stages", "\N{ARABIC-INDIC DIGIT ONE}"),
        ("spare", "yes"),
        ("limits", "{low: 1}"),
        ("limits", '{"low": NaN}'),
        ("tags", "[1"),
    ],
)
def test_what_is_no_value_is_refused(mapped: Ontology, name: str, text: str) -> None:
    with pytest.raises(ValueInvalid):
        parsed(text, mapped.asset_types["Pump"].properties[name])


def test_a_decimal_comma_is_explained(mapped: Ontology) -> None:
    with pytest.raises(ValueInvalid) as refused:
        parsed("12,5", mapped.asset_types["Pump"].properties["ratedFlow"])
    assert refused.value.hint is not None
    assert "decimal point" in refused.value.hint
