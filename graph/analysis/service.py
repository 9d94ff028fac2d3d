"""The door to impact for whoever holds a principal: a question in, an analysis out."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from graph.access.principal import Principal, Scope
from graph.analysis.analysis import MANY, Analysis, analysis_id
from graph.analysis.changed import added_relationships, removed_relationships
from graph.analysis.errors import BaselineUnavailable, CursorExpired
from graph.analysis.live import LiveState, StateProvider
from graph.analysis.request import ImpactRequest
from graph.analysis.store import AnalysisStore
from graph.identity import Tenant
from graph.impact import Baseline, Question
from graph.kernel import ArrayAnswer
from graph.ontology.model import Ontology
from graph.reading.limits import within_limit
from graph.snapshot import Evaluators, Snapshot, SnapshotService
from graph.work import Workers

NAMED: Final = 500
"""Ceiling of the failures, maintained assets and changed relationships of one question."""

_NOMINAL: Final = LiveState(version="", own={})
"""What baseline NOMINAL starts from: nothing is the matter."""


class ImpactService:
    """Answers questions about impact, each on the newest snapshot of the principal's tenant.

    `ontology` gives revision and ontology in force; `seconds` is a clock that never goes back, for how long analyses
    are kept; `state` knows the live state that baseline LIVE starts from, and without it that baseline is refused.
    """

    def __init__(
        self,
        snapshots: SnapshotService,
        ontology: Callable[[], tuple[str, Ontology]],
        *,
        seconds: Callable[[], float] = time.monotonic,
        evaluators: Evaluators | None = None,
        state: StateProvider | None = None,
        workers: Workers | None = None,
    ) -> None:
        self._snapshots = snapshots
        self._ontology = ontology
        self._store = AnalysisStore(seconds=seconds)
        self._evaluators = evaluators or Evaluators()
        self._state = state
        self._workers = workers or Workers()

    async def ask(self, principal: Principal, request: ImpactRequest) -> Analysis:
        """Answer `request` at the tenant's newest revision.

        Raises Forbidden without scope read, LimitExceeded over NAMED assets and relationships, what
        `graph.impact.Evaluator.evaluate` raises of a wrong question, UnknownType and PropertiesInvalid of an added
        relationship, BaselineUnavailable for LIVE where nobody knows the state, and what `Workers.run` raises.
        """
        principal.demand(Scope.READ)
        _check_size(request)
        live = await self._live(principal.tenant, request.baseline)
        return await self._answer(request, await self._snapshots.current(principal.tenant), live)

    async def resume(self, principal: Principal, request: ImpactRequest, pinned: str) -> Analysis:
        """The analysis called `pinned` that was made of `request`, however much was written since.

        Raises CursorExpired where it is no longer kept and its revision has passed.
        """
        principal.demand(Scope.READ)
        kept = self._store.find(pinned)
        if kept is not None and kept.snapshot.tenant == principal.tenant and kept.request == request:
            return kept
        analysis = await self.ask(principal, request)
        if analysis.id != pinned:
            raise CursorExpired(
                "The analysis that this cursor belongs to is no longer kept",
                expected="a cursor of the last 10 minutes, sent with the question it was given for",
                hint="Ask the question again without `after`",
            )
        return analysis

    def pin(self, analysis: Analysis) -> None:
        """Keep an analysis for 10 minutes more, because a cursor to it goes out. Raises TooManyAnalyses."""
        self._store.pin(analysis)

    async def _live(self, tenant: Tenant, baseline: Baseline) -> LiveState:
        if baseline is Baseline.NOMINAL:
            return _NOMINAL
        if self._state is None:
            raise _no_state()
        return await self._state.live(tenant)

    async def _answer(self, request: ImpactRequest, snapshot: Snapshot, live: LiveState) -> Analysis:
        revision, ontology = self._ontology()
        name = analysis_id(request, snapshot, ontology, state=live.version)
        known = self._store.find(name)
        if known is not None:
            return known
        question = Question(
            failures=request.failures,
            removed=removed_relationships(request.removed, ontology),
            added=added_relationships(request.added, ontology, snapshot),
            maintenance=request.maintenance,
            baseline=request.baseline,
            own={asset: bounds for asset, bounds in live.own.items() if asset in snapshot.ids},
            horizon=request.horizon,
            notes=live.notes,
        )
        work = partial(self._evaluate, snapshot, question)
        ready = self._evaluators.known(snapshot) is not None
        answer = await self._workers.run(snapshot.tenant, "impact", work, quick=ready)
        analysis = Analysis(
            request, answer, snapshot, ontology, name=name, ontology_revision=revision, workers=self._workers
        )
        self._store.keep(analysis)
        return analysis

    def _evaluate(self, snapshot: Snapshot, question: Question) -> ArrayAnswer:
        answer = self._evaluators.of(snapshot).evaluate(question)
        if sum(case.touched.size for case in answer.cases) >= MANY:
            # Made when first read, which nobody is to do on the event loop.
            _ = (answer.impacted[:0], answer.already_down, answer.lowered_by_maintenance, answer.improved)
        return answer


def _check_size(request: ImpactRequest) -> None:
    named = len(request.failures) + len(request.maintenance) + len(request.removed) + len(request.added)
    within_limit(named, NAMED, place="input", what="What a question about impact names")


def _no_state() -> BaselineUnavailable:
    return BaselineUnavailable(
        "There is no live state to start from",
        place="baseline",
        expected="NOMINAL",
        actual="LIVE",
        hint="Leave the baseline out: no channel of this twin holds state yet; name what is down under `failures` "
        "or `maintenance`",
    )
