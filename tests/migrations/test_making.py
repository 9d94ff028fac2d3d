from __future__ import annotations

from pathlib import Path

import pytest

from migrations import DifferenceUnexpressed, Project, ProjectExists, check, make
from migrations.effects import replay_to
from migrations.operations import AddChannel, AddElement, AddProperty, DescribeOntology


def edited(project: Project, old: str, new: str) -> Project:
    file = project.path / "ontology.yaml"
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    return Project.load(project.path)


ROOM = "  Room:\n    id: type:Room\n    extends: [Space]\n"
PUMP = (
    "ratedFlow: { id: type:Pump/ratedFlow, datatype: float, unit: L/s, required: true, description: at duty point }\n"
)


def test_nothing_is_made_where_nothing_differs(project: Project) -> None:
    assert make(project, "Nothing") is None
    assert [file.name for file in project.versions.iterdir()] == ["0001_start.yaml"]


def test_additions_become_operations(project: Project) -> None:
    changed = edited(project, ROOM, f"{ROOM}    properties: {{area: {{datatype: float, unit: m^2}}}}\n")
    changed = edited(changed, PUMP, f"{PUMP}      tag: {{datatype: string}}\n")
    changed = edited(changed, "  # Water must", "  Valve: {extends: [Equipment]}\n  # Water must")
    changed = edited(changed, "    channels:\n", "    channels:\n      speed: {datatype: float, unit: rpm}\n")
    changed = edited(changed, "enums:\n", "enums:\n  Make: {values: [A, B]}\n")
    changed = edited(changed, "description: Pumps, pipes", "description: More pumps, pipes")

    made = make(changed, "Add valves, and more")

    assert made is not None
    assert made.revision == "0002_add_valves_and_more"
    assert [(type(each), getattr(each, "name", None)) for each in made.operations] == [
        (DescribeOntology, None),
        (AddElement, "Make"),
        (AddElement, "Valve"),
        (AddProperty, "tag"),
        (AddProperty, "area"),
        (AddChannel, "speed"),
    ]
    again = Project.load(project.path)
    assert check(again) == ()
    assert again.history["0002_add_valves_and_more"].before == project.desired.hash
    assert replay_to(again.history, "0002_add_valves_and_more").hash == changed.desired.hash


def test_ids_that_were_left_out_are_written_into_the_document_and_nothing_else(project: Project) -> None:
    file = project.path / "ontology.yaml"
    changed = edited(project, ROOM, f"{ROOM}    properties:\n      area: {{ datatype: float }} # net\n")
    before = file.read_text()
    made = make(changed, "Areas")
    assert made is not None
    assert made.identified == 1
    assert file.read_text() == before.replace("area: { datatype", "area: { id: type:Room/area, datatype")
    assert Project.load(project.path).desired == changed.desired


def test_a_new_project_names_the_id_of_every_element(project: Project) -> None:
    text = (project.path / "ontology.yaml").read_text()
    assert "  Pump:\n    id: type:Pump\n" in text


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("unit: L/s", "unit: m^3/h", {"contract": ["change_property"]}),
        (ROOM, "", {"contract": ["remove_asset_type"]}),
        (
            PUMP,
            "flow: { datatype: float }\n",
            {"expand": ["add_property", "change_property"], "contract": ["remove_property"]},
        ),
        ("sources: 0..2", "sources: 0..1", {"contract": ["change_relationship_type"]}),
        ("sources: 0..2", "sources: 0..3", {"expand": ["change_relationship_type"]}),
        ("values: [DIESEL, GAS]", "values: [GAS]", {"contract": ["remove_enum_value"]}),
        ("values: [DIESEL, GAS]", "values: [GAS, COAL, DIESEL]", {"expand": ["add_enum_value", "order_enum_values"]}),
        ("minimum: 0 }", "minimum: 5 }", {"contract": ["change_property"]}),
        ("minimum: 0 }", "minimum: -5, description: Rated }", {"expand": ["change_property"]}),
        ("staleAfter: PT5M", "staleAfter: PT1M", {"expand": ["change_channel"]}),
        (
            PUMP,
            f"{PUMP}      tag: {{datatype: string, required: true}}\n",
            {"expand": ["add_property"], "contract": ["change_property"]},
        ),
        (
            PUMP,
            f"{PUMP}      tag: {{datatype: string, required: true, default: none}}\n",
            {"expand": ["add_property"], "backfill": ["fill_property"], "contract": ["change_property"]},
        ),
    ],
)
def test_what_narrows_waits_for_the_contract_phase(
    project: Project, old: str, new: str, kinds: dict[str, list[str]]
) -> None:
    changed = edited(project, old, new)

    assert make(changed, "Change") is not None

    again = Project.load(project.path)
    assert check(again) == ()
    assert again.history.head is not None
    migration = again.history[again.history.head]
    phases = {"expand": migration.expand, "backfill": migration.backfill, "contract": migration.contract}
    made = {phase: [each.operation.kind for each in placed] for phase, placed in phases.items() if placed}
    assert made == kinds


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("name: pumping", "name: water", "own name"),
        ("id: type:Room\n", "id: type:Chamber\n", "another id"),
    ],
)
def test_a_difference_that_cannot_be_expressed_is_named(project: Project, old: str, new: str, named: str) -> None:
    changed = edited(project, old, new)

    with pytest.raises(DifferenceUnexpressed) as caught:
        make(changed, "Too much")

    assert any(named in problem.message for problem in caught.value.problems)
    assert [file.name for file in project.versions.iterdir()] == ["0001_start.yaml"]


def test_making_twice_gives_the_same_bytes(project: Project) -> None:
    changed = edited(project, ROOM, f"{ROOM}    properties: {{area: {{datatype: float, unit: m^2}}}}\n")
    first = make(changed, "Areas")
    assert first is not None
    text = first.file.read_bytes()
    first.file.unlink()

    again = make(changed, "Areas")

    assert again is not None
    assert again.file.read_bytes() == text


def test_a_file_is_never_written_over(project: Project) -> None:
    changed = edited(project, ROOM, f"{ROOM}    properties: {{area: {{datatype: float}}}}\n")
    (project.versions / "0002_areas.yaml").write_text("mine")

    with pytest.raises(ProjectExists):
        make(changed, "Areas")

    assert (project.versions / "0002_areas.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("message", "revision"),
    [("Füge Ventile hinzu!", "0002_fuge_ventile_hinzu"), ("水", "0002_version"), ("x" * 200, f"0002_{'x' * 40}")],
)
def test_a_file_is_named_by_the_message(project: Project, message: str, revision: str) -> None:
    changed = edited(project, ROOM, f"{ROOM}    properties: {{area: {{datatype: float}}}}\n")

    made = make(changed, message)

    assert made is not None
    assert made.file == Path(project.versions / f"{revision}.yaml")
    assert Project.load(project.path).history[revision].message == message
