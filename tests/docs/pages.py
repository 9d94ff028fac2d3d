"""Fenced blocks of the pages, and how they are to be read.

```console            commands after `$ `, what they print below; `...` stands for anything; run by test_console.py
```LANGUAGE NAME.EXT  a file of that name, for the commands that follow on the page
```LANGUAGE           run or shown elsewhere: `ELSEWHERE` says where
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block; `line` is that of its first fence."""

    page: str
    line: int
    language: str
    name: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command of a console block, and the lines it should print."""

    place: str
    command: str
    expected: tuple[str, ...]


def pages() -> list[str]:
    return ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]


def blocks(page: str) -> Iterator[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        language, _, name = found["info"].strip().partition(" ")
        line = text.count("\n", 0, found.start()) + 1
        yield Block(page=page, line=line, language=language, name=name, text=found["text"])


def steps(block: Block) -> Iterator[Step]:
    """Commands of a console block in order; a line that begins with `> ` goes on with the command."""
    command, expected = "", list[str]()
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command:
                yield Step(place=block.place, command=command, expected=tuple(expected))
            command, expected = line[2:], []
        elif line.startswith("> ") and not expected:
            command += "\n" + line[2:]
        else:
            expected.append(line)
    yield Step(place=block.place, command=command, expected=tuple(expected))


def pattern(expected: tuple[str, ...]) -> re.Pattern[str]:
    """Return what the output must match: `...` alone stands for any lines, inside a line for any text in it."""
    parts = [
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()).replace(r"\.\.\.", ".*") + r"[ \t]*\n"
        for line in expected
    ]
    return re.compile("".join(parts))
