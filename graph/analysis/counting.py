"""One count of criticality: in the background, in as many threads as questions leave, and where it was after a stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import numpy as np

from graph.analysis.tally import Pace, Progress, Tally
from graph.analysis.tally_files import TallyFiles, digest_of
from graph.kernel import Criticality, count_falls
from graph.kernel.arrays import NO_ASSETS
from graph.kernel.criticality import F64
from graph.kernel.evaluation import Engine
from graph.snapshot import Evaluators, Snapshot
from graph.work import Workers

T = TypeVar("T")

KIND: Final = "criticality"

CHUNK: Final = 256
"""Assets of the first piece that a thread counts; later ones take between SHORT and LONG seconds."""

LARGEST: Final = 16_384
SHORT: Final = 0.1
LONG: Final = 0.4

SAVE_SECONDS: Final = 5.0
"""Between two savings of what is counted: what a process that is killed has lost at most."""

_LOOK_SECONDS: Final = 0.05


class Count:
    """A count of a snapshot, under way or done; `begin` starts `work`, which ends with it."""

    work: asyncio.Task[None]

    def __init__(
        self,
        snapshot: Snapshot,
        weights: F64,
        *,
        workers: Workers,
        files: TallyFiles | None,
        clock: Callable[[], float],
    ) -> None:
        self.snapshot = snapshot
        self._weights = weights
        self._workers = workers
        self._files = files
        self._clock = clock
        there = snapshot.there
        self._absent = int(there.size - np.count_nonzero(there))  # positions of no asset: nothing to count
        self._tally = Tally(Criticality.blank(snapshot.size), 1 - there)
        self._pace = Pace(clock, 0)
        self._digest = b""
        self._order = NO_ASSETS
        self._saved = clock()

    @property
    def counted(self) -> Criticality:
        """What is counted so far."""
        return self._tally.counted

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return self._pace.progress(self._tally.done - self._absent, self._tally.total - self._absent)

    def begin(self, evaluators: Evaluators) -> None:
        """Start counting."""
        self.work = asyncio.create_task(self._run(evaluators))

    async def _run(self, evaluators: Evaluators) -> None:
        """Count what isn't. Raises BudgetSpent. A stop leaves what is counted in its file."""
        if self._files is not None:
            await self._aside(partial(self._load, self._files))
        if self._tally.done == self._tally.total:
            return
        evaluator = await self._aside(partial(evaluators.of, self.snapshot))
        self._pace = Pace(self._clock, self._tally.done - self._absent)
        helpers = [
            asyncio.create_task(self._help(evaluator.engine, number)) for number in range(self._workers.long.threads)
        ]
        try:
            await asyncio.gather(*helpers)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await self._save()

    async def _help(self, engine: Engine, number: int) -> None:
        """Count piece after piece; all helpers but the first step back while questions need their threads."""
        size = CHUNK
        while True:
            while number >= self._workers.spare:  # noqa: ASYNC110  questions come and go without an event
                await asyncio.sleep(_LOOK_SECONDS)
            piece = self._tally.next_piece(size)
            if piece is None:
                return
            began = self._clock()
            await self._aside(partial(count_falls, engine, piece, self._weights, self._tally.counted))
            self._tally.take_in(piece)
            took = self._clock() - began
            size = min(LARGEST, size * 2) if took < SHORT else max(1, size // 2) if took > LONG else size
            if number == 0 and self._clock() - self._saved > SAVE_SECONDS:
                await self._save()

    async def _aside(self, work: Callable[[], T]) -> T:
        return await self._workers.aside(self.snapshot.tenant, KIND, work)

    def _load(self, files: TallyFiles) -> None:
        snapshot = self.snapshot
        self._order = snapshot.ids.in_order(np.flatnonzero(snapshot.there).astype(np.int32))
        self._digest = digest_of(snapshot.supplies, self._order, self._weights)
        found = files.load(snapshot.tenant, self._digest, self._order.size)
        if found is not None:
            self._tally = found.placed(self._order, assets=snapshot.size)

    async def _save(self) -> None:
        self._saved = self._clock()
        if self._files is not None:
            await asyncio.to_thread(self._write, self._files)

    def _write(self, files: TallyFiles) -> None:
        files.save(self.snapshot.tenant, self._digest, self._tally.of(self._order))
