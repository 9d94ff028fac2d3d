"""Whether work is still wanted: asked by the thread that does it, told by whoever waits for it.

Python asks between steps (`checkpoint`). Compiled code runs without the interpreter lock and can't ask: it looks at a
number in an array of its own, which a stop sets from outside (`stopping`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from threading import Lock, get_ident
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


class Stopped(Exception):
    """The work is not wanted any more. A signal: whoever waits is told why by what stopped it."""


class _Processor:
    """The processor time of the thread that makes it, for others to read while that thread lives."""

    def __init__(self) -> None:
        of_thread = getattr(time, "pthread_getcpuclockid", None)  # not on macOS and Windows
        self._clock: int = of_thread(get_ident()) if of_thread is not None else time.CLOCK_MONOTONIC
        self._began = time.clock_gettime(self._clock)

    @property
    def seconds(self) -> float:
        return time.clock_gettime(self._clock) - self._began


class Token:
    """Says of one piece of work whether it is still wanted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stopped = False
        self._flags: list[tuple[NDArray[np.int64], int]] = []
        self._processor: _Processor | None = None

    @property
    def stopped(self) -> bool:
        """Whether it was stopped."""
        return self._stopped

    @property
    def spent_seconds(self) -> float:
        """Processor time that the work has had since it began; that of the clock where the system can't tell."""
        return self._processor.seconds if self._processor is not None else 0.0

    def stop(self) -> None:
        """Have the work end at its next look. From any thread, any number of times; never waits for it."""
        with self._lock:
            self._stopped = True
            for flags, place in self._flags:
                flags[place] = 1

    def run(self, work: Callable[[], T]) -> T:
        """Do `work` here and now, with this token as what it asks. Raises Stopped, and what `work` does."""
        self._processor = _Processor()
        return copy_context().run(self._with, work)

    def _with(self, work: Callable[[], T]) -> T:
        _CURRENT.set(self)
        self.check()
        return work()

    def check(self) -> None:
        """Raise Stopped where the work is not wanted any more."""
        if self._stopped:
            raise Stopped

    @contextmanager
    def raising(self, flags: NDArray[np.int64], place: int) -> Generator[None]:
        """For the time of the block a stop sets `flags[place]` to 1; afterwards it is 0, whatever came."""
        self.check()
        entry = (flags, place)
        with self._lock:
            self._flags.append(entry)
            flags[place] = int(self._stopped)
        try:
            yield
        finally:
            with self._lock:
                self._flags = [each for each in self._flags if each is not entry]
                flags[place] = 0


_CURRENT: Final[ContextVar[Token | None]] = ContextVar("token of the work under way", default=None)


def checkpoint() -> None:
    """Raise Stopped where the work that this is part of is not wanted any more; some 50 ns."""
    token = _CURRENT.get()
    if token is not None:
        token.check()


def watched_seconds() -> float:
    """Seconds that never go back, for a budget: work that looks at them ends there when it is not wanted any more."""
    checkpoint()
    return time.monotonic()


@contextmanager
def stopping(flags: NDArray[np.int64], place: int) -> Generator[None]:
    """For the time of the block `flags[place]` becomes 1 when the work that this is part of is stopped.

    Raises Stopped where it is already. Work without a token is never stopped.
    """
    token = _CURRENT.get()
    if token is None:
        yield
        return
    with token.raising(flags, place):
        yield
