"""Whether a plan may be run: no drafts, approved where the project asks for that, and no consumer broken unseen."""

from __future__ import annotations

from dataclasses import dataclass

from graph.ontology.model import Json
from migrations.gate import Force, Judge, Verdict
from migrations.gate.gate import refuse_broken
from migrations.governance.approvals import refuse_draft, require_approvals
from migrations.governance.entries import EntryKind, NewEntry
from migrations.governance.settings import Governance
from migrations.ledger import Facts
from migrations.planning import Plan

_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What a runner asks before it runs a plan.

    Approvals are asked for where somebody has data: a database that nobody wrote to harms nobody. The `gate` is asked
    before a version is completed; without one it is not.
    """

    governance: Governance
    actor: str
    gate: Judge | None = None
    force: Force | None = None

    async def __call__(self, plan: Plan, facts: Facts) -> tuple[NewEntry, ...]:
        """Return what is to be recorded before the plan runs.

        Raises:
            VersionIsDraft, ApprovalMissing: a version is not agreed.
            OperationsBroken: consumers would break, and nobody forces it.
        """
        for stage in plan.stages:
            refuse_draft(stage.migration)
            if facts.tenants:
                require_approvals(stage.migration, facts.entries, self.governance.approvals)
        verdict = await judged(self.gate, plan) if completes(plan) else None
        if verdict is None or not verdict.broken:
            return ()
        revision = plan.stages[-1].migration.revision
        if self.force is None:
            refuse_broken(verdict.broken, revision)
        return (self._forced(verdict, revision),)

    def _forced(self, verdict: Verdict, revision: str) -> NewEntry:
        assert self.force is not None, "somebody forces it"
        broken: list[Json] = [
            {
                "consumer": each.operation.consumer,
                "owner": each.operation.owner,
                "operation": each.operation.operation,
                "document": each.operation.document,
            }
            for each in verdict.broken[:_MOST]
        ]
        facts: dict[str, Json] = {"reason": self.force.reason, "broken": broken, "operations": len(verdict.broken)}
        return NewEntry(kind=EntryKind.FORCED, revision=revision, by=self.actor, facts=facts)


def completes(plan: Plan) -> bool:
    """Whether a plan takes away what consumers may still use."""
    return any(stage.contract and not stage.expand for stage in plan.stages)


async def judged(gate: Judge | None, plan: Plan) -> Verdict | None:
    """Return what the gate says of a plan up to the end of its last version; None without a gate or anything to judge.

    What a version only takes away when it is completed counts: whoever applies it is told what will break.
    """
    if gate is None or not plan.stages or plan.stages[0].before is None:
        return None
    return await gate.verdict(plan.stages[0].before, plan.stages[-1].after)
