"""Answers given before: the same request under the same key gets the same receipt, other content is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from graph.changes.draft import Draft
from graph.changes.model import Receipt
from graph.database import ReadUnit
from graph.errors import IdempotencyMismatch
from queries import named


@dataclass(frozen=True, slots=True)
class _Answer:
    digest: str
    receipt: Receipt


class Answers:
    """Receipts by actor and idempotency key, those of this transaction included. Dry runs have no part in it."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], _Answer] = {}

    def add(self, actor: str, key: str, digest: str, receipt: Receipt) -> None:
        """Take over an answer."""
        self._answers[actor, key] = _Answer(digest, receipt)

    def find(self, draft: Draft) -> Receipt | IdempotencyMismatch | None:
        """Return the answer to a request seen before; None for a new one or one without a key."""
        key = draft.key
        answer = None if key is None else self._answers.get((draft.request.actor, key))
        if answer is None:
            return None
        if answer.digest == draft.digest:
            return replace(answer.receipt, replayed=True)
        return IdempotencyMismatch(
            f"Idempotency key {key!r} was used before for another change set",
            expected="the same change set under the same key",
            actual=f"another one; the first has revision {answer.receipt.revision}",
            hint="Take a new key for each new change set",
        )


async def read_answers(unit: ReadUnit, drafts: Sequence[Draft]) -> Answers:
    """Return what was answered before under the keys of `drafts`."""
    answers = Answers()
    keys = {(draft.request.actor, draft.key) for draft in drafts if draft.key is not None}
    if keys:
        wanted = {"keys": [list(key) for key in sorted(keys)]}
        rows = await unit.rows(named("changes/read_receipts"), wanted)
        for actor, key, digest, receipt in rows[0][0]:
            answers.add(actor, key, digest, Receipt(**orjson.loads(receipt)))
    return answers
