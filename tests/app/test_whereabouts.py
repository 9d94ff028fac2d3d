"""The project that one stands in, or in a folder of which."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.settings import load_settings
from app.whereabouts import WHEREABOUTS, project_around
from migrations import Project, init
from tests.command_line import CommandLine, set_settings


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    set_settings(monkeypatch, {})
    return init(tmp_path / "site")


def test_it_is_found_from_any_folder_of_it(project: Project) -> None:
    assert project_around(project.path) == project.path
    assert project_around(project.versions) == project.path
    assert project_around(project.path.parent) is None


def test_a_folder_of_documents_is_one_as_well(project: Project) -> None:
    folder = project.path / "ontology"
    folder.mkdir()
    (project.path / "ontology.yaml").rename(folder / "all.yaml")

    assert project_around(folder) == project.path
    assert Project.load(project.path).desired == project.desired


def test_the_bundled_one_is_found_in_its_folder() -> None:
    assert project_around(Project.bundled().versions) == Project.bundled().path


def test_folders_of_others_are_not_looked_into(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: project.path.stat().st_uid + 1)

    assert project_around(project.path) is None


def test_a_setting_goes_before_it(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.versions)
    found = load_settings()
    assert (found.ontology, found.origins()["ontology"]) == (project.path, WHEREABOUTS)

    monkeypatch.setenv("TWIN_ONTOLOGY", str(tmp_path / "other"))
    named = load_settings()
    assert (named.ontology, named.origins()["ontology"]) == (tmp_path / "other", "TWIN_ONTOLOGY")


def test_verbs_take_it_and_say_so(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = CommandLine(capsys)
    monkeypatch.chdir(project.path)

    ran = twin("ontology", "check")
    assert (ran.code, ran.out) == (0, f"The project pumping in {project.path} holds together\n")
    assert ran.err == f"Project {project.path}\n"
    assert f"in {project.path}" in twin.ok("ontology", "lint")
    assert "Pump" in twin.ok("ontology", "show")
    assert "type Pump " in twin.ok("sdl")
    assert twin("ontology", "check", "--project", str(project.path)).err == ""

    monkeypatch.chdir(project.path.parent)
    assert "The project campus in " in twin.ok("ontology", "check")


@pytest.mark.parametrize("wrong", ["ontology.yaml", "versions/*.yaml"])
def test_what_is_wrong_in_its_files_is_found_by_a_check(
    wrong: str, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = CommandLine(capsys)
    monkeypatch.chdir(project.path)
    (broken,) = project.path.glob(wrong)
    broken.write_text("nonsense: 1\n", encoding="utf-8")
    ran = twin("ontology", "check")
    assert (ran.code, broken.name in ran.err) == (2, True), ran.err
    ran = twin("ontology", "check", "--json")
    assert (ran.code, broken.name in ran.json[0]["place"]) == (2, True)


def test_a_folder_that_is_gone_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_settings(monkeypatch, {})
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert load_settings().ontology is None
