"""Every golden text of a compiled read is Cypher that Neo4j plans, by the ontology that it was compiled from."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from graph.database import Database

pytestmark = [pytest.mark.anyio, pytest.mark.neo4j]

GOLDEN: Final = Path(__file__).parents[1] / "graph" / "reading" / "test_compiling.py"
OF_AN_ASSET: Final = re.compile(r"\[labels\(n\)")
EXPRESSION: Final = re.compile(r"(COLLECT|COUNT|CASE|head\()")
STATEMENT: Final = re.compile(r"(MATCH|UNWIND|WITH) ")
CONDITION: Final = re.compile(r"(NOT |EXISTS |\(\(?(n:|EXISTS)|n[.:])")


def golden_texts() -> dict[int, str]:
    """Return a statement for each golden text, by the line that it stands in."""
    found: dict[int, str] = {}
    for call in ast.walk(ast.parse(GOLDEN.read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "snapshot":
            for each in ast.walk(call):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    statement = statement_of(each.value)
                    if statement is not None:
                        found[each.lineno] = statement
    return found


def statement_of(text: str) -> str | None:
    """Return a statement that holds the text; None for what is no Cypher: names of parameters, values."""
    if OF_AN_ASSET.match(text):
        return f"MATCH (n:Asset {{_tenant: $tenant, _id: $id}}) RETURN {text}"
    if EXPRESSION.match(text):
        return f"RETURN {text} AS found"
    if STATEMENT.match(text):
        return text
    if CONDITION.match(text):
        return f"MATCH (n:Asset) WHERE n._tenant = $tenant AND {text} RETURN n._id"
    return None


async def test_each_is_planned(database: Database) -> None:
    texts = golden_texts()
    assert len(texts) > 45
    for line, text in texts.items():
        plan = await database.explain(text, {})
        assert plan.get("operatorType"), f"{GOLDEN.name}:{line}"
