"""What stays is out of the collector's sight, and what nobody needs any more is gone."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from app.garbage import settle


class Ring:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_stays_is_kept_and_garbage_goes() -> None:
    kept, left = Ring(), Ring()
    gone = weakref.ref(left)
    del left
    settle()
    assert gone() is None
    assert gc.get_freeze_count() > 10_000
    assert not any(each is kept for each in gc.get_objects())


def test_what_was_kept_goes_once_nobody_needs_it() -> None:
    old = Ring()
    gone = weakref.ref(old)
    settle()
    del old
    settle()
    assert gone() is None
