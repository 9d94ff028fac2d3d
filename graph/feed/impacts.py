"""Follows what the failure of an asset would take down."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Final, Protocol

from graph.access.principal import Principal, Scope
from graph.analysis import Analysis, ImpactRequest
from graph.errors import DatabaseUnavailable, RevisionNotReached
from graph.feed.errors import OntologySuperseded
from graph.feed.heads import Heads
from graph.impact import Baseline, Failure
from graph.work import TooBusy

SETTLED_SECONDS: Final = 0.2
"""Changes that come closer together than this are answered by one analysis."""

LIVE_SECONDS: Final = 0.5
"""How often an answer that starts from what is so now is looked at again."""

_LONGEST: Final = 2.0


class ImpactAnswers(Protocol):
    """Answers questions about impact, as `graph.analysis.ImpactService` does."""

    async def ask(self, principal: Principal, request: ImpactRequest) -> Analysis:
        """Answer `request` at the tenant's newest revision."""
        ...


class ImpactFeed:
    """Asks again after each change, and tells when the answer is another. `pause` waits some seconds."""

    def __init__(
        self, impact: ImpactAnswers, heads: Heads, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._impact = impact
        self._heads = heads
        self._pause = pause
        self._closed = False

    def close(self) -> None:
        """End what is followed: it is answered by an ontology that is no longer in force."""
        self._closed = True
        self._heads.wake()

    async def impacts(
        self, principal: Principal, asset: str, *, baseline: Baseline = Baseline.NOMINAL
    ) -> AsyncGenerator[Analysis]:
        """Yield what the failure of `asset` takes down now, and again whenever an asset or a level of it changes.

        From `baseline` LIVE it also changes with states and with time, which are looked at twice a second.

        Revisions that come while an answer is made are answered together by the next. A database that doesn't answer
        is waited for, and so is a turn where many ask. Raises what else a question about impact does, for asking again
        would end the same: NotFound once the asset is deleted, QuestionTimedOut, BudgetSpent.
        """
        principal.demand(Scope.READ)
        request = ImpactRequest(failures=(Failure(asset=asset),), baseline=baseline)
        patience = LIVE_SECONDS if baseline is Baseline.LIVE else None
        told: bytes | None = None
        known: str | None = None
        with self._heads.followed(principal.tenant) as head:
            while True:
                analysis = await self._answer(principal, request)
                if analysis.id != known:
                    known, outline = analysis.id, await asyncio.to_thread(_outline, analysis)
                    if outline != told:
                        told = outline
                        yield analysis
                revision = analysis.revision
                del analysis  # its snapshot is not held while nothing happens
                head.reached(revision)
                with suppress(TimeoutError):
                    async with asyncio.timeout(patience):
                        await head.beyond(revision, unless=lambda: self._closed)
                if self._closed:
                    raise _superseded()
                await self._pause(SETTLED_SECONDS)

    async def _answer(self, principal: Principal, request: ImpactRequest) -> Analysis:
        pause = SETTLED_SECONDS
        while True:
            try:
                return await self._impact.ask(principal, request)
            except TooBusy as busy:
                await self._pause(busy.retry_seconds)
            except (DatabaseUnavailable, RevisionNotReached):
                await self._pause(pause)
                pause = min(pause * 2, _LONGEST)


def _superseded() -> OntologySuperseded:
    return OntologySuperseded(
        "Another ontology has come into force",
        expected="a subscription that began under it",
        hint="Subscribe again: the first answer is the newest",
    )


def _outline(analysis: Analysis) -> bytes:
    """Who is impacted and how badly, as a digest. Cost: some microseconds an impacted asset."""
    digest = hashlib.sha256()
    for asset, level in sorted((each.asset, each.level) for each in analysis.answer.impacted):
        digest.update(f"{len(asset.encode())}:{asset}{level}".encode())
    return digest.digest()
