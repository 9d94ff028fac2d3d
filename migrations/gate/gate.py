"""The gate itself: gathers what is registered and what is used, has the interface judge, and refuses what breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from graph.clock import Clock
from graph.database import Database
from graph.documents import NAMES, DocumentStore, Usage, UsageLog
from graph.errors import Problem, ValueInvalid
from graph.ontology.model import Ontology
from migrations.errors import OperationsBroken
from migrations.gate.consumers import FILE, Consumer, load_consumers
from migrations.gate.verdict import BrokenOperation, Interface, Use, Verdict

WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """Why something is let through that would break consumers. Raises ValueInvalid for no reason at all."""

    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueInvalid(
                "Forcing needs a reason", place="reason", expected="a sentence that others will read in the ledger"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Judges migrations by what consumers registered (in the database and in `operations`) and use.

    `window` is how many days back use counts; 0 looks at none. `project` is the folder whose `operations.yaml` counts
    where `operations` names no other.
    """

    interface: Interface
    database: Database
    clock: Clock
    project: Path
    operations: Path | None = None
    window: int = WINDOW_DAYS

    async def verdict(self, before: Ontology, after: Ontology) -> Verdict:
        """Return how the interface changes, and whose operations break. Raises OperationsInvalid.

        Cost: the interface is made twice, and each operation checked against both.
        """
        if before.hash == after.hash:
            return Verdict()
        consumers = [*self._in_files(), *await self._in_database()]
        uses = await self._uses()
        return await asyncio.to_thread(self.interface.judge, before, after, consumers, uses)

    def _in_files(self) -> tuple[Consumer, ...]:
        if self.operations is not None:
            return load_consumers(self.operations)
        file = self.project / FILE
        return load_consumers(file) if file.is_file() else ()

    async def _in_database(self) -> list[Consumer]:
        found = await DocumentStore(self.database, self.clock).consumers()
        return [
            Consumer(name=each.name, owner=each.owner, contact=each.contact, documents=each.documents) for each in found
        ]

    async def _uses(self) -> tuple[Use, ...]:
        if not self.window:
            return ()
        since = self.clock.now().date() - timedelta(days=self.window - 1)
        return gathered(await UsageLog(self.database, self.clock).since(since))


def gathered(usage: Iterable[Usage]) -> tuple[Use, ...]:
    """Return what was used on several days as one use for each consumer and operation."""
    days: dict[tuple[str, str, str, str], list[Usage]] = {}
    for each in usage:
        days.setdefault((each.consumer, each.tenant, each.document, each.operation), []).append(each)
    return tuple(
        Use(
            consumer=consumer,
            tenant=tenant,
            document=document,
            operation=operation,
            count=sum(each.count for each in found),
            last=max(each.day for each in found),
            fields=tuple(sorted({field for each in found for field in each.fields})),
            names=tuple(sorted({name for each in found for name in each.names})),
            more=any(len(each.names) >= NAMES for each in found),
        )
        for (consumer, tenant, document, operation), found in sorted(days.items())
    )


def refuse_broken(broken: Sequence[BrokenOperation], revision: str) -> None:
    """Raise OperationsBroken where there are any, naming each operation and who answers for it."""
    if broken:
        raise OperationsBroken(
            f"Completing {revision} would break {len(broken)} operation{'s' if len(broken) > 1 else ''} of consumers",
            tuple(map(problem_of, broken)),
            hint='Agree it with their owners; what must go all the same goes by `--force --reason "..."`, and the '
            "reason stays in the ledger",
        )


def problem_of(broken: BrokenOperation) -> Problem:
    """Return an operation that breaks as a problem that names its owner."""
    found = broken.operation
    seen = f", used {found.uses:,} times, last on {found.last_used}" if found.last_used is not None else ""
    return Problem(
        code=OperationsBroken.code,
        message=f"{found.operation} of {found.consumer} would break{seen}: {'; '.join(broken.reasons)}",
        place=f"{found.consumer}: {found.document}",
        hint=f"Talk to {found.owner} ({found.contact})",
    )
