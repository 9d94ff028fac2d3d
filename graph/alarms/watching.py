"""Looks after the alarms of one tenant: raises and returns them as its health changes, and asks what is behind floods.

One process at a time does that for a tenant; the others try again until it ends. What is seen is compared with what is
open, so that nothing is lost by a restart, and a look that comes twice changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Protocol

import structlog

from graph.access import operator
from graph.alarms.board import AlarmBoard
from graph.alarms.floods import SYMPTOMS, FloodRule, FloodWatch, RootCauseAsking, sought
from graph.alarms.lifecycle import is_alarming
from graph.alarms.model import ITSELF, Action, Change, Flood, Sighting, State
from graph.alarms.sightings import sighted, suspects
from graph.clock import Clock, epoch_micros
from graph.errors import TwinError, Unavailable
from graph.feed import OntologySuperseded
from graph.health import HealthService, StateFeed, StatesMissed, View, changed_levels
from graph.identity import Tenant
from graph.impact import Level

LEASE_SECONDS: Final = 15.0
"""How long after a process died another one takes over."""

TICK_SECONDS: Final = 5.0
"""How often it is looked for what time alone changes: levels that were held, shelves, ends of floods, the lease."""

ASK_AFTER_SECONDS: Final = 1.0
"""What comes together is waited for before causes are sought."""

_RETRY_SECONDS: Final = 1.0
_LONGEST_RETRY_SECONDS: Final = 60.0
_AT_ONCE: Final = 500
"""Assets that are looked at before anything else has its turn."""


class Sources(Protocol):
    """What is served for an ontology, as far as alarms follow from it."""

    @property
    def health(self) -> HealthService:
        """Knows the health of tenants."""
        ...

    @property
    def state_feed(self) -> StateFeed:
        """Follows it."""
        ...

    @property
    def root_causes(self) -> RootCauseAsking:
        """Ranks causes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a watch works with. `sources` gives what is served now; `holder` names this process among all others."""

    board: AlarmBoard
    sources: Callable[[], Sources]
    clock: Clock
    holder: str
    rule: FloodRule
    seconds: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    tick: float = TICK_SECONDS
    lease: float = LEASE_SECONDS
    ask_after: float = ASK_AFTER_SECONDS


class Lost(Exception):
    """Another process looks after the tenant now."""


class TenantWatch:
    """Looks after one tenant. `run` it."""

    def __init__(self, tenant: Tenant, around: Surroundings) -> None:
        self._tenant = tenant
        self._around = around
        self._alarms = around.board.alarms
        self._active: dict[str, dict[str, Level]] = {}
        self._floods = FloodWatch(around.rule)
        self._view: View | None = None
        self._woken = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None
        self._log = structlog.stdlib.get_logger("twin.alarms")

    async def run(self) -> None:
        """Look after the tenant whenever no other process does, without end."""
        failing: str | None = None
        while True:
            try:
                if await self._alarms.hold(self._tenant, self._around.holder, seconds=self._around.lease):
                    await self._look_after()
                failing = None
                await self._around.pause(self._around.lease / 3)
            except (OntologySuperseded, StatesMissed, Lost):
                continue
            except Exception as error:  # noqa: BLE001  alarms would never be raised again
                code = error.code if isinstance(error, TwinError) else type(error).__name__
                if failing != code:
                    self._log.warning("alarms can't be raised now", tenant=self._tenant, error=str(error))
                failing = code
                await self._around.pause(_RETRY_SECONDS)

    async def _look_after(self) -> None:
        """Follow the tenant's health until that ends, or another process does it. Raises what following it raises."""
        sources, now = self._around.sources(), self._now()
        found = await self._alarms.open_points(self._tenant, since=now - round(self._around.rule.seconds * 1e6))
        self._active = {}
        for (asset, channel), level in found.active.items():
            self._active.setdefault(asset, {})[channel] = level
        self._floods = FloodWatch.resumed(self._around.rule, found.flood, now)
        self._woken.clear()
        self._view = None
        sources.health.keep_suspects(self._tenant, kept=True)
        following = asyncio.create_task(self._follow(sources.state_feed))
        try:
            await self._count(sources, found.recent)  # whoever raised them may have ended before it did
            if self._floods.under_way:
                self._seek(sources)
            await self._turns(sources, following)
        finally:
            tasks = [each for each in (following, self._asking) if each is not None]
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._asking = None
            sources.health.keep_suspects(self._tenant, kept=False)

    async def _follow(self, feed: StateFeed) -> None:
        """Be woken by whatever happens; the first that comes says that nothing is missed from now on."""
        async for _ in feed.followed(self._tenant):
            self._woken.set()

    async def _turns(self, sources: Sources, following: asyncio.Task[None]) -> None:
        ticked = self._around.seconds()
        while True:
            left = ticked + self._around.tick - self._around.seconds()
            if left > 0:
                waking = asyncio.ensure_future(self._woken.wait())
                await asyncio.wait((waking, following), timeout=left, return_when=asyncio.FIRST_COMPLETED)
                waking.cancel()
            if following.done():
                following.result()
                return
            self._woken.clear()
            assets = await self._suspects(sources)
            if self._around.seconds() >= ticked + self._around.tick:
                ticked = self._around.seconds()
                await self._tick()
                assets |= self._active.keys()
            await self._look(sources, assets)

    async def _suspects(self, sources: Sources) -> set[str]:
        """The assets at which something may be otherwise than when it was looked last, the first time of all."""
        before, view = self._view, await sources.health.view(self._tenant)
        self._view = view
        found = await sources.health.suspects(self._tenant)
        if before is None:
            standing, _ = await sources.health.standing(self._tenant)
            return found.union(suspects(standing, view), self._active)
        return found.union(changed_levels(before, view))

    async def _look(self, sources: Sources, assets: Iterable[str]) -> None:
        """See how assets are, and take down what is otherwise than it was."""
        waiting = iter(assets)
        while some := list(islice(waiting, _AT_ONCE)):
            view = await sources.health.view(self._tenant)
            standing, now = await sources.health.standing(self._tenant)
            found = [each for each in sighted(standing, view, some, now) if self._is_new(each)]
            if found:
                await self._settled(sources, found)
            await asyncio.sleep(0)

    def _is_new(self, sighting: Sighting) -> bool:
        """Whether something is otherwise than what is open says."""
        active = self._active.get(sighting.asset, {})
        if active.keys() - sighting.points.keys():
            return True
        return any(
            active.get(channel) is not seen.level if is_alarming(seen.level) else channel in active
            for channel, seen in sighting.points.items()
            if seen.level is not Level.UNKNOWN
        )

    async def _settled(self, sources: Sources, sightings: Sequence[Sighting]) -> None:
        changes = await self._alarms.settle(self._tenant, self._around.holder, sightings)
        if changes is None:
            raise Lost
        for each in changes:
            self._remember(each)
        new = [
            (each.transition.time, each.alarm.id)
            for each in changes
            if each.transition.action in (Action.RAISED, Action.RERAISED) and each.alarm.state is not State.SHELVED
        ]
        if new:
            await self._count(sources, new)
        self._around.board.tell(self._tenant, changes)

    def _remember(self, change: Change) -> None:
        alarm = change.alarm
        if alarm.active and not alarm.closed:
            self._active.setdefault(alarm.asset, {})[alarm.channel] = alarm.level
            return
        of_asset = self._active.get(alarm.asset, {})
        of_asset.pop(alarm.channel, None)
        if not of_asset:
            self._active.pop(alarm.asset, None)

    async def _tick(self) -> None:
        if not await self._alarms.hold(self._tenant, self._around.holder, seconds=self._around.lease):
            raise Lost
        self._around.board.tell(self._tenant, await self._alarms.settle(self._tenant, self._around.holder, ()) or ())
        if self._floods.over(self._now()) and self._floods.flood is not None:
            await self._put(self._floods.flood)

    # ---- floods ------------------------------------------------------------------------------------------------------

    async def _count(self, sources: Sources, new: Sequence[tuple[int, str]]) -> None:
        of_flood = self._floods.raised(new, self._now()) if new else ()
        if not of_flood or self._floods.flood is None:
            return
        await self._put(self._floods.flood, of_flood)
        self._seek(sources)

    async def _put(self, flood: Flood, alarms: Sequence[str] = ()) -> None:
        if not await self._alarms.put_flood(self._tenant, self._around.holder, flood, alarms):
            raise Lost

    def _seek(self, sources: Sources) -> None:
        if self._floods.to_ask and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask(sources))

    async def _ask(self, sources: Sources) -> None:
        """Seek what is behind the flood until that is written, and again where it has grown meanwhile."""
        failing, wait, written = None, self._around.ask_after, True
        while self._floods.to_ask or not written:
            await self._around.pause(wait)
            try:
                written = False
                if self._floods.to_ask:
                    await self._explain(sources)
                if self._floods.flood is not None:
                    await self._put(self._floods.flood)
                failing, wait, written = None, self._around.ask_after, True
            except Lost:
                return
            except Exception as error:  # noqa: BLE001  nobody waits for this task: the flood would stay unexplained
                code = error.code if isinstance(error, TwinError) else type(error).__name__
                if failing != code:
                    self._log.warning("a flood can't be explained now", tenant=self._tenant, error=str(error))
                failing, wait = code, min(_LONGEST_RETRY_SECONDS, max(_RETRY_SECONDS, 2 * wait))

    async def _explain(self, sources: Sources) -> None:
        flood = self._floods.flood
        assert flood is not None, "there is something to ask"
        try:
            alarms = await self._alarms.of_flood(self._tenant, flood.id, most=SYMPTOMS)
            view = await sources.health.view(self._tenant)
            standing, _ = await sources.health.standing(self._tenant)
            causes, notes = await sought(
                sources.root_causes,
                operator(self._tenant, name=ITSELF),
                alarms,
                standing=standing,
                view=view,
                now=self._around.clock.now(),
            )
        except Unavailable:
            raise
        except TwinError as error:
            self._log.warning("no causes of a flood are known", tenant=self._tenant, error=str(error))
            causes, notes = (), (f"No causes were found: {error.message}",)
        known = self._floods.flood
        if known is not None and known.id == flood.id:
            self._floods.flood = replace(known, causes=causes, notes=notes, asked=flood.alarms)

    def _now(self) -> int:
        return epoch_micros(self._around.clock.now())
