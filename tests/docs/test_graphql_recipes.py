"""Every recipe of docs/graphql-recipes.md runs as it stands, and answers what the page says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.app.door import Door
from tests.app.graphql.conftest import campus
from tests.docs.pages import ROOT, Block, blocks

__all__ = ["campus"]

PAGE = "docs/graphql-recipes.md"
ANY = "..."


@dataclass(frozen=True, slots=True)
class Recipe:
    """A document of the page, its variables and its answer."""

    document: Block
    variables: dict[str, Any]
    answer: dict[str, Any]


def recipes() -> Iterator[Recipe]:
    document, variables = None, dict[str, Any]()
    for block in blocks(PAGE):
        if block.language == "graphql":
            document, variables = block, {}
        elif block.language == "json" and block.name == "answer":
            assert document is not None, block.place
            yield Recipe(document, variables, json.loads(block.text))
            document = None
        elif block.language == "json":
            variables = json.loads(block.text)


def fits(expected: Any, found: Any) -> bool:
    """Whether an answer is the expected one; a text of three dots stands for any."""
    if expected == ANY:
        return isinstance(found, str) and found != ""
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and list(expected) == list(found)
            and all(map(fits, expected.values(), found.values()))
        )
    if isinstance(expected, list):
        return isinstance(found, list) and len(expected) == len(found) and all(map(fits, expected, found))
    return bool(expected == found)


async def answered(campus: Door, recipe: Recipe) -> dict[str, Any]:
    """The whole answer; the first one of a subscription."""
    if not recipe.document.text.startswith("subscription"):
        response = await campus.send(recipe.document.text, **recipe.variables)
        return {key: response[key] for key in ("errors", "data") if key == "data" or response[key]}
    results = await campus.schema.stream(recipe.document.text, recipe.variables, campus.context)
    first = await asyncio.wait_for(anext(results), 20)
    await results.aclose()
    return {"data": first.data}


@pytest.mark.neo4j
async def test_all_recipes(campus: Door) -> None:
    for recipe in recipes():
        found = json.loads(json.dumps(await answered(campus, recipe)))
        assert fits(recipe.answer, found), f"{recipe.document.place} answers {json.dumps(found)}"


def test_there_are_ten_each_with_an_answer() -> None:
    documents = [block for block in blocks(PAGE) if block.language == "graphql"]
    assert [recipe.document for recipe in recipes()] == documents
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    assert text.count("\n## ") == len(documents) == 10


def test_the_configuration_shown_is_that_of_the_client() -> None:
    (shown,) = (block for block in blocks(PAGE) if block.language == "ts")
    assert shown.text == (ROOT / "examples/ui-client" / shown.name).read_text(encoding="utf-8")
