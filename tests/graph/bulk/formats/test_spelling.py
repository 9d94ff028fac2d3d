from __future__ import annotations

import pytest

from graph.bulk.formats.spelling import camel, last_segment, pascal, upper_snake


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Air_Handler_Unit", "AirHandlerUnit"),
        ("CO2_Sensor", "CO2Sensor"),
        ("domesticConsumer", "DomesticConsumer"),
        ("AHU", "AHU"),
        ("cooling tower", "CoolingTower"),
        ("", ""),
    ],
)
def test_pascal(name: str, expected: str) -> None:
    assert pascal(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PowerRequirement", "powerRequirement"),
        ("rated_flow", "ratedFlow"),
        ("URLPath", "urlPath"),
        ("ID", "id"),
        ("already", "already"),
        ("IEC61360", "iec61360"),
        ("HasPart", "hasPart"),
    ],
)
def test_camel(name: str, expected: str) -> None:
    assert camel(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("feeds", "FEEDS"),
        ("hasPoint", "HAS_POINT"),
        ("HAS_POINT", "HAS_POINT"),
        ("isLocatedIn", "IS_LOCATED_IN"),
        ("has-generator", "HAS_GENERATOR"),
        ("toHTTPServer", "TO_HTTP_SERVER"),
    ],
)
def test_upper_snake(name: str, expected: str) -> None:
    assert upper_snake(name) == expected


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("dtmi:example:grid:plants:windPlant;1", "windPlant"),
        ("https://brickschema.org/schema/Brick#AHU", "AHU"),
        ("https://example.org/types/Pump/", "Pump"),
        ("plain", "plain"),
        ("urn:uuid:1-2", "1-2"),
    ],
)
def test_last_segment(identifier: str, expected: str) -> None:
    assert last_segment(identifier) == expected
