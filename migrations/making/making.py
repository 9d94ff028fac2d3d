"""Making a version: the difference between the head and the desired ontology, written as a migration file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from graph.ontology import ontology_files
from graph.ontology.identification import identified
from graph.ontology.model import Json, Ontology
from migrations.effects import Memory, replay_to, replayed, unfolded
from migrations.errors import DifferenceUnexpressed, ProjectExists
from migrations.files import History, Standpoint, read_migration, write_migration
from migrations.making.channel_names import with_former_names
from migrations.making.differing import Difference, differing
from migrations.making.ground import ground_of
from migrations.making.interim import through_interim
from migrations.making.kept_names import with_kept_names
from migrations.making.promotions import promotion_questions
from migrations.making.renames import renames
from migrations.making.successors import Answers, OpenQuestions, questions
from migrations.operations import Operation, OperationRefused, Phase, sparse
from migrations.project import Project

_COMMENT = "Made by `twin ontology make`. Once it is applied anywhere it must stay as it is."
_WORDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A version that was made: its file, what it does, and how many ids and former names the document got.

    `more` says that the desired ontology is not reached yet: types and enums change their names in a version of their
    own, and another one does the rest. `then` is a second version that was made at once: a property that holds
    something else under its name goes by way of another.
    """

    revision: str
    file: Path
    operations: tuple[Operation, ...]
    identified: int
    more: bool = False
    then: Made | None = None


def make(
    project: Project,
    message: str,
    *,
    name: str | None = None,
    author: str | None = None,
    standpoint: Standpoint | None = None,
    answers: Answers | None = None,
    merge: bool = False,
) -> Made | None:
    """Write the version that leads from the head to the desired ontology, or the first of two; None where they agree.

    With `merge` it leads there from several heads, and is written where they agree as well.

    `message` says what it does; the file is named by the next number and `name`, by default the message's words. Ids
    that the author left out, and what channels were called before, are written into the ontology document, so that a
    later rename is seen as one. `answers` say what a difference means that can be read in two ways. `author` and
    `standpoint` say how the version came about.

    Raises:
        HistoryInvalid: there are several heads.
        MigrationInvalid: what one branch does can't be done after the other.
        DifferenceUnexpressed: names each difference that no operation can express.
        ProjectExists: the file is there already.
    """
    ground = ground_of(project.history, merge=merge)
    before = ground.ontology
    past = partial(_past, project.history)
    desired = with_former_names(before, project.desired, answers or Answers(), past)
    desired = with_kept_names(before, desired, answers or Answers(), lambda: Memory.of(unfolded(project.history)))
    if before is not None and before.hash == desired.hash and not ground.merges:
        _identify(project, desired)
        return None
    goal = through_interim(before, desired)
    found, after = _difference(before, goal, answers, past)
    revision = f"{_next_number(project.history):04d}_{_words(name or message)}"
    header: dict[str, Json] = {
        "revision": revision,
        "parents": list(ground.parents),
        "from": before.hash if before is not None else None,
        "to": after.hash,
        "chain": project.history.ground(*ground.parents) if ground.parents else None,
        "message": message,
        "author": author,
        **_said(standpoint or Standpoint()),
    }
    file = project.versions / f"{revision}.yaml"
    steps = {Phase.EXPAND: found.expand, Phase.BACKFILL: found.backfill, Phase.CONTRACT: found.contract}
    text = write_migration(header, steps, comment=_COMMENT)
    read_migration(text, file=str(file))
    _write_new(file, text)
    made = Made(
        revision=revision,
        file=file,
        operations=found.operations,
        identified=_identify(project, desired),
        more=after.hash != desired.hash,
    )
    if goal is desired or after.hash != goal.hash:
        return made
    second = make(Project.load(project.path), f"{message}, under its name", author=author, standpoint=standpoint)
    return replace(made, more=second is None or second.more, then=second)


def _said(standpoint: Standpoint) -> dict[str, Json]:
    return {
        "owner": standpoint.owner,
        "proposed": standpoint.proposed,
        "reason": standpoint.reason,
        "ticket": standpoint.ticket,
        "status": standpoint.status,
    }


def open_questions(project: Project, *, merge: bool = False) -> OpenQuestions:
    """Return what `make` would have to take for granted, for want of an answer.

    Raises HistoryInvalid where there are several heads, and no `merge`.
    """
    before = ground_of(project.history, merge=merge).ontology
    if before is None:
        return OpenQuestions(lost={})
    found = dict(questions(sparse(before), sparse(project.desired)).lost)
    for key, candidates in promotion_questions(before, project.desired):
        found[key] = (*found.get(key, ()), *candidates)
    return OpenQuestions(lost=found)


def _identify(project: Project, desired: Ontology) -> int:
    """Write ids and former names that are missing into the project's documents, each file replaced as a whole."""
    count = 0
    for document in ontology_files(project.path):
        text, added = identified(document.read_text(encoding="utf-8"), desired, file=str(document))
        if added:
            part = document.with_name(f".{document.name}.part")
            part.write_text(text, encoding="utf-8")
            part.replace(document)
        count += added
    return count


def _past(history: History) -> Iterator[Ontology]:
    """The ontologies that there were, the latest first."""
    return (replay_to(history, revision) for revision in reversed(history.order))


def _difference(
    before: Ontology | None, desired: Ontology, answers: Answers | None, past: Callable[[], Iterable[Ontology]]
) -> tuple[Difference, Ontology]:
    """Return what the version does, and the ontology after it."""
    renamed = renames(sparse(before), sparse(desired)) if before is not None else ()
    if before is not None and renamed:
        try:
            return Difference(contract=list(renamed)), replayed(before, renamed)
        except OperationRefused as refusal:
            raise DifferenceUnexpressed(refusal.message, (), hint=refusal.hint) from refusal
    found = differing(before, desired, answers, past=past)
    if found.unexpressed:
        raise DifferenceUnexpressed("The ontology differs in ways that can't be migrated yet", tuple(found.unexpressed))
    if before is not None and replayed(before, found.operations).hash != desired.hash:
        raise DifferenceUnexpressed(
            "The changes get into each other's way in one version",
            (),
            hint="Put some of them back, make a version of the others, and then one of them",
        )
    return found, desired


def _next_number(history: History) -> int:
    return 1 + max((int(revision.partition("_")[0]) for revision in history.order), default=0)


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", errors="ignore").decode().lower()
    words = "_".join(re.findall(r"[a-z0-9]+", plain))
    return words[:_WORDS].rstrip("_") or "version"


def _write_new(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError as error:
        raise ProjectExists(
            f"{file} is there already", place=str(file), hint="Give another name, or remove the file if nobody needs it"
        ) from error
