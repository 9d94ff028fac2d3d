"""The tree drawn at the top of `graph/errors.py` is the tree of its classes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import graph.errors
from graph.errors import TwinError

LINE = re.compile(r"^    (?P<branches>[│├└─ ]*)(?P<name>[A-Z][A-Za-z]+)  +\S")


def drawn() -> Iterator[tuple[str, str]]:
    """Each drawn class with the class it hangs on."""
    above: dict[int, str] = {}
    for line in (graph.errors.__doc__ or "").splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        depth = len(found["branches"]) // 4
        above[depth] = found["name"]
        if depth:
            yield found["name"], above[depth - 1]


DRAWN = list(drawn())


def test_there_is_a_drawing() -> None:
    assert len(DRAWN) > 5


@pytest.mark.parametrize(("name", "parent"), DRAWN)
def test_drawn_class_hangs_where_it_is_drawn(name: str, parent: str) -> None:
    assert getattr(graph.errors, parent) in getattr(graph.errors, name).__bases__


def test_every_class_with_classes_below_it_is_drawn() -> None:
    here = {error for error in vars(graph.errors).values() if isinstance(error, type) and issubclass(error, TwinError)}
    inner = {each.__name__ for each in here if any(other is not each and issubclass(other, each) for other in here)}
    assert inner - {name for name, _ in DRAWN} - {"TwinError", "ManyProblems"} == set()
