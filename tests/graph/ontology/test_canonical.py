"""The canonical form: one text for one meaning, and the whole ontology comes back out of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import OntologyInvalid
from graph.ontology import Json, document_of, load_ontology, ontology_from_canonical, parse_ontology

ROOT = Path(__file__).parents[3]
HEAD = "format: twin-ontology/1\nname: test\n"


def test_order_of_keys_comments_and_written_defaults_do_not_change_the_hash() -> None:
    short = HEAD + "assetTypes:\n  Pump: {properties: {flow: {datatype: float, unit: L/s}}}\n  Site: {}\n"
    long = (
        "# a comment\nname: test\nassetTypes:\n  Site: {abstract: false, plural: sites, graphql: Site}\n"
        "  Pump: {id: 'type:Pump', properties: {flow: {unit: L/s, datatype: float, required: false}}}\n"
        "compatibility: BACKWARD\nformat: twin-ontology/1\n"
    )
    assert parse_ontology(short).hash == parse_ontology(long).hash
    assert parse_ontology(short).hash.startswith("sha256:")


def test_defaults_have_one_spelling() -> None:
    def with_default(text: str) -> str:
        body = f"{{datatype: float, unit: kW, default: {text}}}"
        return parse_ontology(f"{HEAD}assetTypes: {{A: {{properties: {{p: {body}}}}}}}").hash

    assert with_default("2") == with_default("2.0") == with_default("{value: 2000, unit: W}") != with_default("3")


@pytest.mark.parametrize("change", ["unit: kW", "unit: L/s, required: true", "unit: L/s, description: x"])
def test_what_means_something_changes_the_hash(change: str) -> None:
    def hash_of(rest: str) -> str:
        return parse_ontology(f"{HEAD}assetTypes: {{A: {{properties: {{p: {{datatype: float, {rest}}}}}}}}}").hash

    assert hash_of("unit: L/s") != hash_of(change)


def test_the_usual_priority_is_the_same_as_none() -> None:
    levels = {"DEGRADED": {"above": 1}, "DOWN": {"above": 2, "operability": 0}}

    def of(*priorities: str | None) -> str:
        given = {
            level: {**bounds, **({"priority": priority} if priority else {})}
            for (level, bounds), priority in zip(levels.items(), priorities, strict=True)
        }
        channel = {"datatype": "float", "levels": given}
        kind = {"channels": {"c": channel}}
        return parse_ontology(json.dumps({"format": "twin-ontology/1", "name": "t", "assetTypes": {"A": kind}})).hash

    assert of(None, None) == of("MEDIUM", "HIGH") != of("LOW", None)


def test_the_campus_comes_back_equal() -> None:
    campus = load_ontology(ROOT / "migrations/ontology.yaml")
    assert ontology_from_canonical(campus.canonical) == campus
    assert document_of(campus).name == "campus"


def test_a_stored_ontology_is_read_without_loading_pint() -> None:
    campus = load_ontology(ROOT / "migrations/ontology.yaml")
    code = (
        "import sys; from graph.ontology import ontology_from_canonical;"
        "print(ontology_from_canonical(sys.stdin.read()).hash, 'pint' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, input=campus.canonical, text=True, capture_output=True, cwd=ROOT, check=False)
    assert ran.stdout.split() == [campus.hash, "False"], ran.stderr


def test_what_is_not_canonical_is_refused() -> None:
    for text in ("{", "[]", '{"format": "twin-ontology/1"}'):
        with pytest.raises(OntologyInvalid):
            ontology_from_canonical(text)


def _name(prefix: str) -> st.SearchStrategy[str]:
    return st.integers(0, 6).map(lambda number: f"{prefix}{number}")


PROPERTIES: st.SearchStrategy[dict[str, Json]] = st.sampled_from(
    [
        {"datatype": "string", "pattern": "[a-z]+", "default": "abc"},
        {"datatype": "int", "minimum": 0, "maximum": 10, "default": 3},
        {"datatype": "float", "unit": "degC", "default": {"value": 50, "unit": "degF"}},
        {"datatype": "decimal", "scale": 2, "default": "1.5", "classification": "sensitive"},
        {"datatype": "datetime", "default": "2026-01-31T12:00:00+02:00"},
        {"datatype": "duration", "default": "PT90M"},
        {"datatype": "enum", "enum": "Fuel", "default": "GAS", "indexed": True},
        {"datatype": "list", "items": {"datatype": "float", "unit": "kW"}, "default": [1, 2.5]},
        {"datatype": "map", "default": {"b": 1, "a": None}},
        {"datatype": "object", "fields": {"x": {"datatype": "int", "required": True}}, "default": {"x": 1}},
        {"datatype": "point", "deprecation": {"since": "0002"}},
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Json]:
    names = draw(st.lists(_name("T"), unique=True, min_size=1, max_size=6))
    types: dict[str, Json] = {}
    for position, name in enumerate(names):
        parents = draw(st.lists(st.sampled_from(names[:position]), unique=True, max_size=2)) if position else []
        own = draw(st.dictionaries(_name(f"own{name}"), PROPERTIES, max_size=3))
        channel: Json = {"datatype": "float", "staleAfter": "PT300S", "levels": {"DEGRADED": {"above": 1}}}
        channel |= {"hysteresis": 0.5, "holdDown": "PT120S"}
        if priority := draw(st.sampled_from([None, "HIGH", "MEDIUM", "LOW"])):
            channel["levels"] = {"DEGRADED": {"above": 1, "priority": priority}}
        types[name] = {"extends": [*parents], "properties": {**own}, "channels": {f"c{name}": channel}}
    ends: list[Json] = [*draw(st.lists(st.sampled_from(names), unique=True, min_size=1))]
    impact = draw(st.sampled_from([None, {"direction": "BOTH", "kind": "FLOW"}, {"direction": "REVERSE"}]))
    counts = draw(st.sampled_from(["1", "0..2", "1..*", "0..*"]))
    multiplicity: Json = {"sources": counts}
    relationship: dict[str, Json] = {"from": ends, "to": ends, "multiplicity": multiplicity}
    if impact is not None:
        relationship["impact"] = {**impact}
    return {
        "format": "twin-ontology/1",
        "name": "test",
        "enums": {"Fuel": {"values": ["GAS", "DIESEL"]}},
        "assetTypes": types,
        "relationshipTypes": {"FEEDS": relationship},
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents(), data=st.data())
def test_any_ontology_comes_back_equal_from_its_canonical_form(document: dict[str, Json], data: st.DataObject) -> None:
    ontology = parse_ontology(json.dumps(document))
    again = ontology_from_canonical(ontology.canonical)
    assert again == ontology
    assert again.canonical == ontology.canonical
    keys = data.draw(st.permutations(list(document)))
    assert parse_ontology(json.dumps({key: document[key] for key in keys})).hash == ontology.hash
