"""Where ontologies are found, and files that can't be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import OntologyInvalid, Problem
from graph.ontology import load_ontology
from graph.ontology.source import SOURCE_BYTES

HEAD = "format: twin-ontology/1\nname: test\n"


def problem_of(path: Path) -> Problem:
    with pytest.raises(OntologyInvalid) as caught:
        load_ontology(path)
    (problem,) = caught.value.problems
    return problem


def test_a_file_a_project_and_a_folder_are_found(tmp_path: Path) -> None:
    (tmp_path / "ontology.yaml").write_text(HEAD + "assetTypes: {A: {}}")
    assert set(load_ontology(tmp_path).asset_types) == {"A"}
    assert load_ontology(tmp_path) == load_ontology(tmp_path / "ontology.yaml")


def test_the_files_of_a_folder_are_one_ontology(tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    folder.mkdir()
    (folder / "b.yaml").write_text(HEAD + "assetTypes: {B: {extends: [A]}}")
    (folder / "a.yaml").write_text(HEAD + "description: x\nassetTypes: {A: {}}")
    assert set(load_ontology(tmp_path).asset_types) == {"A", "B"}
    assert load_ontology(folder).hash == load_ontology(tmp_path).hash


def test_a_name_in_two_files_is_told_with_both_places(tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    folder.mkdir()
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text(HEAD + "enums:\n  Fuel: {values: [GAS]}\n")
    problem = problem_of(tmp_path)
    assert (problem.code, problem.place) == ("DUPLICATE_NAME", f"{folder / 'b.yaml'}:4:3")
    assert str(folder / "a.yaml") + ":4:3" in (problem.actual or "")


def test_nothing_there_says_how_to_begin(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.yaml"):
        problem = problem_of(path)
        assert (problem.code, problem.place) == ("ONTOLOGY_NOT_FOUND", str(path))
        assert "twin init" in (problem.hint or "")


def test_a_file_beside_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "a.yaml").write_text(HEAD)
    (tmp_path / "ontology.yaml").write_text(HEAD)
    assert problem_of(tmp_path).code == "ONTOLOGY_NOT_FOUND"


def test_wrong_utf8_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "ontology.yaml"
    file.write_bytes(HEAD.encode() + b"description: caf\xe9")
    problem = problem_of(file)
    assert (problem.code, problem.place, problem.actual) == ("ENCODING_INVALID", f"{file}:3:17", "byte 0xe9")


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "ontology.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert load_ontology(file).name == "test"


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "ontology.yaml"
    file.write_bytes(b"#" * (SOURCE_BYTES + 1))
    assert problem_of(file).code == "DOCUMENT_TOO_LARGE"
