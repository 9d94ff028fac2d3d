"""The published JSON Schema is the one the document classes make, and it judges as they do."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from graph.ontology import json_schema, ontology_from_canonical, parse_ontology
from graph.ontology.source import read_source

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "docs/schemas/twin-ontology-1.json"


def test_the_committed_schema_is_what_the_classes_make() -> None:
    assert json.loads(PUBLISHED.read_text()) == json_schema(), "write json_schema() to docs/schemas again"


@pytest.mark.parametrize("file", ["migrations/ontology.yaml", "migrations/starter/ontology.yaml"])
def test_the_bundled_documents_follow_the_schema(file: str) -> None:
    document = read_source((ROOT / file).read_bytes(), file=file).value
    jsonschema.validate(document, json_schema(), cls=jsonschema.Draft202012Validator)


def test_canonical_documents_follow_the_schema() -> None:
    canonical = parse_ontology("format: twin-ontology/1\nname: t\nassetTypes: {A: {}}\n").canonical
    jsonschema.validate(json.loads(canonical), json_schema(), cls=jsonschema.Draft202012Validator)
    assert ontology_from_canonical(canonical).asset_types["A"].plural == "as"


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "twin-ontology/2", "name": "t"},
        {"format": "twin-ontology/1"},
        {"format": "twin-ontology/1", "name": "t", "assetTypes": {"pump": {}}},
        {"format": "twin-ontology/1", "name": "t", "assetTypes": {"Pump": {"abstrac": True}}},
        {"format": "twin-ontology/1", "name": "t", "assetTypes": {"Pump": {"properties": {"p": {"datatype": "text"}}}}},
        {"format": "twin-ontology/1", "name": "t", "relationshipTypes": {"R": {"from": ["A"], "to": []}}},
    ],
)
def test_the_schema_refuses_wrong_shapes(wrong: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, json_schema(), cls=jsonschema.Draft202012Validator)


def test_every_field_an_author_may_write_is_described() -> None:
    definitions = json_schema()["$defs"]
    assert isinstance(definitions, dict)
    item = definitions["PropertyDocument"]
    assert isinstance(item, dict)
    fields = item["properties"]
    assert isinstance(fields, dict)
    undescribed = {name for name, field in fields.items() if isinstance(field, dict) and "description" not in field}
    assert undescribed <= {"id", "description", "deprecation"}
