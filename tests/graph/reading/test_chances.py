"""What a property says of how probably an asset is failed."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from graph.errors import UnknownProperty, ValueInvalid
from graph.ontology import parse_ontology
from graph.reading import Chance
from graph.reading.chances import probability
from graph.reading.kinds import Vocabulary

DOCUMENT = """
format: twin-ontology/1
name: chances
assetTypes:
  Part:
    properties:
      unavailability: {datatype: float}
      failureRate: {datatype: float, unit: 1/year}
      flow: {datatype: float, unit: L/s}
      size: {datatype: int}
  Valve: {properties: {wear: {datatype: float, unit: 1/h}}}
  Pump: {properties: {wear: {datatype: float, unit: 1/year}}}
"""
MONTH = timedelta(days=30)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return Vocabulary(parse_ontology(DOCUMENT))


def test_a_probability_is_itself(words: Vocabulary) -> None:
    assert probability(Chance(property="unavailability"), words)(0.25) == 0.25


def test_a_rate_is_the_probability_of_a_failure_within_the_time(words: Vocabulary) -> None:
    of = probability(Chance(property="failureRate", mission_time=MONTH), words)
    assert of(2.0) == pytest.approx(1 - math.exp(-2.0 * 30 / 365.25), rel=1e-12)
    assert of(0.0) == 0
    assert of(1e-15) == pytest.approx(1e-15 * 30 / 365.25, rel=1e-12)  # not lost beside 1


@pytest.mark.parametrize(
    ("chance", "place"),
    [
        (Chance(property="failureRate"), "missionTime"),
        (Chance(property="failureRate", mission_time=timedelta(0)), "missionTime"),
        (Chance(property="unavailability", mission_time=MONTH), "missionTime"),
        (Chance(property="flow"), "probabilityBy"),
        (Chance(property="size"), "probabilityBy"),
        (Chance(property="wear", mission_time=MONTH), "probabilityBy"),
    ],
)
def test_what_tells_no_probability_is_refused(words: Vocabulary, chance: Chance, place: str) -> None:
    with pytest.raises(ValueInvalid) as refused:
        probability(chance, words)
    assert refused.value.place == place
    assert refused.value.expected


def test_an_unknown_property_is_refused(words: Vocabulary) -> None:
    with pytest.raises(UnknownProperty):
        probability(Chance(property="chance"), words)
