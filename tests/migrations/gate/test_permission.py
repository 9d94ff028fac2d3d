"""Whether a plan may be run, decided from files and facts alone; the interface is a fake."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from graph.documents import Usage
from graph.errors import ValueInvalid
from graph.ontology.model import Ontology
from migrations import Permission, Project, make
from migrations.errors import ApprovalMissing, OperationsBroken, VersionIsDraft
from migrations.gate import BrokenOperation, Force, Operation, Use, Verdict
from migrations.gate.gate import gathered, problem_of, refuse_broken
from migrations.governance.approvals import approve
from migrations.governance.entries import EntryKind, NewEntry
from migrations.governance.settings import Governance
from migrations.ledger import Facts
from migrations.planning import make_plan
from tests.migrations.ledgers import chain, facts_at

START = "0001_start"

SERIALS = Operation(
    consumer="ui",
    owner="Team Campus",
    contact="campus@example.org",
    operation="Serials",
    document="abc",
    registered=True,
)


@dataclass
class FakeGate:
    """Says what it is told, and remembers what it was asked."""

    verdict_given: Verdict
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    async def verdict(self, before: Ontology, after: Ontology) -> Verdict:
        self.asked.append((before.hash, after.hash))
        return self.verdict_given


BREAKS = Verdict(broken=(BrokenOperation(operation=SERIALS, reasons=("Cannot query field",)),), looked_at=1)


@pytest.fixture
def changed(project: Project) -> Project:
    """The project with a version that takes something away."""
    document = project.path / "ontology.yaml"
    document.write_text(document.read_text().replace("values: [DIESEL, GAS]", "values: [DIESEL]"))
    assert make(Project.load(project.path), "Change", author="Ada") is not None
    return Project.load(project.path)


async def ask(
    project: Project,
    facts: Facts,
    gate: FakeGate | None = None,
    force: Force | None = None,
    *,
    approvals: int = 0,
    complete: bool = False,
) -> tuple[NewEntry, ...]:
    plan = make_plan(project.history, facts, complete=complete)
    permission = Permission(
        governance=Governance(approvals=approvals),
        actor="operator",
        gate=gate,
        force=force,
    )
    return await permission(plan, facts)


async def test_nothing_is_asked_of_a_project_that_asks_for_nothing(changed: Project) -> None:
    gate = FakeGate(BREAKS)

    assert await ask(changed, facts_at(changed, START), gate) == ()
    assert gate.asked == []


async def test_completing_is_refused_while_an_operation_would_break(changed: Project) -> None:
    facts = facts_at(changed, "0002_change", waiting=True)
    gate = FakeGate(BREAKS)

    with pytest.raises(OperationsBroken) as caught:
        await ask(changed, facts, gate, complete=True)

    (problem,) = caught.value.problems
    assert "Serials of ui" in problem.message
    assert problem.hint == "Talk to Team Campus (campus@example.org)"
    (asked,) = gate.asked
    assert asked == (facts.ontology.hash if facts.ontology else None, changed.desired.hash)
    assert await ask(changed, facts, FakeGate(Verdict(looked_at=3)), complete=True) == ()


async def test_what_is_forced_is_recorded_with_its_reason(changed: Project) -> None:
    force = Force(reason="The app is shut down today")

    (entry,) = await ask(
        changed, facts_at(changed, "0002_change", waiting=True), FakeGate(BREAKS), force, complete=True
    )

    assert (entry.kind, entry.revision, entry.by) == (EntryKind.FORCED, "0002_change", "operator")
    assert entry.facts["reason"] == "The app is shut down today"
    assert entry.facts["operations"] == 1


def test_forcing_needs_a_reason() -> None:
    with pytest.raises(ValueInvalid):
        Force(reason="  ")


async def test_a_draft_is_never_applied(changed: Project) -> None:
    (file,) = (each for each in changed.versions.iterdir() if each.stem == "0002_change")
    file.write_text(file.read_text().replace("message:", "status: draft\nmessage:"))
    draft = Project.load(changed.path)

    with pytest.raises(VersionIsDraft):
        await ask(draft, facts_at(draft, START))


async def test_other_people_than_the_author_must_approve_the_text_as_it_is(changed: Project) -> None:
    migration = changed.history["0002_change"]
    yes = approve(migration, by="Grace")
    other = NewEntry(kind=EntryKind.APPROVED, revision="0002_change", by="Linus", facts={"checksum": "sha256:old"})
    own = NewEntry(kind=EntryKind.APPROVED, revision="0002_change", by=" ada ", facts={"checksum": migration.checksum})

    with pytest.raises(ApprovalMissing) as caught:
        await ask(changed, facts_at(changed, START, entries=chain(yes, other, own)), approvals=2)

    assert caught.value.actual == "Grace; Linus,  ada  approved another text of it"
    assert await ask(changed, facts_at(changed, START, entries=chain(yes, yes)), approvals=1) == ()
    again = facts_at(changed, START, entries=chain(yes, approve(migration, by="Linus")))
    assert await ask(changed, again, approvals=2) == ()
    waits = facts_at(changed, "0002_change", waiting=True)
    with pytest.raises(ApprovalMissing):
        await ask(changed, waits, approvals=1, complete=True)


async def test_where_nobody_has_data_nobody_must_approve(changed: Project) -> None:
    assert await ask(changed, facts_at(changed, START, tenants=()), approvals=1) == ()


def test_use_on_several_days_is_one_use() -> None:
    def day(number: int, count: int, *fields: str) -> Usage:
        return Usage(
            day=date(2026, 11, number),
            tenant="t",
            consumer="ui",
            document="abc",
            operation="Serials",
            count=count,
            fields=fields,
        )

    (use,) = gathered([day(2, 3, "Pump.a"), day(5, 4, "Pump.b"), day(3, 1, "Pump.a")])

    assert use == Use(
        consumer="ui",
        tenant="t",
        document="abc",
        operation="Serials",
        count=8,
        last=date(2026, 11, 5),
        fields=("Pump.a", "Pump.b"),
    )


def test_how_often_an_operation_was_used_is_told() -> None:
    operation = Operation(
        consumer="ui",
        owner="Team Campus",
        contact="c",
        operation="Serials",
        document="abc",
        registered=False,
        uses=1200,
        last_used=date(2026, 11, 5),
    )

    message = problem_of(BrokenOperation(operation=operation, reasons=("gone", "away"))).message

    assert message == "Serials of ui would break, used 1,200 times, last on 2026-11-05: gone; away"
    refuse_broken((), "0002_change")
