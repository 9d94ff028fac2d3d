"""The plans of the write path's statements: seeks by key, nothing that grows with the tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from graph.changes.statements import of_property, of_type, of_types
from graph.database import Database
from queries import Query, named, names

pytestmark = pytest.mark.neo4j

SCANS = ("AllNodesScan", "NodeByLabelScan", "DirectedRelationshipTypeScan", "UndirectedRelationshipTypeScan")
OURS = [name for name in names() if name.startswith("changes/") and "CALL db.index" not in named(name).text]
VARIED = [
    of_type("changes/read_relationships", "LINKS"),
    of_type("changes/delete_relationships", "POWERS"),
    of_types("changes/read_groups_in", ("COOLS", "POWERS")),
    of_property("changes/find_unique_holders", "Equipment", "serialNumber"),
]


def operators(plan: Mapping[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].split("@")[0]
    for child in plan.get("children", []):
        yield from operators(child)


def example(kind: str) -> object:
    return [] if kind.startswith("LIST") else 1 if kind == "INTEGER" else "x"


@pytest.mark.parametrize("query", [*map(named, OURS), *VARIED], ids=lambda query: query.name)
async def test_plans_seek(database: Database, query: Query) -> None:
    parameters = {name: example(kind) for name, kind in query.parameters.items()}
    found = list(operators(await database.explain(query.text, parameters)))
    assert not [operator for operator in found if operator.startswith(SCANS)], found
    for wanted in query.plan:
        if not wanted.startswith("!"):
            assert any(operator.startswith(wanted) for operator in found), (wanted, found)


def test_a_stand_in_must_be_there() -> None:
    with pytest.raises(AssertionError):
        of_type("changes/read_assets", "POWERS")
