from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from migrations.errors import MigrationInvalid
from migrations.files import checksum_of, read_migration, write_migration
from migrations.operations import (
    OPERATIONS,
    AddChannel,
    AddElement,
    AddEnumValue,
    AddProperty,
    ChangeElement,
    ChangeMember,
    ComputeProperties,
    ConvertProperty,
    DescribeOntology,
    FillProperty,
    MoveProperty,
    Operation,
    OrderEnumValues,
    Phase,
    RemoveChannel,
    RemoveElement,
    RemoveEnumValue,
    RemoveProperty,
    RenameAssetType,
    RenameProperty,
    RenameRelationshipType,
    ReplaceEnumValue,
    RetypeAssets,
)

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


ONE_OF_EACH: dict[Phase, tuple[Operation, ...]] = {
    Phase.EXPAND: (
        DescribeOntology(facts={"name": "pumping"}),
        AddElement(section="enums", name="Fuel", definition={"id": "Fuel", "values": ["DIESEL", "GAS"]}),
        AddElement(section="enums", name="Fuel", definition={"id": "Fuel", "values": ["DIESEL", "GAS"]}),
        AddElement(
            section="assetTypes",
            name="Pump",
            definition={"extends": ["Equipment"], "properties": {"flow": {"datatype": "float", "unit": "L/s"}}},
        ),
        AddElement(section="relationshipTypes", name="PIPE", definition={"from": ["Pump"], "to": ["Pump"]}),
        AddEnumValue(enum="Fuel", value="COAL", before="GAS"),
        OrderEnumValues(enum="Fuel", values=("GAS", "COAL", "DIESEL")),
        AddProperty(type="Pump", name="serial", definition={"datatype": "string"}),
        AddChannel(type="Pump", name="speed", definition={"datatype": "float", "unit": "rpm"}),
        ChangeElement(section="enums", name="Fuel", put={"description": "What burns"}),
        ChangeElement(section="assetTypes", name="Pump", put={"displayName": {"en": "Pump"}}, unset=("abstract",)),
        ChangeElement(section="relationshipTypes", name="PIPE", put={"from": ["Pump", "Tank"]}),
        ChangeMember(collection="properties", type="Pump", name="serial", put={}, unset=("pattern",)),
        ChangeMember(collection="channels", type="Pump", name="speed", put={"staleAfter": "PT5M"}),
    ),
    Phase.BACKFILL: (
        ComputeProperties(
            type="Pump", sets=("head",), cypher="MATCH (p:Pump) RETURN p._id AS id, {head: 1} AS properties"
        ),
        FillProperty(type="Pump", name="serial", value="unknown"),
    ),
    Phase.CONTRACT: (
        RenameAssetType(name="Valve", to="Gate"),
        RenameRelationshipType(name="PIPE", to="PIPED_FROM", reverse=True),
        RetypeAssets(type="Pump", types={"": "Machine"}),
        RetypeAssets(
            type="Pump",
            by="kind",
            types={"SCREW": "ScrewPump", "": "OtherPump"},
            properties={"flow": "ratedFlow"},
            drop=("kind",),
        ),
        ReplaceEnumValue(enum="Fuel", value="DIESEL", by="HVO"),
        MoveProperty(name="serial", sources=("Pump", "Fan"), targets=("Equipment",)),
        RenameProperty(type="Pump", name="power", to="ratedPower"),
        ConvertProperty(
            type="Pump",
            name="state",
            to="running",
            definition={"datatype": "boolean"},
            values={"on": "true", "off": "false"},
        ),
        RemoveProperty(type="Pump", name="flow"),
        RemoveProperty(type="Pump", name="serial", erase=True),
        RemoveChannel(type="Pump", name="speed"),
        RemoveEnumValue(enum="Fuel", value="COAL"),
        RemoveElement(section="relationshipTypes", name="PIPE"),
        RemoveElement(section="assetTypes", name="Pump"),
        RemoveElement(section="enums", name="Fuel"),
    ),
}


def test_the_samples_have_one_of_each_operation() -> None:
    assert {each.kind for operations in ONE_OF_EACH.values() for each in operations} == set(OPERATIONS)


def test_what_is_written_reads_back() -> None:
    header = {"revision": "0001_first", "parents": [], "from": None, "to": HASH, "message": "ümlaut: yes"}
    text = write_migration(header, ONE_OF_EACH, comment="Made.")

    read = read_migration(text, file="0001_first.yaml")

    for phase, operations in ONE_OF_EACH.items():
        assert tuple(placed.operation for placed in getattr(read, phase)) == operations
    assert read.message == "ümlaut: yes"
    assert read.before is None
    assert write_migration(header, ONE_OF_EACH, comment="Made.") == text


def test_the_written_form() -> None:
    added = AddProperty(type="Pump", name="serial", definition={"datatype": "string", "unique": True})
    header = {"revision": "0002_serial", "parents": ["0001_first"]}

    text = write_migration(header, {Phase.EXPAND: (added,)}, comment="Made.")

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


@pytest.mark.parametrize(
    ("section", "operation"),
    [
        ("expand", "remove_property: {type: Pump, property: flow}"),
        ("backfill", "add_property: {type: Pump, property: {name: flow, datatype: float}}"),
        ("contract", "fill_property: {type: Pump, property: flow, value: 1.0}"),
    ],
)
def test_an_operation_in_a_phase_of_others_is_refused(section: str, operation: str) -> None:
    assert problems(f"{HEAD}{section}:\n  - {operation}\n") == [("OPERATION_MISPLACED", "0001_first.yaml:6:5")]


def test_what_a_migration_requires_is_read_with_its_place() -> None:
    migration = read_migration(f'{HEAD}requires:\n  - assert: "RETURN true"\n', file="0001_first.yaml")

    (requirement,) = migration.requires
    assert (requirement.statement, requirement.place) == ("RETURN true", "0001_first.yaml:6:5")


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
        assert kind.phases
        assert all(text.endswith(".") for text in (kind.purpose, kind.data, kind.undone))
