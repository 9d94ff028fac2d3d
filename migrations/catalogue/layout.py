"""Where boxes and arrows go: Graphviz' own `dot`, in this process, on boxes whose size we say.

No font of the machine is asked, so the same graph gives the same picture everywhere. What it looks like is up to the
page's style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

_POINTS = 72.0
_LETTER = 7.8
"""Width of a letter of 13 pixels in a font whose letters are of one width."""
_PADDING = 22.0
_HEIGHT = 28.0
_MARGIN = 2.0
"""Room around the drawing, so that no line is cut at its border."""
_HEAD = (
    "digraph { rankdir=LR; nodesep=0.12; ranksep=0.45; outputorder=nodesfirst; splines=true; "
    'node [shape=box, fixedsize=true, label=""]; edge [arrowhead=none];'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box of a graph: `label` is written in it, `kind` tells the style sheet what it is, `link` where it leads."""

    key: str
    label: str
    kind: str
    link: str | None = None

    @property
    def width(self) -> float:
        """Width in pixels."""
        return len(self.label) * _LETTER + _PADDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """An arrow from one box to another, by their keys; `kind` tells the style sheet how it ends."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBox:
    """A box where it stands; pixels from the upper left corner."""

    box: Box
    x: str
    y: str
    width: str
    height: str
    text_x: str
    text_y: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedArrow:
    """An arrow where it runs, as a path of SVG."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A graph where it stands; sizes in pixels."""

    width: str
    height: str
    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]


class _Graph(Protocol):
    """What we use of pygraphviz, which names no types."""

    def draw(self, *, format: str, prog: str) -> bytes: ...  # noqa: A002 - its own name

    def close(self) -> None: ...


def placed(boxes: Sequence[Box], arrows: Iterable[Arrow]) -> Drawing:
    """Return the drawing of a graph; boxes come out in the order given, arrows as well.

    Cost: half a millisecond for a dozen boxes. Source: Gansner, Koutsofios, North, Vo: A Technique for Drawing Directed
    Graphs, 1993.
    """
    numbers = {box.key: number for number, box in enumerate(boxes)}
    drawn = list(arrows)
    statements = [
        f"n{number} [width={box.width / _POINTS:.4f}, height={_HEIGHT / _POINTS:.4f}];"
        for number, box in enumerate(boxes)
    ]
    statements += [f"n{numbers[arrow.source]} -> n{numbers[arrow.target]};" for arrow in drawn]
    return _drawing(_plain(" ".join((_HEAD, *statements, "}"))), boxes, drawn, numbers)


def _plain(text: str) -> list[list[str]]:
    """Return dot's answer in its plain format, a list of words for each line."""
    # Loading it takes a tenth of a second, which only the pages need.
    import pygraphviz  # pyright: ignore[reportMissingTypeStubs] - it has none

    graph = cast("_Graph", pygraphviz.AGraph(string=text))
    try:
        answer = graph.draw(format="plain", prog="dot").decode()
    finally:
        graph.close()
    # Long lines are broken, with a backslash at the break.
    return [line.split() for line in answer.replace("\\\r\n", "").replace("\\\n", "").splitlines()]


def _drawing(
    lines: list[list[str]], boxes: Sequence[Box], arrows: Sequence[Arrow], numbers: Mapping[str, int]
) -> Drawing:
    width, height = (float(word) + 2 * _MARGIN / _POINTS for word in lines[0][2:4])
    places = {line[1]: line for line in lines if line[0] == "node"}
    paths: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if line[0] == "edge":
            paths.setdefault((line[1], line[2]), []).append(_path(line, height))
    return Drawing(
        width=_pixels(width),
        height=_pixels(height),
        boxes=tuple(_box(box, places[f"n{number}"], height) for number, box in enumerate(boxes)),
        arrows=tuple(
            PlacedArrow(kind=arrow.kind, path=paths[f"n{numbers[arrow.source]}", f"n{numbers[arrow.target]}"].pop(0))
            for arrow in arrows
        ),
    )


def _box(box: Box, line: list[str], height: float) -> PlacedBox:
    x, y, wide, high = (float(word) for word in line[2:6])
    x, y = _shifted(x, y, height)
    return PlacedBox(
        box=box,
        x=_pixels(x - wide / 2),
        y=_pixels(y - high / 2),
        width=_pixels(wide),
        height=_pixels(high),
        text_x=_pixels(x),
        text_y=_pixels(y),
    )


def _path(line: list[str], height: float) -> str:
    count = int(line[3])
    numbers = [float(word) for word in line[4 : 4 + 2 * count]]
    pairs = (_shifted(x, y, height) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
    points = [f"{_pixels(x)},{_pixels(y)}" for x, y in pairs]
    return f"M{points[0]} C{' '.join(points[1:])}"


def _shifted(x: float, y: float, height: float) -> tuple[float, float]:
    """Return a place counted from above, as SVG does, and inside the margin."""
    return x + _MARGIN / _POINTS, height - y - _MARGIN / _POINTS


def _pixels(inches: float) -> str:
    # Without a minus before a nought, and no finer than a screen shows: so the bytes are the same everywhere.
    return f"{round(inches * _POINTS, 1) + 0.0:g}"
