from __future__ import annotations

from pathlib import Path

from migrations import Project, init
from migrations.catalogue.chronicle import Deed, chronicle
from migrations.files import History
from migrations.operations import Definition
from tests.migrations.catalogue.sites import works


def test_versions_tell_what_they_did(tmp_path: Path) -> None:
    project = works(tmp_path / "works")
    second, first = chronicle(project.desired, project.history).versions
    (age,) = second.events
    assert (second.revision, age.deed, age.name, age.noun, age.member) == (
        "0002_age",
        Deed.ADDED,
        "Pump",
        "property",
        "age",
    )
    assert {event.deed for event in first.events} == {Deed.ADDED}
    assert {event.name for event in first.events} >= {"Pump", "CONTAINS", "Fuel"}


def test_what_is_renamed_changed_and_gone(tmp_path: Path) -> None:
    project = init(tmp_path / "pumping")
    document = project.path / "ontology.yaml"
    text = document.read_text()
    changed = text.replace("  Pump:\n", "  Mover:\n").replace("unit: kW", "unit: W")
    assert changed != text
    document.write_text(changed)
    unmade, _ = chronicle(Project.load(project.path).desired, project.history).versions
    told = {(event.identity, event.member): event for event in unmade.events}
    assert unmade.revision is None
    assert told["type:Pump", None].deed is Deed.RENAMED
    assert told["type:Pump", None].details[0] == "Pump became Mover"
    changes = [event for event in unmade.events if event.deed is Deed.CHANGED and event.member]
    assert [event.details for event in changes] == [("unit: kW became W",)]


def test_every_kind_of_difference() -> None:
    from migrations.catalogue.chronicle import _events

    def document(**enums: Definition) -> Definition:
        return {"enums": {name: {"id": name, **value} for name, value in enums.items()}}

    before = document(Gone={"values": ["A"]}, Kept={"values": ["A", "B", "C"], "description": "Old"})
    after = document(New={"values": ["A"]}, Kept={"values": ["B", "A", "C"]})
    assert [(event.name, event.deed.value, event.details) for event in _events("r", before, after)] == [
        ("Gone", "removed", ()),
        ("Kept", "changed", ("description: Old became nothing", "values: another order")),
        ("New", "added", ()),
    ]


def test_an_empty_history_tells_all_as_not_made(tmp_path: Path) -> None:
    project = works(tmp_path / "works")
    (unmade,) = chronicle(project.desired, History({}, ())).versions
    assert {event.deed for event in unmade.events} == {Deed.ADDED}
