from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph.errors import OntologyInvalid
from migrations import MigrationInvalid, Project, ProjectExists, check, init
from migrations.effects import replay_to

ROOT = Path(__file__).parents[2]


def codes(project: Project) -> list[str]:
    return [problem.code for problem in check(Project.load(project.path))]


def test_the_bundled_versions_lead_to_the_bundled_ontology() -> None:
    bundled = Project.bundled()
    head = bundled.history.head

    assert head is not None
    assert replay_to(bundled.history, head).canonical == bundled.desired.canonical
    assert check(bundled) == ()


def test_a_new_project_is_sound_and_its_own_test_passes(project: Project) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    run = subprocess.run(command, cwd=project.path, env=environment, capture_output=True, text=True, check=False)

    assert check(project) == ()
    assert run.returncode == 0, run.stdout
    assert "2 passed" in run.stdout
    assert (project.path / "README.md").exists()


def test_the_starter_names_its_schema(project: Project) -> None:
    first = (project.path / "ontology.yaml").read_text().splitlines()[0]
    named = first.partition("$schema=")[2]

    assert first.startswith("# yaml-language-server:")
    assert (project.path / named).is_file()


def test_a_project_is_not_begun_over_something(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(ProjectExists):
        init(tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_project_may_be_begun_in_an_empty_folder(tmp_path: Path) -> None:
    assert check(init(tmp_path)) == ()


def test_a_folder_without_an_ontology_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(OntologyInvalid):
        Project.load(tmp_path)


def test_check_finds_an_ontology_without_its_version(project: Project) -> None:
    file = project.path / "ontology.yaml"
    file.write_text(file.read_text().replace("  Room:\n", "  Valve: {extends: [Equipment]}\n  Room:\n"))

    assert codes(project) == ["VERSION_MISSING"]


def test_check_finds_a_project_without_versions(project: Project) -> None:
    (project.versions / "0001_start.yaml").unlink()

    assert codes(project) == ["NO_VERSION"]


def test_check_finds_operations_that_were_edited(project: Project) -> None:
    file = project.versions / "0001_start.yaml"
    file.write_text(file.read_text().replace("kW", "MW"))

    assert codes(project) == ["HASH_WRONG", "VERSION_MISSING"]


def test_check_finds_operations_that_do_not_fit(project: Project) -> None:
    file = project.versions / "0001_start.yaml"
    again = "  - add_enum: {enum: {name: Fuel, values: [GAS]}}\n"
    file.write_text(file.read_text() + again)

    (problem,) = check(Project.load(project.path))

    assert problem.code == "OPERATION_REFUSED"
    assert problem.place is not None
    assert problem.place.startswith(f"{file}:{len(file.read_text().splitlines())}:")


def test_check_finds_two_heads(project: Project) -> None:
    first = project.history["0001_start"]
    for name, fuel in (("0002_a", "Aa"), ("0002_b", "Bb")):
        text = f"""\
format: twin-migration/1
revision: {name}
parents: [0001_start]
from: {first.after}
to: {first.after}
message: A branch
expand:
  - add_enum: {{enum: {{name: {fuel}, values: [X]}}}}
"""
        (project.versions / f"{name}.yaml").write_text(text)

    assert codes(project) == ["HASH_WRONG", "HASH_WRONG", "SEVERAL_HEADS"]


def test_a_merge_holds_what_both_branches_add(project: Project) -> None:
    branch = """\
format: twin-migration/1
revision: {name}
parents: [{parents}]
to: sha256:{zeros}
message: A branch
expand: {expand}
"""
    add = "[{{add_enum: {{enum: {{name: {0}, values: [X]}}}}}}]"
    parts = (("0002_a", "0001_start", add.format("Aa")), ("0002_b", "0001_start", add.format("Bb")))
    for name, parents, expand in (*parts, ("0003_c", "0002_a, 0002_b", "[]")):
        text = branch.format(name=name, parents=parents, expand=expand, zeros="0" * 64)
        (project.versions / f"{name}.yaml").write_text(text)

    merged = replay_to(Project.load(project.path).history, "0003_c")

    assert {"Aa", "Bb", "Fuel"} == set(merged.enums)


def test_faults_of_all_files_are_reported_together(project: Project) -> None:
    (project.versions / "0002_a.yaml").write_text("a: [")
    (project.versions / "0003_b.yaml").write_text("format: twin-migration/9")
    (project.versions / "0004_c.yaml").write_bytes(b"format: \xff")

    with pytest.raises(MigrationInvalid) as caught:
        Project.load(project.path)

    places = {(problem.place or "").partition(".yaml")[0].rpartition("/")[2] for problem in caught.value.problems}
    assert places == {"0002_a", "0003_b", "0004_c"}
