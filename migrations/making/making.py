"""Making a version: the difference between the head and the desired ontology, written as a migration file."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from graph.ontology import ontology_files
from graph.ontology.identification import identified
from graph.ontology.model import Json, Ontology
from migrations.effects import replay_to, replayed
from migrations.errors import DifferenceUnexpressed, ProjectExists
from migrations.files import History, Standpoint, read_migration, write_migration
from migrations.making.differing import Difference, differing
from migrations.making.renames import renames
from migrations.making.successors import Answers, OpenQuestions, questions
from migrations.operations import Operation, OperationRefused, Phase, sparse
from migrations.project import Project

_COMMENT = "Made by `twin ontology make`. Once it is applied anywhere it must stay as it is."
_WORDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A version that was made: its file, what it does, and how many ids were written into the ontology document.

    `more` says that the desired ontology is not reached yet: types change their names in a version of their own, and
    another one does the rest.
    """

    revision: str
    file: Path
    operations: tuple[Operation, ...]
    identified: int
    more: bool = False


def make(
    project: Project,
    message: str,
    *,
    name: str | None = None,
    author: str | None = None,
    standpoint: Standpoint | None = None,
    answers: Answers | None = None,
) -> Made | None:
    """Write the version that leads from the head to the desired ontology, or the first of two; None where they agree.

    `message` says what it does; the file is named by the next number and `name`, by default the message's words. Ids
    that the author left out are written into the ontology document, so that a later rename is seen as one. `answers`
    say what a difference means that can be read in two ways. `author` and `standpoint` say how the version came about.

    Raises:
        HistoryInvalid: there are several heads.
        DifferenceUnexpressed: names each difference that no operation can express.
        ProjectExists: the file is there already.
    """
    head = project.history.head
    before = replay_to(project.history, head) if head is not None else None
    if before is not None and before.hash == project.desired.hash:
        return None
    found, after = _difference(before, project.desired, answers)
    revision = f"{_next_number(project.history):04d}_{_words(name or message)}"
    header: dict[str, Json] = {
        "revision": revision,
        "parents": [head] if head is not None else [],
        "from": before.hash if before is not None else None,
        "to": after.hash,
        "chain": project.history.ground(head) if head is not None else None,
        "message": message,
        "author": author,
        **_said(standpoint or Standpoint()),
    }
    file = project.versions / f"{revision}.yaml"
    steps = {Phase.EXPAND: found.expand, Phase.BACKFILL: found.backfill, Phase.CONTRACT: found.contract}
    text = write_migration(header, steps, comment=_COMMENT)
    read_migration(text, file=str(file))
    _write_new(file, text)
    return Made(
        revision=revision,
        file=file,
        operations=found.operations,
        identified=_identify(project),
        more=after.hash != project.desired.hash,
    )


def _said(standpoint: Standpoint) -> dict[str, Json]:
    return {
        "owner": standpoint.owner,
        "proposed": standpoint.proposed,
        "reason": standpoint.reason,
        "ticket": standpoint.ticket,
        "status": standpoint.status,
    }


def open_questions(project: Project) -> OpenQuestions:
    """Return what `make` would have to take for granted, for want of an answer.

    Raises HistoryInvalid where there are several heads.
    """
    head = project.history.head
    if head is None:
        return OpenQuestions(lost={})
    return questions(sparse(replay_to(project.history, head)), sparse(project.desired))


def _identify(project: Project) -> int:
    """Write the ids that are missing into the documents of the project, each file replaced as a whole."""
    count = 0
    for document in ontology_files(project.path):
        text, added = identified(document.read_text(encoding="utf-8"), project.desired, file=str(document))
        if added:
            part = document.with_name(f".{document.name}.part")
            part.write_text(text, encoding="utf-8")
            part.replace(document)
        count += added
    return count


def _difference(before: Ontology | None, desired: Ontology, answers: Answers | None) -> tuple[Difference, Ontology]:
    """Return what the version does, and the ontology after it."""
    renamed = renames(sparse(before), sparse(desired)) if before is not None else ()
    if before is not None and renamed:
        try:
            return Difference(contract=list(renamed)), replayed(before, renamed)
        except OperationRefused as refusal:
            raise DifferenceUnexpressed(refusal.message, (), hint=refusal.hint) from refusal
    found = differing(before, desired, answers)
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
