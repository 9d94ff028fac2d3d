"""Every fenced block runs, or it is said where it does."""

from __future__ import annotations

import pytest

from tests.docs.pages import ROOT, blocks, pages, pattern

# Page and language of blocks that another test runs, and that test.
ELSEWHERE = {
    ("docs/graphql.md", "graphql"): "tests/docs/test_graphql_examples.py",
    ("docs/graphql.md", "json"): "tests/docs/test_graphql_examples.py",
    ("docs/graphql-recipes.md", "graphql"): "tests/docs/test_graphql_recipes.py",
    ("docs/graphql-recipes.md", "json"): "tests/docs/test_graphql_recipes.py",
    ("docs/impact.md", "python"): "tests/graph/impact/test_guide.py",
    ("docs/ontology.md", "python"): "tests/graph/ontology/test_guide.py",
    ("docs/ontology.md", "yaml"): "tests/graph/ontology/test_guide.py",
    ("docs/migrations.md", "yaml"): "tests/docs/test_migration_example.py",
}


@pytest.mark.parametrize("page", pages())
def test_every_block_has_somebody_who_runs_it(page: str) -> None:
    for block in blocks(page):
        assert block.language, f"{block.place}: say what language it is"
        if block.language in ("console", "text") or "." in block.name:
            continue
        runner = ELSEWHERE.get((page, block.language))
        assert runner is not None, f"{block.place}: nothing runs a block of {block.language!r}"
        assert page.rpartition("/")[2] in (ROOT / runner).read_text(), f"{runner} doesn't speak of {page}"


def test_three_dots_stand_for_anything() -> None:
    assert pattern(("a ... b", "...", "end")).fullmatch("a 12 b\nx\ny\nend\n")
    assert not pattern(("a ... b", "end")).fullmatch("a 12 b\nx\nend\n")
