"""What several ask for at the same moment is made once, and for as long as one of them waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from graph.errors import TwinError

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _UnderWay(Generic[T]):
    task: asyncio.Task[T]
    waiting: int = 0


class Sharing(Generic[T]):
    """Makes things by name, one at a time of each name. For one event loop."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _UnderWay[T]] = {}

    async def of(self, name: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `make` returns, or what is being made by that name. It is ended when the last who waits goes away.

        Raises what making does; each who waits has a refusal of their own, for callers say where it belongs.
        """
        found = self._under_way.get(name)
        if found is None:
            found = self._under_way[name] = _UnderWay(asyncio.create_task(make()))
            found.task.add_done_callback(lambda _: self._forget(name, found))
        found.waiting += 1
        try:
            await asyncio.wait({found.task})
        finally:
            found.waiting -= 1
            if not found.waiting and not found.task.done():
                self._forget(name, found)
                found.task.cancel()
        try:
            return found.task.result()
        except TwinError as refusal:
            raise _copy(refusal) from refusal

    def _forget(self, name: Hashable, found: _UnderWay[T]) -> None:
        if self._under_way.get(name) is found:
            del self._under_way[name]
        if found.task.done() and not found.task.cancelled():
            found.task.exception()  # seen, where nobody waits for it any more


def _copy(refusal: TwinError) -> TwinError:
    made = type(refusal).__new__(type(refusal), *refusal.args)
    made.__dict__.update(refusal.__dict__)
    return made
