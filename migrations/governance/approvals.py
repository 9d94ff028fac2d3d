"""Approvals: other people than the author say yes to a version, as its file is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from migrations.errors import ApprovalMissing, ApprovalRefused, VersionIsDraft
from migrations.files import Migration
from migrations.governance.entries import Entry, EntryKind, NewEntry

DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A yes to a version: by whom, when (epoch milliseconds), and to which text of its file.

    `counts` is False where the file was changed since, or the author said it.
    """

    by: str
    at: int
    checksum: str
    counts: bool


def approvals_of(revision: str, entries: Sequence[Entry], *, checksum: str, author: str | None) -> tuple[Approval, ...]:
    """Return all approvals of a version, oldest first; of one person the last. `checksum` is that of its file now."""
    found: dict[str, Approval] = {}
    for entry in entries:
        if entry.kind == EntryKind.APPROVED and entry.revision == revision:
            approved = str(entry.said.get("checksum"))
            counts = approved == checksum and not is_same(entry.by, author)
            found[_folded(entry.by)] = Approval(by=entry.by, at=entry.at, checksum=approved, counts=counts)
    return tuple(found.values())


def approve(migration: Migration, *, by: str) -> NewEntry:
    """Return the entry by which somebody approves a version.

    Raises:
        ApprovalRefused: it is the author, or nobody.
        VersionIsDraft: it is not proposed yet.
    """
    refuse_draft(migration)
    if not by.strip():
        raise ApprovalRefused("An approval needs a name", place="--by", expected="who approves it")
    if is_same(by, migration.author):
        raise ApprovalRefused(
            f"{migration.revision} was written by {by}, and nobody approves what they wrote",
            place=migration.file,
            expected="another person than the author",
            actual=by,
        )
    return NewEntry(
        kind=EntryKind.APPROVED, revision=migration.revision, by=by.strip(), facts={"checksum": migration.checksum}
    )


def is_same(name: str, author: str | None) -> bool:
    """Whether a name is that of the author, however it is spelled."""
    return author is not None and _folded(name) == _folded(author)


def refuse_draft(migration: Migration) -> None:
    """Raise VersionIsDraft for one."""
    if migration.standpoint.status == DRAFT:
        raise VersionIsDraft(
            f"{migration.revision} is a draft",
            place=migration.file,
            expected="a version that is proposed",
            actual="status: draft",
            hint="Set `status: approved` when it is agreed, or take the line out",
        )


def require_approvals(migration: Migration, entries: Sequence[Entry], wanted: int) -> None:
    """Raise ApprovalMissing where fewer people approved a version, as its file is, than a project asks for."""
    if not wanted:
        return
    if migration.author is None:
        raise ApprovalMissing(
            f"{migration.revision} names no author, so nobody can tell who may approve it",
            place=migration.file,
            expected="`author`",
            hint="Write who proposed it; `twin ontology make --author NAME` does",
        )
    given = approvals_of(migration.revision, entries, checksum=migration.checksum, author=migration.author)
    counted = [each.by for each in given if each.counts]
    if len(counted) < wanted:
        lost = [each.by for each in given if not each.counts]
        told = f"; {', '.join(lost)} approved another text of it" if lost else ""
        raise ApprovalMissing(
            f"{migration.revision} is not approved",
            place=migration.file,
            expected=f"{wanted} of other people than {migration.author}",
            actual=(", ".join(counted) or "nobody") + told,
            hint=f"Who agrees runs `twin ontology approve {migration.revision} --by NAME`; nothing was changed",
        )


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
