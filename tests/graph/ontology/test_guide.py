"""Every example of the guide runs, and its tables say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.errors import OntologyInvalid
from graph.ontology import ONTOLOGY_CODES, Datatype, parse_ontology

GUIDE = (Path(__file__).parents[3] / "docs/ontology.md").read_text()
BLOCKS = re.findall(r"^```(\w+(?: \w+)?)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


@pytest.mark.parametrize("text", blocks("yaml"))
def test_documents_are_valid(text: str) -> None:
    assert parse_ontology(text).asset_types


def test_the_invalid_document_has_the_problems_shown() -> None:
    (document,), (shown,) = blocks("yaml invalid"), blocks("text")
    with pytest.raises(OntologyInvalid) as caught:
        parse_ontology(document)
    assert str(caught.value) == shown.rstrip()


@pytest.mark.parametrize("text", blocks("python"))
def test_code_runs(text: str) -> None:
    exec(compile(text, "docs/ontology.md", "exec"), {})


def test_every_block_is_of_a_kind_that_runs() -> None:
    assert {kind for kind, _ in BLOCKS} == {"yaml", "yaml invalid", "text", "python"}


def test_every_datatype_and_code_has_its_row() -> None:
    assert [name for name in Datatype if f"| `{name}` |" not in GUIDE] == []
    assert [code for code, meaning in ONTOLOGY_CODES.items() if f"| `{code}` | {meaning} |\n" not in GUIDE] == []
