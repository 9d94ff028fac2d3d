"""The door to impact for whoever holds a principal: a question in, an analysis out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from graph.access.principal import Principal, Scope
from graph.analysis.analysis import MANY, Analysis, analysis_id
from graph.analysis.changed import added_relationships, removed_relationships
from graph.analysis.errors import BaselineUnavailable, CursorExpired
from graph.analysis.live import NOMINAL, LiveState, StateProvider
from graph.analysis.places import within
from graph.analysis.request import ImpactRequest
from graph.analysis.store import AnalysisStore
from graph.identity import Tenant
from graph.impact import Baseline, Question
from graph.kernel import ArrayAnswer
from graph.ontology.model import Ontology
from graph.reading.limits import within_limit
from graph.snapshot import Evaluators, Snapshot, SnapshotService
from graph.work import Sharing, Workers

NAMED: Final = 500
"""Ceiling of the failures, maintained assets and changed relationships of one question."""


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
        self._sharing = Sharing[Analysis]()

    async def ask(self, principal: Principal, request: ImpactRequest) -> Analysis:
        """Answer `request` at the tenant's newest revision.

        Raises Forbidden without scope read, LimitExceeded over NAMED assets and relationships, what
        `graph.impact.Evaluator.evaluate` raises of a wrong question, UnknownType and PropertiesInvalid of an added
        relationship, BaselineUnavailable for LIVE where nobody knows the state, and what `Workers.run` raises.
        """
        principal.demand(Scope.READ)
        _check_size(request, "input")
        live = await self._live(principal.tenant, request.baseline)
        return await self.answer(request, await self._snapshots.current(principal.tenant), live)

    async def ask_together(self, principal: Principal, requests: Mapping[str, ImpactRequest]) -> list[Analysis]:
        """Answer several requests, each by its name, at one and the same snapshot, the tenant's newest, and state.

        Raises what `ask` raises, its place within the request's name.
        """
        principal.demand(Scope.READ)
        states: dict[Baseline, LiveState] = {}
        for name, request in requests.items():
            _check_size(request, name)
            if request.baseline not in states:
                with within(name):
                    states[request.baseline] = await self._live(principal.tenant, request.baseline)
        snapshot = await self._snapshots.current(principal.tenant)
        found: list[Analysis] = []
        for name, request in requests.items():
            with within(name):
                found.append(await self.answer(request, snapshot, states[request.baseline]))
        return found

    async def resume(self, principal: Principal, request: ImpactRequest, pinned: str) -> Analysis:
        """The analysis called `pinned` that was made of `request`, however much was written since.

        Raises CursorExpired where it is no longer kept and its revision has passed.
        """
        principal.demand(Scope.READ)
        kept = self._kept(principal, request, pinned)
        if kept is not None:
            return kept
        analysis = await self.ask(principal, request)
        if analysis.id != pinned:
            raise _expired()
        return analysis

    async def resume_together(
        self, principal: Principal, requests: Mapping[str, ImpactRequest], pinned: Sequence[str]
    ) -> list[Analysis]:
        """The analyses called `pinned` that were made of `requests` together.

        Raises CursorExpired where one is no longer kept and their revision has passed.
        """
        principal.demand(Scope.READ)
        pairs = zip(requests.values(), pinned, strict=False)
        kept = [each for request, name in pairs if (each := self._kept(principal, request, name)) is not None]
        if len(kept) == len(requests) and len({id(each.snapshot) for each in kept}) == 1:
            return kept
        analyses = await self.ask_together(principal, requests)
        if [each.id for each in analyses] != list(pinned):
            raise _expired()
        return analyses

    def pin(self, analysis: Analysis) -> None:
        """Keep an analysis for 10 minutes more, because a cursor to it goes out. Raises TooManyAnalyses."""
        self._store.pin(analysis)

    async def answer(self, request: ImpactRequest, snapshot: Snapshot, live: LiveState) -> Analysis:
        """The analysis of `request` at a snapshot and a state: the one that is kept, or a new one. Raises as `ask`.

        Who asks for the same at the same moment shares it, also when it is the time that runs out.
        """
        in_force = self._ontology()
        name = analysis_id(request, snapshot, in_force[1], state=live.version)
        known = self._store.find(name)
        if known is not None and known.snapshot is snapshot:  # positions compare within one snapshot alone
            return known
        make = partial(self._made, name, request, snapshot, live=live, in_force=in_force)
        return await self._sharing.of((name, id(snapshot)), make)

    async def _made(
        self, name: str, request: ImpactRequest, snapshot: Snapshot, *, live: LiveState, in_force: tuple[str, Ontology]
    ) -> Analysis:
        revision, ontology = in_force
        work = partial(self._evaluate, snapshot, partial(_question, request, snapshot, live, ontology))
        ready = self._evaluators.known(snapshot) is not None
        answer = await self._workers.run(snapshot.tenant, "impact", work, quick=ready)
        analysis = Analysis(
            request,
            answer,
            snapshot,
            ontology,
            name=name,
            live=live,
            ontology_revision=revision,
            workers=self._workers,
        )
        self._store.keep(analysis)
        return analysis

    async def _live(self, tenant: Tenant, baseline: Baseline) -> LiveState:
        if baseline is Baseline.NOMINAL:
            return NOMINAL
        if self._state is None:
            raise _no_state()
        return await self._state.live(tenant)

    def _kept(self, principal: Principal, request: ImpactRequest, name: str) -> Analysis | None:
        kept = self._store.find(name)
        fits = kept is not None and kept.snapshot.tenant == principal.tenant and kept.request == request
        return kept if fits else None

    def _evaluate(self, snapshot: Snapshot, question: Callable[[], Question]) -> ArrayAnswer:
        asked = question()  # first: a wrong one is refused before anything is computed
        answer = self._evaluators.of(snapshot).evaluate(asked)
        if sum(case.touched.size for case in answer.cases) >= MANY:
            # Made when first read, which nobody is to do on the event loop.
            _ = (answer.impacted[:0], answer.already_down, answer.lowered_by_maintenance, answer.improved)
        return answer


def _question(request: ImpactRequest, snapshot: Snapshot, live: LiveState, ontology: Ontology) -> Question:
    """A request as the evaluator understands it. Cost: that of `LiveState.placed`, in a thread."""
    return Question(
        failures=request.failures,
        removed=removed_relationships(request.removed, ontology),
        added=added_relationships(request.added, ontology, snapshot),
        maintenance=request.maintenance,
        baseline=request.baseline,
        own=live.placed(snapshot),
        horizon=request.horizon,
        notes=live.notes,
    )


def _expired() -> CursorExpired:
    return CursorExpired(
        "The analysis that this cursor belongs to is no longer kept",
        expected="a cursor of the last 10 minutes, sent with the question it was given for",
        hint="Ask the question again without `after`",
    )


def _check_size(request: ImpactRequest, place: str) -> None:
    named = len(request.failures) + len(request.maintenance) + len(request.removed) + len(request.added)
    within_limit(named, NAMED, place=place, what="What a question about impact names")


def _no_state() -> BaselineUnavailable:
    return BaselineUnavailable(
        "There is no live state to start from",
        place="baseline",
        expected="NOMINAL",
        actual="LIVE",
        hint="Leave the baseline out: no channel of this twin holds state yet; name what is down under `failures` "
        "or `maintenance`",
    )
