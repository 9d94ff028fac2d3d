"""What an operation asks for is one selection each time, found without comparing it; others are kept apart."""

from __future__ import annotations

from app.graphql import TwinSchema
from app.graphql.asset_selection import Selections
from app.graphql.remembered import Remembered
from app.graphql.selection import SelectionReader
from tests.app.graphql.test_selection import located

QUERY = 'query Q($n: Int) { asset(id: "a") { id children(first: $n) { nodes { name } } } }'


def test_the_latest_used_are_remembered() -> None:
    remembered, sources = Remembered[int](kept=2), [object(), object(), object()]
    first, second, third = sources
    assert [remembered.of(each, lambda: 7) for each in (first, second)] == [7, 7]
    assert remembered.of(first, lambda: 8) == 7
    remembered.of(third, lambda: 9)
    assert len(remembered) == 2
    assert remembered.of(first, lambda: 10) == 7
    assert remembered.of(second, lambda: 11) == 11


def test_an_operation_that_comes_again_has_the_same_selection(schema: TwinSchema) -> None:
    reader, selections, (operation, nodes, kind) = SelectionReader(), Selections(types={}), located(schema, QUERY, n=2)
    one, same = (selections.asset_of(reader.below(operation, nodes, kind)) for _ in range(2))
    assert one is same


def test_pages_are_not_shared(schema: TwinSchema) -> None:
    """Two sizes of one list are one shape, and each has its own page, inside and at the root."""
    reader, selections, found = SelectionReader(), Selections(types={}), []
    operation, nodes, kind = located(schema, QUERY, n=2)
    (_, children) = reader.below(operation, nodes, kind)
    for first in (2, 5):
        shown = selections.assets(children.paged(first, None))
        found.append((shown, shown.page.first))
    (one, few), (other, more) = found
    assert (few, more) == (2, 5)
    assert one == other  # a page is no part of the shape
    assert one.nodes is other.nodes
    several, _, _ = located(schema, QUERY, n=3)
    (_, apart) = reader.below(several, nodes, kind)
    assert selections.assets(apart).page.first == 3
