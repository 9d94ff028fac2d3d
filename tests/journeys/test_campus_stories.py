"""The stories of `examples/campus/README.md`: each command is asked, and prints what the page says it prints."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

import pytest

from app.cli.verbs import FOUND
from tests.command_line import CommandLine
from tests.journeys.conftest import ROOT

PAGE = ROOT / "examples" / "campus" / "README.md"
CUT = "..."


@dataclass(frozen=True, slots=True)
class Story:
    """A command of the page and the lines that it prints there."""

    command: str
    lines: tuple[str, ...]


def stories() -> list[Story]:
    found: list[Story] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            found.append(Story(command, tuple(lines)))
    return found


def test_the_page_tells_all_its_stories() -> None:
    commands = " ".join(story.command for story in stories())
    for asset in ("NBR-UPS-A", "NBR-ATS-M", "NBR-CH-1 NBR-CH-2", "hot-day.json", "--maintenance", "NBR-GRID-A"):
        assert asset in commands
    asked = [story for story in stories() if story.command.split()[1] in ("impact", "compare")]
    assert all(any("impacted" in line for line in story.lines) for story in asked)
    assert len(stories()) - len(asked) == 1


@pytest.mark.neo4j
@pytest.mark.parametrize("story", stories(), ids=lambda story: story.command)
def test_a_story_is_true(on_campus: CommandLine, story: Story) -> None:
    program, *arguments = shlex.split(story.command)
    assert program == "twin"
    ran = on_campus(*arguments)
    assert ran.code == (FOUND if arguments[0] == "maintenance-check" else 0), ran.err
    printed = [_timeless(line) for line in ran.out.splitlines()]
    expected = [_timeless(line) for line in story.lines if line.strip() != CUT]
    at = 0
    for line in expected:
        assert line in printed[at:], f"{story.command} prints no line {line!r} after line {at}: {printed}"
        at = printed.index(line, at) + 1
    if CUT not in [line.strip() for line in story.lines]:
        assert printed == expected


def _timeless(line: str) -> str:
    """A line without the revision, which depends on how the campus was loaded, and without how wide its columns are."""
    return re.sub(r"\s+", " ", re.sub(r"at revision \d+", "at revision N", line)).strip()
