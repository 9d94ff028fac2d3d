"""The published JSON Schema of ontology documents, for editors and other tools."""

from __future__ import annotations

from typing import cast

from graph.ontology.document import OntologyDocument
from graph.ontology.model import Json

SCHEMA_ID = "urn:twin-topology:schema:twin-ontology-1"


def json_schema() -> dict[str, Json]:
    """Return the JSON Schema (draft 2020-12) of an ontology document.

    It knows shapes and spellings. Whether types, units and ranges hold together is for `load_ontology` to say.
    """
    schema = cast("dict[str, Json]", OntologyDocument.model_json_schema(by_alias=True))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "twin-ontology/1",
    }
