"""The change sets of one transaction, judged one after the other in one world."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

import orjson

from graph.changes.conflicts import Conflicts
from graph.changes.draft import Draft
from graph.changes.idempotency import Answers
from graph.changes.judging import Tally, judge, tally
from graph.changes.model import Receipt
from graph.changes.records import Authorship, ChangeRecord, Idempotency, entries_of
from graph.changes.request import Limits, Outcome
from graph.changes.world import World
from graph.errors import ChangesRefused, Problem
from graph.identity import Revision


@dataclass(slots=True, kw_only=True)
class Run:
    """The change sets of one transaction on their way: the newest revision so far, the records to be written."""

    world: World
    answers: Answers
    conflicts: Conflicts
    revision: Revision
    now: datetime
    limits: Limits
    records: list[ChangeRecord] = field(default_factory=list[ChangeRecord])

    def outcome(self, draft: Draft) -> Outcome:
        """Judge one change set; what it changes stays in the world only if it is accepted and no dry run."""
        earlier = self.answers.find(draft)
        if earlier is not None:
            return earlier
        if draft.refusal is not None:
            return draft.refusal
        problems = judge(self.world, draft, self.limits)
        conflict = self.conflicts.newer(self.world, draft)
        if conflict is not None or problems:
            self.world.undo()
            return conflict or _refused(problems)
        return self._accepted(draft)

    def _accepted(self, draft: Draft) -> Receipt:
        counted = tally(self.world)
        changes = counted != Tally()
        dry = draft.request.change_set.dry_run
        if dry or not changes:
            self.world.undo()
            return Receipt(revision=self.revision, **asdict(counted))
        self.revision = Revision(self.revision + 1)
        receipt = Receipt(revision=self.revision, **asdict(counted))
        self.records.append(self._record(draft, receipt))
        self.world.keep(self.revision)
        return receipt

    def _record(self, draft: Draft, receipt: Receipt) -> ChangeRecord:
        request = draft.request
        entries, touched = entries_of(self.world)
        return ChangeRecord(
            revision=receipt.revision,
            authorship=Authorship(actor=request.actor, operation=request.change_set.operation, time=self.now),
            entries=entries,
            touched=touched,
            idempotency=self._idempotency(draft, receipt),
        )

    def _idempotency(self, draft: Draft, receipt: Receipt) -> Idempotency | None:
        if draft.key is None or draft.digest is None:
            return None
        self.answers.add(draft.request.actor, draft.key, draft.digest, receipt)
        return Idempotency(key=draft.key, digest=draft.digest, receipt=orjson.dumps(receipt).decode())


def _refused(problems: tuple[Problem, ...]) -> ChangesRefused:
    many = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return ChangesRefused(
        f"The change set was refused for {many}; nothing of it was written",
        problems,
        hint="Repair what is listed and send the whole change set again",
    )
