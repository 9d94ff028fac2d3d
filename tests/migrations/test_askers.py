"""Whose fault it is: the operation that asks something of data is named where it stands in its file."""

from __future__ import annotations

import pytest

from migrations import Project, make
from migrations.effects import Demand, Reach, Rule, asked_by, demands, replay

PUMP = "      ratedFlow: { id: type:Pump/ratedFlow,"


@pytest.mark.parametrize(
    ("old", "new", "operation"),
    [
        ("values: [DIESEL, GAS]", "values: [GAS]", "remove_enum_value"),
        (PUMP, PUMP.replace("{ id", "{ minimum: 2, id"), "change_property"),
        ("targets: 0..*", "targets: 0..2", "change_relationship_type"),
        ("  Pump:\n    id: type:Pump\n", "  Pump:\n    id: type:Pump\n    abstract: true\n", "change_asset_type"),
        (PUMP, f"      tag: {{ datatype: string, required: true }}\n{PUMP}", "change_property"),
    ],
)
def test_it_is_named_by_its_line(project: Project, old: str, new: str, operation: str) -> None:
    file = project.path / "ontology.yaml"
    assert file.read_text().count(old) == 1
    file.write_text(file.read_text().replace(old, new))
    made = make(Project.load(project.path), "Change")
    assert made is not None
    history = Project.load(project.path).history
    migration = history[made.revision]
    middle = replay(history, history.order, {made.revision: Reach.MIDDLE})
    lines = made.file.read_text().splitlines()

    wanted = asked_by(demands(middle, replay(history, history.order)), migration)

    placed = [each for each in wanted if each.asked_at != migration.file]  # ends that nothing is of now name no type
    assert placed
    for each in placed:
        place, number, _ = str(each.asked_at).rsplit(":", 2)
        assert place == str(made.file)
        assert operation in lines[int(number) - 1]


def test_what_no_operation_names_is_asked_by_the_file(project: Project) -> None:
    (first,) = (project.history[revision] for revision in project.history.order)

    (one,) = asked_by([Demand(rule=Rule.NONE, type="Tank", element="Tank")], first)

    assert one.asked_at == first.file
