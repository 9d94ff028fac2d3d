"""Dead letters: kept once, bounded by number and age for each tenant, found by reason; the same in both databases."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from graph.clock import epoch_micros
from graph.deadletters import DeadLetter, DeadLetters, DeadLettersUnavailable, UnknownDeadLetter, open_dead_letters
from graph.errors import CursorInvalid, LimitExceeded
from graph.identity import Tenant
from graph.sql import open_beside, parse_url
from tests.postgres import LEFT_OUT, empty_database

_COUNTER = itertools.count()
TENANT, OTHER = Tenant("here"), Tenant("there")
NOW = datetime(2026, 6, 3, 12, tzinfo=UTC)
MICROS = epoch_micros(NOW)


class MovedClock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@dataclass
class Place:
    """Where dead letters are kept, to open them more than once."""

    url: str | None
    folder: Path
    clock: MovedClock

    def open(self) -> DeadLetters:
        return open_dead_letters(self.url, folder=self.folder, clock=self.clock, most=3, days=2)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, clock: MovedClock) -> Iterator[Place]:
    if request.param == "sqlite":
        yield Place(None, tmp_path / "new", clock)
        return
    url: str | None = request.getfixturevalue("postgres_url")
    if url is None:
        pytest.skip(LEFT_OUT)
    with empty_database(url, f"letters{next(_COUNTER)}") as own:
        yield Place(own, tmp_path, clock)


@pytest.fixture
async def letters(place: Place) -> AsyncIterator[DeadLetters]:
    opened = place.open()
    yield opened
    await opened.close()


def letter(number: int, *, code: str = "UNKNOWN_ASSET", payload: bytes = b"{}") -> DeadLetter:
    return DeadLetter(
        code=code,
        message=f"number {number}\x00",
        transport="mqtt",
        source="site/a",
        offset=str(number),
        trace="4bf92f3577b34da6a3ce929d0e0e4736",
        media="application/json",
        received=MICROS + number,
        time=MICROS - 5,
        payload=payload,
    )


async def offsets(letters: DeadLetters, tenant: Tenant = TENANT, *, replayed: bool = False) -> list[str]:
    page = await letters.page(tenant, first=100, replayed=replayed)
    assert page.total == len(page.letters)
    return [each.letter.offset for each in page.letters]


async def test_a_letter_comes_back_as_it_was(letters: DeadLetters) -> None:
    given = letter(1, payload=bytes(range(256)))
    await letters.park(TENANT, [given])
    (found,) = (await letters.page(TENANT, first=1)).letters
    assert found.letter == replace(given, message="number 1␀")
    assert (found.times, found.whole, found.replayed) == (1, True, None)
    assert await letters.get(TENANT, [found.id]) == (found,)


async def test_nothing_that_a_letter_says_keeps_it_from_being_parked(letters: DeadLetters) -> None:
    await letters.park(TENANT, [replace(letter(1), source="\x00", offset="\x00", trace="\x00", media="\x00")])
    assert (await letters.counts(TENANT)) == {"UNKNOWN_ASSET": 1}


async def test_letters_of_an_older_release_stay_and_get_what_came_since(place: Place) -> None:
    older = place.open()
    await older.park(TENANT, [letter(1)])
    await older.close()
    engine = open_beside(None if place.url is None else parse_url(place.url), place.folder / "dead-letters.sqlite")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE twin_dead_letters DROP COLUMN sent"))
    engine.dispose()
    for _ in range(2):
        newer = place.open()
        await newer.park(TENANT, [letter(2)])
        found = (await newer.page(TENANT, first=2)).letters
        await newer.close()
        assert [each.letter.time for each in found] == [MICROS - 5, None]


async def test_the_same_from_the_same_place_is_one_that_came_twice(letters: DeadLetters) -> None:
    await letters.park(TENANT, [letter(1), letter(1)])
    await letters.park(TENANT, [replace(letter(1), received=MICROS + 9, code="VALUE_INVALID")])
    (found,) = (await letters.page(TENANT, first=10)).letters
    assert (found.times, found.letter.code, found.letter.received) == (3, "VALUE_INVALID", MICROS + 9)


async def test_the_oldest_go_where_there_are_too_many(letters: DeadLetters) -> None:
    await letters.park(OTHER, [letter(0)])
    for number in range(5):
        await letters.park(TENANT, [letter(number)])
    assert await offsets(letters) == ["4", "3", "2"]
    assert await offsets(letters, OTHER) == ["0"]


async def test_old_ones_go(letters: DeadLetters, clock: MovedClock) -> None:
    await letters.park(TENANT, [letter(0)])
    clock.time += timedelta(days=3)
    await letters.park(TENANT, [replace(letter(1), received=epoch_micros(clock.time))])
    assert await offsets(letters) == ["1"]


async def test_pages_go_on_where_they_ended(letters: DeadLetters) -> None:
    await letters.park(TENANT, [letter(number, code="A" if number else "B") for number in range(3)])
    page = await letters.page(TENANT, first=2)
    assert ([each.letter.offset for each in page.letters], page.more, page.total) == (["2", "1"], True, 3)
    rest = await letters.page(TENANT, first=2, after=page.cursor(1))
    assert ([each.letter.offset for each in rest.letters], rest.more) == (["0"], False)
    assert [each.letter.offset for each in (await letters.page(TENANT, first=9, code="B")).letters] == ["0"]
    assert await letters.counts(TENANT) == {"A": 2, "B": 1}
    with pytest.raises(CursorInvalid):
        await letters.page(TENANT, first=2, after=page.cursor(1), code="B")
    with pytest.raises(LimitExceeded):
        await letters.page(TENANT, first=1_001)


async def test_replayed_ones_wait_no_longer_until_they_come_again(letters: DeadLetters) -> None:
    await letters.park(TENANT, [letter(1), letter(2)])
    ids = [each.id for each in (await letters.page(TENANT, first=9)).letters]
    assert await letters.mark_replayed(TENANT, ids[:1]) == 1
    assert await letters.mark_replayed(TENANT, ids[:1]) == 0
    assert (await offsets(letters), await offsets(letters, replayed=True)) == (["1"], ["2"])
    await letters.park(TENANT, [letter(2)])
    assert await offsets(letters) == ["2", "1"]


async def test_dropped_ones_are_gone_for_their_tenant_alone(letters: DeadLetters) -> None:
    await letters.park(TENANT, [letter(1)])
    (kept,) = (await letters.page(TENANT, first=9)).letters
    assert await letters.drop(OTHER, [kept.id]) == 0
    assert await letters.drop(TENANT, [kept.id, "none"]) == 1
    with pytest.raises(UnknownDeadLetter):
        await letters.get(TENANT, [kept.id])


async def test_a_long_payload_is_kept_by_its_beginning(letters: DeadLetters) -> None:
    await letters.park(TENANT, [letter(1, payload=b"x" * 300_000)])
    (found,) = (await letters.page(TENANT, first=1)).letters
    assert (found.size, len(found.letter.payload), found.whole) == (300_000, 262_144, False)


async def test_a_store_that_cant_be_written_says_so(tmp_path: Path, clock: MovedClock) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    opened = open_dead_letters(None, folder=tmp_path / "taken", clock=clock, most=1, days=1)
    with pytest.raises(DeadLettersUnavailable):
        await opened.park(TENANT, [letter(1)])
    await opened.close()
