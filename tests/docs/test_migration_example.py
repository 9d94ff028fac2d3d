"""The version shown in docs/migrations.md is one that is read."""

from __future__ import annotations

from migrations.files import read_migration
from tests.docs.pages import blocks


def test_the_version_shown_is_read() -> None:
    shown = next(block for block in blocks("docs/migrations.md") if block.text.startswith("format: twin-migration/1"))
    migration = read_migration(shown.text, file="0002_add_valves.yaml")
    assert migration.revision == "0002_add_valves"
    assert len(migration.expand) == 2
