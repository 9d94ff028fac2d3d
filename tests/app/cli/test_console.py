"""Tables and what may not reach a terminal."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from app.cli import console


def test_names_are_no_markup_and_steer_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_table("t", ("id", "name"), [("[red]A[/]", ":smile: \x1b[2J🏥"), ("B", "two\nlines")])
    printed = capsys.readouterr().out
    assert "[red]A[/]" in printed
    assert ":smile:" in printed
    assert "🏥" in printed
    assert "\x1b" not in printed
    assert len(printed.splitlines()) == 4


def test_a_pipe_gets_columns_whole(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_table("", ("id", "name"), [("A" * 300, "B" * 300)], wide=("name",))
    assert f"{'A' * 300}  {'B' * 300}\n" in capsys.readouterr().out


@pytest.mark.parametrize("room", [40, 60, 80])
def test_wide_columns_give_way_first(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console._out, "_width", room)
    widths = console._fitted([13, 60, 5], [False, True, False])
    assert sum(widths) + 4 <= room
    assert widths[0] == 13
    assert widths[2] == 5


def test_a_cut_cell_is_as_wide_as_its_column() -> None:
    assert cell_len(console._aligned("ウイルス検査室", 9, False)) == 9
    assert console._aligned("7", 3, True) == "  7"
