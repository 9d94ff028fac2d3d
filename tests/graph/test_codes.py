from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import app
import graph
import migrations
from graph.codes import codes, meaning_of
from graph.errors import TwinError

FLOORS: tuple[ModuleType, ...] = (graph, migrations, app)
CODE = re.compile(r"[A-Z]{2,}(_[A-Z0-9]+)*")


def modules(floor: ModuleType) -> Iterator[str]:
    for found in pkgutil.walk_packages(floor.__path__, f"{floor.__name__}."):
        if not found.name.endswith("__main__") and ".starter" not in found.name:
            yield found.name


def errors(base: type[TwinError] = TwinError) -> Iterator[type[TwinError]]:
    yield base
    for derived in base.__subclasses__():
        yield from errors(derived)


def written() -> Iterator[tuple[str, str]]:
    """Codes given as `code="..."` anywhere in the sources, with their file."""
    for floor in FLOORS:
        for path in Path(floor.__path__[0]).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
                    value = node.value.value
                    if isinstance(value, str) and CODE.fullmatch(value):
                        yield value, path.name


def test_every_error_of_the_tree_is_listed() -> None:
    for floor in FLOORS:
        for name in modules(floor):
            importlib.import_module(name)
    listed = {code.code for code in codes()}
    ours = {floor.__name__ for floor in FLOORS}
    found = {error.code: error.__qualname__ for error in errors() if error.__module__.partition(".")[0] in ours}
    missing = {code: name for code, name in found.items() if code not in listed}
    assert missing == {}


def test_every_code_written_in_the_sources_is_listed() -> None:
    listed = {code.code for code in codes()}
    assert {code: path for code, path in written() if code not in listed} == {}


def test_ontology_problems_are_listed() -> None:
    from graph.ontology import ONTOLOGY_CODES

    assert set(ONTOLOGY_CODES) - {code.code for code in codes()} == set()


def test_codes_are_told_apart_and_have_a_status() -> None:
    names = [code.code for code in codes()]
    assert len(names) == len(set(names))
    assert {code.http_status for code in codes()} <= {
        400,
        401,
        403,
        404,
        405,
        406,
        409,
        410,
        413,
        415,
        422,
        429,
        500,
        502,
        503,
    }
    assert all(not code.meaning.endswith(".") and not code.repair.endswith(".") for code in codes())


def test_an_unlisted_code_means_a_fault_of_ours() -> None:
    assert meaning_of("NOT_A_CODE").code == "INTERNAL"
