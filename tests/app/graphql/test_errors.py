"""Expected errors say what to do; unexpected ones are masked and logged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import structlog

from graph.errors import Unavailable
from tests.app.door import Door

pytestmark = pytest.mark.neo4j


class Broken:
    """Impact that breaks down."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def ask(self, *_: object) -> Any:
        raise self.error

    resume = ask

    def pin(self, *_: object) -> None:
        raise self.error


async def broken(door: Door, error: Exception) -> dict[str, Any]:
    context = replace(door.context, impact=Broken(error))
    result = await door.schema.execute("{ impact(input: {}) { impactedCount } }", context_value=context)
    assert result.errors
    return dict(result.errors[0].formatted)


async def test_a_refusal_says_everything(door: Door) -> None:
    error = Unavailable("No", place="here", expected="this", actual="that", hint="do it")
    assert await broken(door, error) == {
        "message": "No",
        "locations": [{"line": 1, "column": 3}],
        "path": ["impact"],
        "extensions": {
            "code": "UNAVAILABLE",
            "place": "here",
            "expected": "this",
            "actual": "that",
            "hint": "do it",
            "retryAfter": 1,
        },
    }


async def test_all_problems_are_among_the_extensions(door: Door) -> None:
    query = """{ impact(input: {addedRelationships: [
        {type: "POWERS", from: "C", to: "P1", properties: {delay: "soon", speed: 1}}]}) { impactedCount } }"""
    refusal = await door.refused(query)
    assert refusal["code"] == "PROPERTIES_INVALID"
    assert {problem["code"] for problem in refusal["problems"]} == {"VALUE_INVALID", "UNKNOWN_PROPERTY"}


async def test_what_is_unexpected_is_masked_and_logged(door: Door) -> None:
    with structlog.testing.capture_logs() as logs:
        shown = await broken(door, RuntimeError("password is hunter2"))
    assert "hunter2" not in str(shown)
    assert shown["extensions"] == {"code": "INTERNAL"}
    assert "request-1" in shown["message"]
    (log,) = logs
    assert log["request_id"] == "request-1"
    assert isinstance(log["exc_info"], RuntimeError)


async def test_what_graphql_refuses_has_a_code(door: Door) -> None:
    assert (await door.refused("{ asset(id: 1.5) { id } }"))["code"] == "QUERY_INVALID"
    assert (await door.refused("query Q($n: Int!) { assets(first: $n) { totalCount } }"))["code"] == "QUERY_INVALID"


async def test_an_introspection_answers(door: Door) -> None:
    data = await door.ask('{ __schema { queryType { name } } __type(name: "ChangeInput") { isOneOf } }')
    assert data == {"__schema": {"queryType": {"name": "Query"}}, "__type": {"isOneOf": True}}
