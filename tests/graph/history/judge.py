"""What windows mean, as plainly as it can be said: the judge of the fast way."""

from __future__ import annotations

from collections.abc import Sequence

from graph.history import Bounds, Point, Window


def number_of(point: Point) -> float | None:
    return float(point.value) if isinstance(point.value, int | float) else None


def judged(points: Sequence[Point], bounds: Bounds, length: int) -> list[Window]:
    ordered = sorted(points, key=lambda point: point.key)
    inside = [point for point in ordered if bounds.since <= point.time < bounds.until]
    starts = sorted({point.time - point.time % length for point in inside if point.value is not None})
    return [window(ordered, inside, bounds, start, start + length) for start in starts]


def window(ordered: list[Point], inside: list[Point], bounds: Bounds, start: int, end: int) -> Window:
    start, end = max(start, bounds.since), min(end, bounds.until)
    valued = [point for point in inside if start <= point.time < end and point.value is not None]
    numbers = [number for point in valued if (number := number_of(point)) is not None]
    qualities = {point.quality for point in valued}
    return Window(
        start=start,
        end=end,
        count=len(valued),
        min=min(numbers, default=None),
        max=max(numbers, default=None),
        mean=sum(numbers) / len(numbers) if numbers else None,
        sum=sum(numbers) if numbers else None,
        first=valued[0].value,
        last=valued[-1].value,
        time_weighted_mean=weighted(ordered, start, end),
        quality=qualities.pop() if len(qualities) == 1 else None,
    )


def weighted(ordered: list[Point], start: int, end: int) -> float | None:
    area, covered = 0.0, 0
    for position, point in enumerate(ordered):
        until = ordered[position + 1].time if position + 1 < len(ordered) else end
        number, held = number_of(point), min(until, end) - max(point.time, start)
        if number is not None and held > 0:
            area += number * held
            covered += held
    return area / covered if covered else None
