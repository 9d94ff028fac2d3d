"""What is asked for at the same moment is made once, and ends with the last who waits for it."""

from __future__ import annotations

import asyncio

import pytest

from graph.errors import NotFound
from graph.work import Sharing


class Kitchen:
    """Makes things when it is told to, and counts."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0
        self.go_on = asyncio.Event()

    async def make(self) -> int:
        self.begun += 1
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.ended += 1
            raise
        return self.begun


async def settle() -> None:
    for _ in range(4):
        await asyncio.sleep(0)


async def test_askers_share_what_one_of_them_began() -> None:
    kitchen, sharing = Kitchen(), Sharing[int]()
    asking = [asyncio.create_task(sharing.of("soup", kitchen.make)) for _ in range(3)]
    await settle()
    asking[0].cancel()
    await settle()
    kitchen.go_on.set()
    assert await asyncio.gather(*asking[1:]) == [1, 1]
    assert (kitchen.begun, kitchen.ended) == (1, 0)
    assert await sharing.of("soup", kitchen.make) == 2


async def test_it_ends_with_the_last_who_waits() -> None:
    kitchen, sharing = Kitchen(), Sharing[int]()
    asking = [asyncio.create_task(sharing.of("soup", kitchen.make)) for _ in range(2)]
    await settle()
    for each in asking:
        each.cancel()
    await settle()
    assert (kitchen.begun, kitchen.ended) == (1, 1)
    kitchen.go_on.set()
    assert await sharing.of("soup", kitchen.make) == 2


async def test_each_has_a_refusal_of_their_own() -> None:
    async def refuse() -> int:
        await asyncio.sleep(0)
        raise NotFound("No soup", place="menu", hint="Ask for bread")

    sharing = Sharing[int]()
    one, two = await asyncio.gather(*(sharing.of("soup", refuse) for _ in range(2)), return_exceptions=True)
    assert isinstance(one, NotFound)
    assert isinstance(two, NotFound)
    assert one is not two
    one.place = "before.menu"
    assert (two.problem.place, str(two)) == ("menu", "menu: No soup. Ask for bread")
    with pytest.raises(NotFound):
        await sharing.of("soup", refuse)
