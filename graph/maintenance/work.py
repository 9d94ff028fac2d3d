"""A planned work: what is worked on, from when to when; and what is wrong with a list of them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from graph.errors import LimitExceeded, NotFound, Problem
from graph.maintenance.errors import ManyWorksInvalid, WorksInvalid

MOST_WORKS: Final = 500
"""Ceiling of the works of one check."""

MOST_ASSETS: Final = 10_000
"""Ceiling of the assets that all of them name together."""

MOST_ORDER: Final = 6
"""Ceiling of the size of a combination."""

MOST_TOLD: Final = 20
"""Problems that one refusal tells of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWork:
    """Assets that are down from `start` until `end`, or for `duration`; the moment of its end isn't part of it."""

    name: str
    assets: tuple[str, ...]
    start: datetime
    end: datetime | None = None
    duration: timedelta | None = None

    @property
    def begins(self) -> datetime:
        """The start, in UTC."""
        return self.start.astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The end, in UTC. Raises OverflowError where a duration reaches beyond all dates."""
        if self.end is not None:
            return self.end.astimezone(UTC)
        return self.begins + (self.duration or timedelta(0))


def check(works: Sequence[PlannedWork], assets: Container[str]) -> None:
    """Refuse works that can't be checked, naming each place (`works[3].end`). `assets` are those there are.

    Raises LimitExceeded, NotFound for one unknown asset, WorksInvalid for one other problem, ManyWorksInvalid for
    several.
    """
    _check_size(works)
    problems = list(_problems(works, assets))
    if len(problems) > 1:
        more = f", of which {MOST_TOLD} are told" if len(problems) > MOST_TOLD else ""
        told = f"{len(problems)} things are wrong with these works{more}"
        raise ManyWorksInvalid(told, tuple(problems[:MOST_TOLD]))
    for each in problems:
        kind = NotFound if each.code == NotFound.code else WorksInvalid
        raise kind(each.message, place=each.place, expected=each.expected, actual=each.actual, hint=each.hint)


def _check_size(works: Sequence[PlannedWork]) -> None:
    named = sum(len(each.assets) for each in works)
    for what, count, most in (("works", len(works), MOST_WORKS), ("assets of all works", named, MOST_ASSETS)):
        if count > most:
            raise LimitExceeded(
                f"Too many {what}",
                place="works",
                expected=f"at most {most:,}",
                actual=f"{count:,}",
                hint="Check a shorter time at once: works that don't overlap don't bear on each other",
            )
    if not works:
        raise WorksInvalid("There is nothing to check", place="works", expected="at least one work")


def _problems(works: Sequence[PlannedWork], assets: Container[str]) -> Iterator[Problem]:
    names: dict[str, int] = {}
    for number, work in enumerate(works):
        place = f"works[{number}]"
        yield from _of_name(work, place, names.setdefault(work.name, number), number)
        yield from _of_assets(work, place, assets)
        yield from _of_window(work, place)


def _of_name(work: PlannedWork, place: str, first: int, number: int) -> Iterator[Problem]:
    if not work.name.strip():
        yield _problem("A work without a name", f"{place}.name", expected="a name that tells it from the others")
    elif first != number:
        yield _problem(
            f"Two works are called {work.name}",
            f"{place}.name",
            expected="a name that no other work has",
            actual=f"the name of works[{first}]",
            hint="Name what tells them apart, or give one work all the assets",
        )


def _of_assets(work: PlannedWork, place: str, assets: Container[str]) -> Iterator[Problem]:
    if not work.assets:
        yield _problem(
            f"{work.name} is about no asset", f"{place}.assets", expected="the ids of what is down meanwhile"
        )
    seen: set[str] = set()
    for at, asset in enumerate(work.assets):
        here = f"{place}.assets[{at}]"
        if asset not in assets:
            yield Problem(
                code=NotFound.code,
                message=f"No asset {asset}",
                place=here,
                asset=asset,
                expected="the id of an asset",
                actual=asset,
                hint="Look it up by search or external id",
            )
        elif asset in seen:
            yield _problem(f"{work.name} names {asset} twice", here, expected="an asset once")
        seen.add(asset)


def _of_window(work: PlannedWork, place: str) -> Iterator[Problem]:
    for name, moment in (("start", work.start), ("end", work.end)):
        if moment is not None and moment.utcoffset() is None:
            yield _problem(
                "A time without its offset from UTC",
                f"{place}.{name}",
                expected="a time with offset, such as 2026-03-01T10:00:00Z",
                actual=moment.isoformat(),
            )
            return
    if (work.end is None) is (work.duration is None):
        yield _problem(
            f"{work.name} has {'no end' if work.end is None else 'an end and a duration'}",
            f"{place}.end",
            expected="an end or a duration",
            actual="neither" if work.end is None else "both",
        )
        return
    yield from _of_length(work, place)


def _of_length(work: PlannedWork, place: str) -> Iterator[Problem]:
    name = "duration" if work.end is None else "end"
    try:
        lasts = work.ends - work.begins
    except OverflowError:
        yield _problem(f"{work.name} never ends", f"{place}.{name}", expected="an end before the year 10000")
        return
    if lasts <= timedelta(0):
        yield _problem(
            f"{work.name} ends {'when' if not lasts else 'before'} it starts",
            f"{place}.{name}",
            expected="more than PT0S" if name == "duration" else f"after {work.begins.isoformat()}",
            actual=f"PT{lasts.total_seconds():g}S" if name == "duration" else work.ends.isoformat(),
            hint="Look for ends swapped, and for offsets from UTC",
        )


def _problem(message: str, place: str, *, expected: str, actual: str | None = None, hint: str | None = None) -> Problem:
    return Problem(code=WorksInvalid.code, message=message, place=place, expected=expected, actual=actual, hint=hint)
