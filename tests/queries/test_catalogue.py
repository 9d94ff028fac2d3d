"""The catalogue: what it makes of a file, and that every file of the project is right."""

from __future__ import annotations

import pytest

from queries import Mode, QueryFileInvalid, named, names
from queries.catalogue import parse

GOOD = """// purpose: Assets by id,
//   with their names.
// mode: READ
// parameters: tenant STRING, pairs LIST<MAP<STRING, ANY>>
// columns: id, name
// plan: NodeUniqueIndexSeek, !CartesianProduct
MATCH (n:Asset {_tenant: $tenant}) WHERE n._id IN $pairs // not $this
RETURN n._id, n.name
"""


def test_a_good_file() -> None:
    query = parse("assets/find_names", GOOD)
    assert query.purpose == "Assets by id, with their names."
    assert query.mode is Mode.READ
    assert query.parameters == {"tenant": "STRING", "pairs": "LIST<MAP<STRING, ANY>>"}
    assert query.columns == ("id", "name")
    assert query.plan == ("NodeUniqueIndexSeek", "!CartesianProduct")
    assert query.text.startswith("MATCH")


@pytest.mark.parametrize(
    ("before", "after", "match"),
    [
        ("// mode: READ\n", "", "lacks mode"),
        ("$tenant", "$tenants", "text uses"),
        ("tenant STRING, ", "", "text uses"),
        ("tenant STRING", "tenant", "no type"),
    ],
)
def test_heads_that_disagree_with_their_text(before: str, after: str, match: str) -> None:
    with pytest.raises(QueryFileInvalid, match=match):
        parse("assets/find_names", GOOD.replace(before, after))


def test_an_unknown_mode() -> None:
    with pytest.raises(ValueError, match="BOTH"):
        parse("assets/find_names", GOOD.replace("READ", "BOTH"))


@pytest.mark.parametrize("name", ["assets", "assets/Find_names", "../secrets", "assets/find_a.cypher", "assets/find"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(QueryFileInvalid):
        named(name)


@pytest.mark.parametrize("name", names())
def test_every_file_parses(name: str) -> None:
    query = named(name)
    assert query.text
    assert query.purpose.endswith(".")
