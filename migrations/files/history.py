"""The graph of revisions: who builds on whom, what is the head, and in which order all of them run."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Mapping

from graph.errors import Problem
from migrations.errors import HistoryInvalid
from migrations.files.document import Migration


class History:
    """Migrations by revision, checked: parents exist, no circle, one beginning. Made by `history_of` alone."""

    def __init__(
        self, migrations: Mapping[str, Migration], order: tuple[str, ...], firsts: Mapping[str, str] | None = None
    ) -> None:
        self._migrations = migrations
        self._firsts = firsts or {}
        self.order = order

    def knowing(self, firsts: Mapping[str, str]) -> History:
        """Return the same history, where `firsts` are checksums by which others were built on corrected files."""
        return History(self._migrations, self.order, firsts)

    def __getitem__(self, revision: str) -> Migration:
        return self._migrations[revision]

    def get(self, revision: str) -> Migration | None:
        """Return a version, or None where there is none of that name."""
        return self._migrations.get(revision)

    def __contains__(self, revision: str) -> bool:
        return revision in self._migrations

    def __len__(self) -> int:
        return len(self._migrations)

    @property
    def heads(self) -> tuple[str, ...]:
        """Revisions that nothing builds on, in order."""
        parents = {parent for migration in self._migrations.values() for parent in migration.parents}
        return tuple(revision for revision in self.order if revision not in parents)

    @property
    def head(self) -> str | None:
        """The one head, None of an empty history. Raises HistoryInvalid where there are several."""
        heads = self.heads
        if len(heads) > 1:
            raise HistoryInvalid(
                f"The history has {len(heads)} heads",
                tuple(self._head_problem(head) for head in heads),
                hint="Write a migration whose parents are all of them, then apply that",
            )
        return heads[0] if heads else None

    def ancestors(self, revision: str) -> tuple[str, ...]:
        """Return all that `revision` builds on, in the order they run."""
        found: set[str] = set()
        waiting = list(self[revision].parents)
        while waiting:
            parent = waiting.pop()
            if parent not in found:
                found.add(parent)
                waiting.extend(self[parent].parents)
        return tuple(each for each in self.order if each in found)

    def chain(self, revision: str) -> str:
        """Return the digest of `revision`'s file and of all it builds on: no file of them can change unseen."""
        return self._digest((*self.ancestors(revision), revision))

    def ground(self, *parents: str) -> str:
        """Return the digest of the files of `parents` and of all they build on, as they first were."""
        below = {each for parent in parents for each in (*self.ancestors(parent), parent)}
        return self._digest(tuple(each for each in self.order if each in below), self._firsts)

    def _digest(self, revisions: tuple[str, ...], firsts: Mapping[str, str] | None = None) -> str:
        digest = hashlib.sha256()
        for each in revisions:
            checksum = (firsts or {}).get(each, self[each].checksum)
            digest.update(f"{each}\0{checksum}\n".encode())
        return f"sha256:{digest.hexdigest()}"

    def _head_problem(self, head: str) -> Problem:
        migration = self[head]
        parents = ", ".join(migration.parents) or "nothing"
        return Problem(code="SEVERAL_HEADS", message=f"{head} (on {parents}) is a head", place=migration.file)


def history_of(migrations: Iterable[Migration]) -> History:
    """Return the checked graph.

    Raises:
        HistoryInvalid: names every revision that is there twice, lacks a parent, goes in a circle, or begins anew.
    """
    migrations = tuple(migrations)
    by_revision = {migration.revision: migration for migration in migrations}
    problems = [*_twice(migrations), *_misnamed(migrations), *_orphans(by_revision)]
    if not problems:
        problems.extend(_beginnings(by_revision))
    order = _in_order(by_revision)
    if not problems and len(order) < len(by_revision):
        problems.append(_circle(by_revision, order))
    if problems:
        raise HistoryInvalid("The revisions form no history", tuple(problems))
    return History(by_revision, order)


def _in_order(migrations: Mapping[str, Migration]) -> tuple[str, ...]:
    waiting = {revision: len(set(migration.parents)) for revision, migration in migrations.items()}
    children: dict[str, list[str]] = {}
    for revision, migration in migrations.items():
        for parent in set(migration.parents):
            children.setdefault(parent, []).append(revision)
    ready = [revision for revision, count in waiting.items() if not count]
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        revision = heapq.heappop(ready)
        order.append(revision)
        for child in children.get(revision, ()):
            waiting[child] -= 1
            if not waiting[child]:
                heapq.heappush(ready, child)
    return tuple(order)


def _twice(migrations: tuple[Migration, ...]) -> list[Problem]:
    seen: dict[str, Migration] = {}
    problems: list[Problem] = []
    for migration in migrations:
        first = seen.setdefault(migration.revision, migration)
        if first is not migration:
            problems.append(
                Problem(
                    code="REVISION_TWICE",
                    message=f"Revision {migration.revision} is also in {first.file}",
                    place=migration.file,
                    hint="Give one of them another revision and file name",
                )
            )
    return problems


def _misnamed(migrations: tuple[Migration, ...]) -> list[Problem]:
    return [
        Problem(
            code="REVISION_MISNAMED",
            message="The file is not named by its revision",
            place=migration.file,
            expected=f"{migration.revision}.yaml",
            actual=migration.file.rpartition("/")[2],
        )
        for migration in migrations
        if migration.file.rpartition("/")[2].rpartition(".")[0] != migration.revision
    ]


def _orphans(migrations: Mapping[str, Migration]) -> list[Problem]:
    return [
        Problem(
            code="PARENT_MISSING",
            message=f"Revision {migration.revision} builds on {parent}, which is not there",
            place=migration.file,
            expected=f"a file {parent}.yaml beside it",
            hint="Bring the missing file back, or name another parent",
        )
        for migration in migrations.values()
        for parent in migration.parents
        if parent not in migrations
    ]


def _beginnings(migrations: Mapping[str, Migration]) -> list[Problem]:
    roots = sorted(revision for revision, migration in migrations.items() if not migration.parents)
    if len(roots) < 2:
        return []
    return [
        Problem(
            code="SEVERAL_BEGINNINGS",
            message=f"Revision {root} has no parents",
            place=migrations[root].file,
            expected=f"one beginning, not {len(roots)}: {', '.join(roots)}",
            hint="Say in `parents` what it builds on",
        )
        for root in roots[1:]
    ]


def _circle(migrations: Mapping[str, Migration], order: tuple[str, ...]) -> Problem:
    stuck = sorted(set(migrations) - set(order))
    return Problem(
        code="REVISIONS_IN_CIRCLE",
        message=f"These revisions build on each other in a circle, or on one that does: {', '.join(stuck)}",
        place=migrations[stuck[0]].file,
    )
