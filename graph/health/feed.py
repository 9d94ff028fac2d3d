"""Follows the states of assets: each new reading that became current, and each change of a level, as they come.

One task a tenant that somebody follows looks what is otherwise; how many follow costs it nothing. Each follower
chooses by itself, from memory as far as that goes; what has to be asked for is asked for all of them together.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

import structlog

from graph.access.principal import Principal, Scope
from graph.errors import TwinError
from graph.feed import OntologySuperseded
from graph.health.choosing import Chooser, Choosing, Wish
from graph.health.happenings import Happening, Happenings, Pair, changed_levels
from graph.health.service import HealthService
from graph.health.view import View
from graph.identity import Tenant
from graph.ontology.model import Ontology
from graph.reading import AssetFilter, Row
from graph.state import Committed
from graph.work import Sharing

SETTLED_SECONDS: Final = 0.02
"""Events that come closer together than this are looked at together."""

POLL_SECONDS: Final = 0.5
"""How often it is looked for what other processes took, and what time made stale."""

_RETRY_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found at one look: what happened, and the health of all assets after it."""

    pairs: list[Pair]
    view: View

    @property
    def happenings(self) -> list[Happening]:
        """What happened; made when asked for, since who only wants to be woken doesn't look at it."""
        return [Happening(*each) for each in self.pairs]


@dataclass(slots=True)
class _Hub:
    """What a tenant's followers share."""

    happenings: Happenings = field(default_factory=Happenings)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    followers: int = 0
    view: View | None = None
    task: asyncio.Task[None] | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class StateFeed:
    """Follows tenants by one ontology. `pause` waits some seconds.

    `sharing` is for those who make rows of the same happenings by the same selection.
    """

    def __init__(
        self,
        health: HealthService,
        choosing: Choosing,
        ontology: Ontology,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._health = health
        self._choosing = choosing
        self._chooser = Chooser(choosing)
        self._ontology = ontology
        self._pause = pause
        self._hubs: dict[Tenant, _Hub] = {}
        self.sharing = Sharing[list[Row]]()
        self._closed = False
        self._log = structlog.stdlib.get_logger("twin.states")

    def took(self, committed: Committed) -> None:
        """Look at once: this process took events of a tenant."""
        hub = self._hubs.get(committed.tenant)
        if hub is not None:
            hub.woken.set()

    def close(self) -> None:
        """End what is followed: it is answered by an ontology that is no longer in force."""
        self._closed = True
        for hub in self._hubs.values():
            hub.ready.set()
            hub.woken.set()
            hub.happenings.wake()

    async def happenings(
        self,
        principal: Principal,
        *,
        filter: AssetFilter | None = None,  # noqa: A002 - the contract's word
        within: str | None = None,
    ) -> AsyncGenerator[list[Happening]]:
        """Yield what happens from now on to the assets that are meant, those together that came together.

        `within` is an asset in whose containment subtree (itself counted) they are. Raises Forbidden without scope
        read, StatesMissed, OntologySuperseded, and what a filter raises.
        """
        principal.demand(Scope.READ)
        if filter is not None:
            await self._choosing.chosen(principal, [], filter=filter)  # what is wrong with it is told at once
        wish = Wish.of(filter, within, self._ontology)
        async with aclosing(self.followed(principal.tenant)) as following:
            async for looked in following:
                found = looked.happenings
                assets = list(dict.fromkeys(each.asset for each in found))
                chosen = await self._chooser.chosen(principal, assets, wish, looked.view)
                meant = [each for each in found if each.asset in chosen]
                if meant:
                    yield meant

    async def followed(self, tenant: Tenant) -> AsyncGenerator[Looked]:
        """Yield all that happens to a tenant's assets from now on; first nothing, as soon as nothing is missed.

        Raises StatesMissed, OntologySuperseded.
        """
        hub = self._hub(tenant)
        hub.followers += 1
        try:
            await hub.ready.wait()
            position = hub.happenings.end
            while True:
                if self._closed or hub.view is None:
                    raise _superseded()
                found = hub.happenings.after(position)
                position += len(found)
                yield Looked(pairs=found, view=hub.view)
                while hub.happenings.end == position and not self._closed:
                    await hub.happenings.arrived()
        finally:
            hub.followers -= 1
            if not hub.followers and hub.task is not None:
                hub.task.cancel()
                if self._hubs.get(tenant) is hub:
                    del self._hubs[tenant]
                    self._health.keep_journal(tenant, kept=False)

    # ---- looking -----------------------------------------------------------------------------------------------------

    def _hub(self, tenant: Tenant) -> _Hub:
        hub = self._hubs.get(tenant)
        if hub is None:
            hub = self._hubs[tenant] = _Hub()
            hub.task = asyncio.create_task(self._watch(tenant, hub))
        return hub

    async def _watch(self, tenant: Tenant, hub: _Hub) -> None:
        failing: str | None = None
        seconds = asyncio.get_running_loop().time
        while not self._closed:
            began = seconds()
            try:
                await self._look(tenant, hub)
                hub.ready.set()
                failing = None
            except Exception as error:  # noqa: BLE001  followers would wait for ever
                code = error.code if isinstance(error, TwinError) else type(error).__name__
                if failing != code:
                    self._log.warning("states can't be followed now", tenant=tenant, error=str(error))
                failing = code
                await self._pause(_RETRY_SECONDS)
                continue
            looked, due = seconds() - began, self._health.next_due(tenant)
            try:
                async with asyncio.timeout(POLL_SECONDS if due is None else min(due + 0.001, POLL_SECONDS)):
                    await hub.woken.wait()
            except TimeoutError:
                continue
            hub.woken.clear()
            # Where events come without end, looking takes half of the time at most.
            await self._pause(max(SETTLED_SECONDS, looked))

    async def _look(self, tenant: Tenant, hub: _Hub) -> None:
        if hub.view is None:
            self._health.keep_journal(tenant, kept=True)
        before, view = hub.view, await self._health.view(tenant)
        hub.view = view
        read = self._health.journal(tenant)
        if before is None:
            return
        told = {asset for asset, _ in read}
        hub.happenings.add([*read, *((asset, None) for asset in changed_levels(before, view) if asset not in told)])


def _superseded() -> OntologySuperseded:
    return OntologySuperseded(
        "Another ontology has come into force",
        expected="a subscription that began under it",
        hint="Read anew what you follow, and subscribe again",
    )
