"""Files that are as they were or whole and new."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from graph.files import ABANDONED, keep_newest, replacing


def listed(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    for text, mode in ((b"old", 0o600), (b"new", 0o644)):
        with replacing(path, mode=mode) as file:
            file.write(text)
        assert (path.read_bytes(), path.stat().st_mode & 0o777) == (text, mode)
    assert listed(tmp_path) == ["kept"]


def half_write(path: Path) -> None:
    with replacing(path) as file:
        file.write(b"half of it")
        raise ZeroDivisionError


def test_what_fails_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        half_write(path)
    assert listed(tmp_path) == ["kept"]
    assert path.read_bytes() == b"old"


def test_the_newest_are_kept_and_what_was_abandoned_goes(tmp_path: Path) -> None:
    now = time.time()
    ages = {
        "a.tally": 3,
        "b.tally": 1,
        "c.tally": 2,
        "d.other": 9,
        "e.tally.12.part": 5,
        "f.tally.34.part": ABANDONED + 5,
    }
    for name, age in ages.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now - age, now - age))
    keep_newest(tmp_path, "*.tally", most=2)
    assert listed(tmp_path) == ["b.tally", "c.tally", "d.other", "e.tally.12.part"]
