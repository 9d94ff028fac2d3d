from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from migrations.document import checksum_of, read_migration, write_migration
from migrations.errors import MigrationInvalid
from migrations.operations import OPERATIONS, AddElement, AddProperty

HASH = f"sha256:{'a' * 64}"
HEAD = f"""\
format: twin-migration/1
revision: 0001_first
to: {HASH}
message: The first
"""


def problems(text: str) -> list[tuple[str, str | None]]:
    with pytest.raises(MigrationInvalid) as caught:
        read_migration(text, file="0001_first.yaml")
    return [(problem.code, problem.place) for problem in caught.value.problems]


def test_what_is_written_reads_back() -> None:
    operations = (
        AddElement(section="enums", name="Fuel", definition={"id": "Fuel", "values": ["DIESEL", "GAS"]}),
        AddElement(
            section="assetTypes",
            name="Pump",
            definition={"extends": ["Equipment"], "properties": {"flow": {"datatype": "float", "unit": "L/s"}}},
        ),
        AddElement(section="relationshipTypes", name="PIPE", definition={"from": ["Pump"], "to": ["Pump"]}),
        AddProperty(type="Pump", name="serial", definition={"datatype": "string"}),
    )
    header = {"revision": "0001_first", "parents": [], "from": None, "to": HASH, "message": "ümlaut: yes"}
    text = write_migration(header, operations, comment="Made.")

    read = read_migration(text, file="0001_first.yaml")

    assert tuple(placed.operation for placed in read.expand) == operations
    assert read.message == "ümlaut: yes"
    assert read.before is None
    assert write_migration(header, operations, comment="Made.") == text


def test_the_written_form() -> None:
    operations = (AddProperty(type="Pump", name="serial", definition={"datatype": "string", "unique": True}),)

    text = write_migration({"revision": "0002_serial", "parents": ["0001_first"]}, operations, comment="Made.")

    assert text == snapshot("""\
# Made.
format: twin-migration/1
revision: 0002_serial
parents:
  - 0001_first
expand:
  - add_property:
      type: Pump
      property:
        name: serial
        datatype: string
        unique: true
""")


def test_an_unknown_operation_names_file_line_and_the_nearest() -> None:
    with pytest.raises(MigrationInvalid) as caught:
        read_migration(f"{HEAD}expand:\n  - add_propperty: {{}}\n", file="0001_first.yaml")

    (problem,) = caught.value.problems
    assert (problem.code, problem.place) == ("UNKNOWN_OPERATION", "0001_first.yaml:6:5")
    assert problem.hint is not None
    assert "add_property" in problem.hint


def test_every_fault_of_a_file_is_reported_at_its_place() -> None:
    text = f"""{HEAD}colour: red
expand:
  - add_enum: {{enum: {{name: Fuel}}}}
  - add_property:
      type: Pump
      property: {{name: flow, datatype: flaot}}
"""

    assert problems(text) == [("MIGRATION_INVALID", "0001_first.yaml:5:1")]
    assert problems(text.replace("colour: red\n", "")) == [
        ("MIGRATION_INVALID", "0001_first.yaml:6:22"),
        ("MIGRATION_INVALID", "0001_first.yaml:9:40"),
    ]


@pytest.mark.parametrize("section", ["requires", "backfill", "contract"])
def test_steps_that_this_version_cannot_run_are_refused(section: str) -> None:
    text = f"{HEAD}{section}:\n  - convert: {{type: Pump, from: a, to: b}}\n"

    assert problems(text) == [("UNKNOWN_OPERATION", "0001_first.yaml:5:1")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [", "YAML_INVALID"),
        ("", "MIGRATION_INVALID"),
        ("- 1", "MIGRATION_INVALID"),
        (HEAD.replace("0001_first", "First!"), "MIGRATION_INVALID"),
        (HEAD.replace(HASH, "sha256:1"), "MIGRATION_INVALID"),
        (HEAD.replace("twin-migration/1", "twin-migration/2"), "MIGRATION_INVALID"),
        (f"{HEAD}expand: [add_enum]", "MIGRATION_INVALID"),
        (f"{HEAD}expand: [{{add_enum: {{}}, add_asset_type: {{}}}}]", "MIGRATION_INVALID"),
    ],
)
def test_what_is_no_migration_is_refused(text: str, code: str) -> None:
    assert problems(text)[0][0] == code


def test_line_ends_do_not_change_a_checksum() -> None:
    assert checksum_of("a\r\nb\r\n") == checksum_of("a\nb\n")
    assert checksum_of("a\nb\n") != checksum_of("a\nc\n")


def test_the_table_of_operations_is_complete() -> None:
    for name, kind in OPERATIONS.items():
        assert kind.name == name
        assert kind.purpose.endswith(".")
