from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from migrations import Project
from migrations.files import migration_schema, write_migration
from migrations.operations import Phase
from tests.migrations.test_document import HASH, ONE_OF_EACH

VALIDATOR = Draft202012Validator(migration_schema())


def faults(text: str) -> list[str]:
    value: Any = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))
    return [error.message for error in VALIDATOR.iter_errors(value)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(migration_schema())


def test_one_of_each_operation_is_valid() -> None:
    header = {"revision": "0001_first", "parents": [], "to": HASH, "message": "All of them"}

    assert faults(write_migration(header, ONE_OF_EACH, comment="Made.")) == []


def test_the_bundled_versions_are_valid() -> None:
    history = Project.bundled().history

    assert [faults(history[revision].text) for revision in history.order] == [[] for _ in history.order]


@pytest.mark.parametrize("phase", list(Phase))
def test_an_operation_that_is_none_or_elsewhere_is_not(phase: Phase) -> None:
    head = f"format: twin-migration/1\nrevision: 0001_first\nto: {HASH}\nmessage: m\n"
    other = {"expand": "fill_property", "backfill": "remove_property", "contract": "add_property"}[phase]

    for name in (other, "add_propperty"):
        assert faults(f"{head}{phase}: [{{{name}: {{}}}}]")
