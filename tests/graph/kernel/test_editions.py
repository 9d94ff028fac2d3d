"""Compiled code of editions that nobody uses is removed, and one process compiles for all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from graph.kernel.editions import COMPLETE, KEPT_DAYS, USED, compiling, opened_edition, remove_unused

NOW = 1_800_000_000.0
DAY = 86_400.0


def edition(parent: Path, name: str, *, days: float, noted: bool = True) -> Path:
    folder, then = parent / name, NOW - days * DAY
    folder.mkdir(parents=True)
    (folder / "code.nbi").write_text("compiled")
    if noted:
        (folder / USED).touch()
        os.utime(folder / USED, (then, then))
    os.utime(folder, (then, then))
    return folder


def test_what_was_not_used_for_long_is_removed(tmp_path: Path) -> None:
    used = edition(tmp_path, "0" * 16, days=90)
    edition(tmp_path, "1" * 16, days=KEPT_DAYS + 1)
    edition(tmp_path, "2" * 16, days=KEPT_DAYS - 1)
    edition(tmp_path, "3" * 16, days=KEPT_DAYS + 1, noted=False)
    edition(tmp_path, "something-else", days=90)
    edition(tmp_path, "gone-1-ab", days=0)
    assert sorted(remove_unused(tmp_path, used, now=NOW, own=True)) == ["1" * 16, "3" * 16]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["0" * 16, "2" * 16, "something-else"]


def test_in_a_folder_of_others_only_what_is_noted_is_removed(tmp_path: Path) -> None:
    used = edition(tmp_path, "0" * 16, days=0)
    edition(tmp_path, "1" * 16, days=90)
    edition(tmp_path, "2" * 16, days=90, noted=False)
    assert remove_unused(tmp_path, used, now=NOW, own=False) == ["1" * 16]


def test_who_uses_an_edition_notes_it(tmp_path: Path) -> None:
    edition(tmp_path, "1" * 16, days=90)
    folder = opened_edition(tmp_path, "1" * 16, own=True)
    assert folder is not None
    assert time.time() - (folder / USED).stat().st_mtime < 60
    assert (folder / "code.nbi").exists()


def test_a_folder_that_can_not_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert opened_edition(tmp_path / "file", "1" * 16, own=True) is None
    with compiling(None):
        pass


def test_one_compiles_and_the_others_find_it(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from graph.kernel.editions import COMPLETE, compiling\n"
        "folder = Path(sys.argv[1])\n"
        "with compiling(folder):\n"
        "    if not (folder / COMPLETE).exists():\n"
        "        with (folder / 'compiled').open('a') as file: file.write('x')\n"
        "        time.sleep(0.3)\n"
    )
    others = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) for _ in range(3)]
    assert [each.wait(60) for each in others] == [0, 0, 0]
    assert (tmp_path / "compiled").read_text() == "x"


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    with compiling(tmp_path):
        done: list[bool] = []

        def other() -> None:
            with compiling(tmp_path, patience=0.05):
                done.append((tmp_path / COMPLETE).exists())

        thread = Thread(target=other)
        thread.start()
        thread.join(10)
        assert done == [False]
    assert (tmp_path / COMPLETE).exists()


def test_what_fails_is_not_complete(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), compiling(tmp_path):
        raise RuntimeError
    assert not (tmp_path / COMPLETE).exists()
