from __future__ import annotations

from pathlib import Path

import pytest

from migrations.errors import OperationsInvalid
from migrations.gate import Consumer, load_consumers

FILE = """\
format: twin-operations/1
consumers:
  campus-ui:
    owner: Team Campus
    contact: campus@example.org
    documents: [ui/*.graphql, ui/persisted.json]
"""


def write(folder: Path, text: str = FILE) -> Path:
    (folder / "ui").mkdir()
    (folder / "ui" / "pumps.graphql").write_text("{ pumps { totalCount } }")
    (folder / "ui" / "persisted.json").write_text('{"sha256:abc": "{ revision }"}')
    file = folder / "operations.yaml"
    file.write_text(text)
    return file


def test_a_file_or_its_folder_registers_consumers(tmp_path: Path) -> None:
    file = write(tmp_path)

    (consumer,) = load_consumers(file)

    assert consumer == Consumer(
        name="campus-ui",
        owner="Team Campus",
        contact="campus@example.org",
        documents={"ui/pumps.graphql": "{ pumps { totalCount } }", "abc": "{ revision }"},
    )
    assert load_consumers(tmp_path) == (consumer,)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("    owner: Team Campus\n", "", "4:5"),
        ("ui/*.graphql", "ui/*.gql", "6:17"),
        ("ui/*.graphql", "/etc/*.graphql", "6:17"),
        ("twin-operations/1", "twin-operations/2", "1:9"),
        ("contact", "contract", "5:5"),
        ("consumers:", "consumers: [", "4:10"),
    ],
)
def test_what_registers_nothing_is_told_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    file = write(tmp_path, FILE.replace(old, new))

    with pytest.raises(OperationsInvalid) as caught:
        load_consumers(file)

    assert f"{file}:{place}" in {each.place for each in caught.value.problems}


def test_a_file_that_is_not_there_and_a_manifest_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(OperationsInvalid):
        load_consumers(tmp_path)
    file = write(tmp_path)
    (tmp_path / "ui" / "persisted.json").write_text("[]")

    with pytest.raises(OperationsInvalid) as caught:
        load_consumers(file)

    assert str(tmp_path / "ui" / "persisted.json") in {each.place for each in caught.value.problems}
