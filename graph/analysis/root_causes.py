"""The door to root causes for whoever holds a principal: symptoms in, ranked causes out, evidence when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from graph.access.principal import Principal, Scope
from graph.clock import Clock
from graph.identity import Revision, Tenant
from graph.impact import Operability, Proof
from graph.kernel import ArrayAnswer, ArrayEvaluator
from graph.rootcause import (
    USUAL,
    ArrayForecast,
    Budget,
    Candidate,
    RootCauseQuestion,
    RootCauses,
    find_root_causes,
    own_failure,
)
from graph.snapshot import Evaluators, Snapshot, SnapshotService
from graph.work import Workers

SECONDS: Final = 10.0
"""For one search, well below what a request may take; what it found by then is the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCauseAnalysis:
    """The answer to one question about one tenant at one revision, and what proves it."""

    revision: Revision
    found: RootCauses
    evaluator: ArrayEvaluator
    tenant: Tenant
    workers: Workers

    @property
    def candidates(self) -> Sequence[Candidate]:
        """Candidates, best first."""
        return self.found.candidates

    @property
    def notes(self) -> Sequence[str]:
        """What was left out of the search, and why; but for what `docs/impact.md` says of most questions."""
        return [note for note in self.found.notes if note not in USUAL]

    async def evidence(self, candidate: Candidate, symptoms: Sequence[str]) -> dict[str, Proof]:
        """Why each of `symptoms`, which the candidate explains, falls by its causes; one evaluation for all."""
        work = partial(self._evidence, candidate, symptoms)
        return await self.workers.run(self.tenant, "proofs", work, quick=True)

    def _evidence(self, candidate: Candidate, symptoms: Sequence[str]) -> dict[str, Proof]:
        answer = self.evaluator.evaluate(ArrayForecast(self.evaluator).question(candidate.causes))
        caused = [each for each in symptoms if each not in candidate.causes]
        found = dict(zip(caused, answer.proofs(caused), strict=True))
        return {each: found[each] if each in found else _own_failure(answer, each) for each in symptoms}


class RootCauseService:
    """Ranks causes on the newest snapshot of the principal's tenant; the moment of asking is the clock's.

    How much a question may ask for is bounded in `graph.rootcause`.
    """

    def __init__(
        self, snapshots: SnapshotService, evaluators: Evaluators, clock: Clock, *, workers: Workers | None = None
    ) -> None:
        self._snapshots = snapshots
        self._evaluators = evaluators
        self._clock = clock
        self._workers = workers or Workers()

    async def ask(self, principal: Principal, question: RootCauseQuestion) -> RootCauseAnalysis:
        """Answer `question` at the tenant's newest revision, as asked now unless it says when.

        Raises Forbidden without scope read, what `graph.rootcause.find_root_causes` raises of a wrong question, and
        BudgetSpent and what `Workers.run` raises.
        """
        principal.demand(Scope.READ)
        if question.at is None:
            question = replace(question, at=self._clock.now())
        snapshot = await self._snapshots.current(principal.tenant)
        return await self._workers.run(snapshot.tenant, "rootCause", partial(self._answer, snapshot, question))

    def _answer(self, snapshot: Snapshot, question: RootCauseQuestion) -> RootCauseAnalysis:
        evaluator = self._evaluators.of(snapshot)
        found = find_root_causes(question, ArrayForecast(evaluator), budget=Budget(seconds=SECONDS))
        return RootCauseAnalysis(
            revision=snapshot.revision,
            found=found,
            evaluator=evaluator,
            tenant=snapshot.tenant,
            workers=self._workers,
        )


def _own_failure(answer: ArrayAnswer, asset: str) -> Proof:
    (case,) = answer.cases
    at = case.base.ids.find(asset)
    before = case.read(case.m, np.array([at], np.int32))
    return own_failure(asset, before=Operability(int(before[0])), failed=frozenset(answer.failed))
