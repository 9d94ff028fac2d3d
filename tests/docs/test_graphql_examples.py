"""Every operation in the guide runs as it stands."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import orjson
import pytest

from tests.app.door import Door
from tests.app.graphql.conftest import campus

pytestmark = pytest.mark.neo4j

__all__ = ["campus"]

GUIDE = Path(__file__).parents[2] / "docs" / "graphql.md"
BLOCK = re.compile(r"```graphql\n(?P<query>.*?)```(?:\n```json\n(?P<variables>.*?)```)?", re.DOTALL)


async def followed(campus: Door, example: re.Match[str]) -> None:
    """The first event of a subscription comes."""
    variables = orjson.loads(example["variables"] or "{}")
    results = await campus.schema.stream(example["query"], variables, campus.context)
    first = await asyncio.wait_for(anext(results), 20)
    await results.aclose()
    assert not first.errors, (example["query"], first.errors)


async def test_all_examples(campus: Door) -> None:
    examples = list(BLOCK.finditer(GUIDE.read_text(encoding="utf-8")))
    assert len(examples) >= 10
    for example in examples:
        if example["query"].startswith("subscription"):
            await followed(campus, example)
            continue
        variables = orjson.loads(example["variables"]) if example["variables"] else {}
        response = await campus.send(example["query"], **variables)
        assert response["errors"] is None, (example["query"], response["errors"])
        if example["query"].startswith("mutation"):
            assert [each for each in response["data"].values() if "problems" in each] == []
