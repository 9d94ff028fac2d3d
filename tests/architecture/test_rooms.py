"""A folder's `__init__.py` lists in `__all__` what others may use, and nothing else is bound there."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, sources

ROOMS = [path for path in sources() if path.name == "__init__.py" and "starter" not in path.parts]


def defined(tree: ast.Module) -> set[str]:
    """Public functions and classes that an `__init__.py` holds itself; what it imports unused, the linter finds."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")}


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_room_lists_what_it_offers(room: Path) -> None:
    imported = importlib.import_module(".".join(room.parent.parts))
    offered: list[str] = getattr(imported, "__all__", [])
    assert [name for name in offered if not hasattr(imported, name)] == []
    assert len(offered) == len(set(offered))
    assert defined(ast.parse((ROOT / room).read_text())) - set(offered) == set()


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_room_says_what_it_is_for(room: Path) -> None:
    text = ast.get_docstring(ast.parse((ROOT / room).read_text()))
    assert text
    assert "To be" not in text
