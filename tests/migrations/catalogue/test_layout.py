from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrations.catalogue.layout import Arrow, Box, placed


def boxes(*names: str) -> list[Box]:
    return [Box(key=name, label=name, kind="type") for name in names]


def graphs(count: int) -> st.SearchStrategy[tuple[int, list[tuple[int, int]]]]:
    ends = st.integers(0, count - 1)
    return st.tuples(st.just(count), st.lists(st.tuples(ends, ends), max_size=20))


@given(st.integers(1, 12).flatmap(graphs))
@settings(max_examples=25)
def test_boxes_lie_apart_and_inside(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, pairs = graph
    names = [f"box {number}" for number in range(count)]
    arrows = [Arrow(source=names[a], target=names[b], kind="to") for a, b in pairs]
    drawing = placed(boxes(*names), arrows)
    assert [each.box.key for each in drawing.boxes] == names
    assert len(drawing.arrows) == len(arrows)
    places = [tuple(map(float, (each.x, each.y, each.width, each.height))) for each in drawing.boxes]
    for number, (x, y, width, height) in enumerate(places):
        assert x >= 0
        assert y >= 0
        assert x + width <= float(drawing.width)
        assert y + height <= float(drawing.height)
        for left, top, wide, high in places[:number]:
            assert x + width <= left or left + wide <= x or y + height <= top or top + high <= y


def test_names_are_never_taken_for_the_language_of_graphs() -> None:
    odd = boxes('"] digraph', "\\", "a -> b", "é\n")
    drawing = placed(odd, [Arrow(source=odd[0].key, target=odd[1].key, kind="to")])
    assert [each.box for each in drawing.boxes] == odd
    assert drawing.arrows[0].path.startswith("M")
