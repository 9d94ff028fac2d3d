"""What a plan says of facts that no healthy run leaves behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.ontology.model import Ontology
from migrations import (
    ForeignDatabase,
    MigrationEdited,
    MigrationRecord,
    MigrationStatus,
    Project,
    make,
    wanted_schema,
)
from migrations.ledger import Facts, StoredOntology
from migrations.planning import make_plan, stages, standing
from migrations.schema import SchemaObject
from tests.migrations.ledgers import record_of


def record(project: Project) -> MigrationRecord:
    return record_of(project, "0001_start")


def at_head(project: Project) -> Facts:
    desired = project.desired
    stored = StoredOntology(revision="0001_start", hash=desired.hash, canonical=desired.canonical)
    return Facts(records=(record(project),), ontology=stored, schema=wanted_schema(desired))


def test_nothing_is_planned_at_the_head(project: Project) -> None:
    assert make_plan(project.history, at_head(project)).empty


def test_a_plan_for_an_empty_database_makes_the_whole_schema(project: Project) -> None:
    planned = make_plan(project.history, Facts())

    assert planned.commands == tuple(each.create for each in wanted_schema(project.desired))
    assert planned.operations == len(project.history["0001_start"].expand)
    assert planned.pending == ("0001_start",)


def test_a_begun_migration_is_pending_even_if_its_file_changed_since(project: Project) -> None:
    begun = replace(record(project), status=MigrationStatus.RUNNING, checksum="sha256:another")

    planned = make_plan(project.history, Facts(records=(begun,)))

    assert [(stage.migration.revision, stage.resumed) for stage in planned.stages] == [("0001_start", True)]
    assert standing(project.history, Facts(records=(begun,))).edited == ()


def test_an_applied_file_may_not_change(project: Project) -> None:
    facts = at_head(project)
    other = replace(facts, records=(replace(record(project), checksum="sha256:another"),))

    with pytest.raises(MigrationEdited):
        make_plan(project.history, other)


def test_an_ontology_without_a_ledger_is_foreign(project: Project) -> None:
    with pytest.raises(ForeignDatabase):
        make_plan(project.history, replace(at_head(project), records=()))


def test_an_ontology_that_the_ledger_does_not_give_is_foreign(project: Project) -> None:
    facts = at_head(project)
    assert facts.ontology is not None
    other = replace(facts, ontology=replace(facts.ontology, hash="sha256:another"))

    with pytest.raises(ForeignDatabase):
        make_plan(project.history, other)


def test_a_ledger_of_other_versions_is_foreign(project: Project) -> None:
    other = replace(record(project), revision="0001_other")

    with pytest.raises(ForeignDatabase) as caught:
        make_plan(project.history, Facts(records=(other,)))

    assert caught.value.actual == "0001_other"


def with_property(project: Project, name: str) -> Project:
    """The project with a version more, which adds an indexed text to what can be searched for."""
    document = project.path / "ontology.yaml"
    declared = f"    properties:\n      {name}: {{datatype: string, indexed: true}}\n"
    document.write_text(document.read_text().replace("    properties:\n", declared, 1))
    make(Project.load(project.path), f"Add {name}")
    return Project.load(project.path)


def test_an_unused_database_gets_its_schema_once(project: Project) -> None:
    later = with_property(with_property(project, "one"), "two")

    fresh, behind = (make_plan(later.history, facts).stages for facts in (Facts(), at_head(project)))

    assert fresh[0].commands == tuple(each.create for each in wanted_schema(later.desired))
    assert [stage.commands for stage in (*fresh[1:], *behind[1:])] == [(), (), ()]
    assert (fresh[-1].relaxed, fresh[-1].dropped) == ((), ())


def test_the_schema_of_an_unused_database_is_worked_out_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    later = with_property(with_property(project, "one"), "two")
    asked: list[str] = []

    def counted(ontology: Ontology) -> tuple[SchemaObject, ...]:
        asked.append(ontology.hash)
        return wanted_schema(ontology)

    monkeypatch.setattr(stages, "wanted_schema", counted)
    make_plan(later.history, Facts())
    assert asked == [later.desired.hash]


def test_a_database_in_use_gets_the_schema_of_each_version(project: Project) -> None:
    later = with_property(with_property(project, "one"), "two")

    stages = make_plan(later.history, replace(at_head(project), tenants=("site",))).stages

    assert all(stage.commands for stage in stages)
