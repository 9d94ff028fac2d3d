"""Modules and functions stay as long as one can read at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import FLOORS, ROOT, sources

LONGEST_MODULE, LONG_MODULE = 600, 350
LONGEST_FUNCTION = 70

LONG_MODULES = {
    "graph/reading/compiling.py": "one recursive compiler: its branches call each other",
}
LONG_FUNCTIONS = {
    ("examples/campus/plant.py", "_power"): "a list of machines in the order in which the current passes them",
}


def test_modules_are_short_or_excused() -> None:
    lines = {str(path): len((ROOT / path).read_text().splitlines()) for path in sources()}
    assert {path: length for path, length in lines.items() if length > LONGEST_MODULE} == {}
    assert {path for path, length in lines.items() if length > LONG_MODULE} == set(LONG_MODULES)


def test_functions_are_short_or_excused() -> None:
    paths = sources(*FLOORS, "examples", "benchmarks", "docs", "tests")
    found = {(str(path), name) for path in paths for name, length in functions(path) if length > LONGEST_FUNCTION}
    assert found == set(LONG_FUNCTIONS)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
