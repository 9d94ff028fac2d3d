"""Planned works from files and from the command line, without a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.analysis.maintenance import print_check
from app.cli.analysis.works import read_works, work_of
from graph.errors import ValueInvalid
from tests.command_line import CommandLine

BATTERY = {"name": "battery", "assets": ["U 1", "U2"], "start": "2026-12-01T08:00Z", "duration": "PT4H"}


def test_a_work_in_words() -> None:
    assert work_of("battery 2026-12-01T08:00Z/PT4H 'U 1' U2") == BATTERY
    ends = work_of("'new board' 2026-12-01T08:00Z/2026-12-01T09:00Z B")
    assert (ends["name"], ends["end"]) == ("new board", "2026-12-01T09:00Z")


@pytest.mark.parametrize("text", ["", "battery", "battery 2026-12-01T08:00Z U1", "battery 2026-12-01T08:00Z/PT4H", "'"])
def test_what_is_no_work(text: str) -> None:
    with pytest.raises(ValueInvalid):
        work_of(text)


def test_a_table(tmp_path: Path) -> None:
    file = tmp_path / "works.csv"
    file.write_text(
        "\ufeffName,start,end,duration,assets\nbattery,2026-12-01T08:00Z,,PT4H,U 1; U2\n\n", encoding="utf-8"
    )
    assert read_works(file) == {"works": [BATTERY]}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "1"),
        ("name,assets\n", "1"),
        ("name,assets,start,ends\n", "1"),
        ("name,assets,start,start\n", "1"),
        ("name,assets,start\na,b,c\na,b\n", "3"),
        ('name,assets,start\na,"b,c\n', "2"),
    ],
)
def test_wrong_tables_are_told_with_their_line(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "works.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueInvalid) as refused:
        read_works(file)
    assert refused.value.place == f"{file}:{place}"


@pytest.mark.parametrize("text", ['[{"name": "a"}]', '{"works": [{"name": "a"}]}'])
def test_json(tmp_path: Path, text: str) -> None:
    file = tmp_path / "works.json"
    file.write_text(text, encoding="utf-8")
    assert read_works(file) == {"works": [{"name": "a"}]}


@pytest.mark.parametrize("text", ["{", '"works"', '{"work": []}', '{"works": {}}'])
def test_what_holds_no_works(tmp_path: Path, text: str) -> None:
    file = tmp_path / "works.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueInvalid):
        read_works(file)
    with pytest.raises(ValueInvalid):
        read_works(tmp_path / "none.json")


def test_nothing_to_check(bare: CommandLine) -> None:
    ran = bare("maintenance-check")
    assert (ran.code, "--help" in ran.err) == (1, True)


def test_works_that_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    alone = {
        "works": ["battery"],
        "start": "2026-12-01T08:00:00.000Z",
        "end": "2026-12-01T08:30:10.500Z",
        "assetCount": 4,
        "weight": 2.5,
        "assets": [{"asset": {"id": each}} for each in ("a", "b", "c", "d")],
    }
    print_check({"revision": 7, "count": 0, "combinations": [], "works": [alone], "truncated": None}, "DOWN", "beds")
    assert capsys.readouterr().out.splitlines() == [
        "1 planned work, at revision 7: none does more with others than alone",
        "",
        "each alone",
        "works    from               until                     down  beds  assets",
        "battery  2026-12-01 08:00Z  2026-12-01 08:30:10.500Z  4     2.5   a, b, c and 1 more",
    ]
