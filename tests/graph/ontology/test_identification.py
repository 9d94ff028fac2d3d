from __future__ import annotations

from pathlib import Path

import pytest

from graph.ontology import parse_ontology
from graph.ontology.identification import identified

BUNDLED = Path(__file__).parents[3] / "migrations" / "ontology.yaml"
STYLES = """\
format: twin-ontology/1
name: styles
assetTypes:
  Flow: {abstract: true}
  Spaced: { extends: [Flow] }   # a remark stays
  Block:
    properties:
      plain: {datatype: string}
      named: {id: my-own, datatype: int}
  "Quoted":
    description: >-
      folded
      text
"""


def test_flow_and_block_mappings_get_their_id_first_and_remarks_stay() -> None:
    ontology = parse_ontology(STYLES, name="styles.yaml")
    text, count = identified(STYLES, ontology, file="styles.yaml")
    assert count == 5
    assert "  Flow: {id: type:Flow, abstract: true}\n" in text
    assert "  Spaced: { id: type:Spaced, extends: [Flow] }   # a remark stays\n" in text
    assert "  Block:\n    id: type:Block\n    properties:\n" in text
    assert "named: {id: my-own, datatype: int}" in text
    assert '  "Quoted":\n    id: type:Quoted\n    description: >-\n' in text
    assert parse_ontology(text, name="styles.yaml") == ontology


def test_the_campus_means_the_same_with_its_ids_and_needs_them_once() -> None:
    text = BUNDLED.read_text(encoding="utf-8")
    ontology = parse_ontology(text, name="ontology.yaml")
    written, count = identified(text, ontology, file="ontology.yaml")
    assert count > 100
    assert parse_ontology(written, name="ontology.yaml") == ontology
    assert identified(written, ontology, file="ontology.yaml") == (written, 0)


def test_text_that_is_no_document_is_refused() -> None:
    ontology = parse_ontology(STYLES, name="styles.yaml")
    with pytest.raises(ValueError, match="can't be read"):
        identified("a: [", ontology, file="broken.yaml")
