"""Compares a tenant with a source of truth, and repairs it by what the source says."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from graph.access.principal import Principal, Scope
from graph.bulk import Refusals, Source
from graph.bulk.formats import Converted
from graph.bulk.refusals import SHOWN
from graph.changes.model import Receipt
from graph.changes.rules import Rulebook, rulebook
from graph.changes.service import ChangeService
from graph.database import Database
from graph.identity import Tenant
from graph.ontology.model import Ontology
from graph.reconciliation.arrival import register_source
from graph.reconciliation.aside import Aside
from graph.reconciliation.findings import Findings
from graph.reconciliation.inspection import Inspection
from graph.reconciliation.model import Difference, Group, Kind
from graph.reconciliation.question import Question
from graph.reconciliation.register import Register
from graph.reconciliation.repair import Repair, Repaired, change_set, check_repair
from graph.reconciliation.report import Report
from graph.work import TooBusy

SAMPLES = 5


def _silent(_step: str, _done: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison whose differences are still at hand: all of them can be listed, and repaired."""

    report: Report
    rules: Rulebook
    register: Register
    findings: Findings

    def differences(self) -> Iterator[Difference]:
        """Yield all differences, by kind and rising id."""
        return self.findings.all()


@dataclass(frozen=True, slots=True)
class Given:
    """A part of the source, and where its lines go that can't be compared."""

    source: Source
    refusals: Refusals


class Reconciler:
    """Compares tenants with sources. `folder` takes temporary files, about as large as the unpacked source."""

    def __init__(
        self, database: Database, ontology: Callable[[], Ontology], changes: ChangeService, *, folder: Path
    ) -> None:
        self._database = database
        self._ontology = ontology
        self._changes = changes
        self._folder = folder
        self._comparing: set[Tenant] = set()

    @contextmanager
    def turn(self, tenant: Tenant) -> Generator[None]:
        """Have the tenant's one turn to compare, while the block lasts: each takes room on disk. Raises TooBusy."""
        if tenant in self._comparing:
            raise TooBusy(
                "The tenant is being compared already",
                expected="one comparison of a tenant at a time",
                hint="Compare again when that is done",
            )
        self._comparing.add(tenant)
        try:
            yield
        finally:
            self._comparing.discard(tenant)

    @property
    def folder(self) -> Path:
        """Where temporary files lie."""
        return self._folder

    @asynccontextmanager
    async def compared(
        self,
        principal: Principal,
        given: Sequence[Given],
        question: Question,
        *,
        samples: int = SAMPLES,
        heard: Callable[[str, int], None] = _silent,
    ) -> AsyncGenerator[Compared]:
        """Compare the tenant of `principal` with a source; the differences can be asked for while the block lasts.

        `samples` differences of each kind are in the report. `heard` is told of lines and of assets read. Cost: one
        pass over the source and one over what is within the extent, with one page of either in memory.
        Raises Forbidden, BulkInputBroken, UnknownType, NotFound, ReconcileUnsettled.
        """
        principal.demand(Scope.READ)
        self._folder.mkdir(parents=True, exist_ok=True)
        rules = rulebook(self._ontology())
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reconcile-", dir=self._folder)))
            register = Register(folder)
            stack.callback(register.close)
            aside = Aside(register.database.interrupt)
            inspection = Inspection(
                self._database,
                principal.tenant,
                rules,
                register,
                question,
                aside=aside,
                heard=lambda count: heard("comparing", count),
            )

            def read(count: int) -> None:
                aside.check()
                heard("reading", count)

            lines = await aside.do(partial(_registered, given, register, rules, read))
            findings, revision = await inspection.look()
            counts, seen = await aside.do(findings.counts), await aside.do(findings.seen)
            shown = await aside.do(partial(_samples, findings, {each.kind for each in counts}, samples))
            report = Report(
                source=" + ".join(each.source.name for each in given),
                question=question,
                revision=revision,
                lines=lines,
                refused=sum(each.refusals.count for each in given),
                problems=[shown for each in given for shown in each.refusals.first][:SHOWN],
                source_assets=register.assets,
                source_relationships=register.relationships,
                seen=seen,
                counts=counts,
                samples=shown,
                left_out=_left_out(given),
            )
            yield Compared(report, rules, register, findings)

    async def repair(self, principal: Principal, compared: Compared, repair: Repair) -> Repaired:
        """Take away differences by one change set, or tell what it would do.

        Raises Forbidden without scope write, ReconcileRefused, LimitExceeded, ChangesRefused, and RevisionConflict
        where somebody wrote to what it touches after it was compared.
        """
        principal.demand(Scope.WRITE)
        check_repair(repair, compared.report)
        made = partial(change_set, repair, compared.report, compared.findings, compared.register, compared.rules)
        changes = await Aside(compared.register.database.interrupt).do(made)
        left = compared.report.count(kind=Kind.TYPE) if Group.DIFFERENT in repair.groups else 0
        receipt: Receipt | None = None
        if changes.changes:
            receipt = await self._changes.apply(principal, changes)
        return Repaired(
            written=repair.write and receipt is not None,
            changes=len(changes.changes),
            covered=sum(compared.report.count(group) for group in repair.groups) - left,
            left=left,
            receipt=receipt,
        )


def _registered(given: Sequence[Given], register: Register, rules: Rulebook, heard: Callable[[int], None]) -> int:
    lines = sum(register_source(each.source, register, each.refusals, rules=rules, heard=heard) for each in given)
    register.complete()
    return lines


def _samples(findings: Findings, kinds: Iterable[Kind], most: int) -> Mapping[Kind, Sequence[Difference]]:
    return {kind: findings.samples(kind, most) for kind in kinds}


def _left_out(given: Sequence[Given]) -> Mapping[str, int]:
    counted: Counter[str] = Counter()
    for each in given:
        if isinstance(each.source, Converted):
            counted.update(each.source.left_out)
    return dict(counted)
