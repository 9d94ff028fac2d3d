"""How a project and a database stand, seen at the database itself or through a running service; the same either way.

Constraints, indexes and what keeps `apply` from running are seen at the database alone: `missing`, `extra`, `unready`,
`tampered` and `problem` are None through a service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.cli.console import paced
from app.cli.gateway import ask
from graph.clock import from_epoch_millis
from graph.ontology import ontology_from_canonical
from graph.ontology.model import Ontology
from migrations import Passage, Progress, Project, Status

_ONTOLOGY = "{ ontology { document } }"
_HISTORY = """{ migrations { revision status proposed approvedAt appliedAt completedAt appliedBy changed durationMs
  author owner ticket approvals { by at counts } forced corrections } }"""
_STANDING = """{ ontology { revision hash } migrations { revision status phase checksum
  doing { step done total rate secondsLeft } } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """How far the step over data is that is under way."""

    revision: str
    step: str
    done: int
    total: int
    rate: float | None
    secondsLeft: float | None  # noqa: N815 - as JSON has it

    def __str__(self) -> str:
        return f"{self.revision} {paced(self.step, self.done, self.total, self.rate, self.secondsLeft)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What `twin ontology status` shows, under the names it has in JSON."""

    ontology: str
    revision: str | None
    hash: str | None
    heads: Sequence[str]
    applied: Sequence[str]
    pending: Sequence[str]
    begun: Sequence[str]
    doing: Doing | None
    waiting: Sequence[str]
    edited: Sequence[str]
    unknown: Sequence[str]
    missing: Sequence[str] | None
    extra: Sequence[str] | None
    unready: Sequence[str] | None
    tampered: Sequence[str] | None
    problem: str | None
    current: bool

    @property
    def shown(self) -> dict[str, object]:
        """The same as JSON has it."""
        return asdict(self)


def standing_of(found: Status) -> Standing:
    """Return the standing that was seen at the database."""
    return Standing(
        ontology=found.ontology,
        revision=found.revision,
        hash=found.hash,
        heads=found.heads,
        applied=found.applied,
        pending=found.pending,
        begun=found.begun,
        doing=next((_doing(each.doing) for each in found.records if each.doing is not None), None),
        waiting=found.waiting,
        edited=found.edited,
        unknown=found.unknown,
        missing=[each.name for each in found.missing],
        extra=[each.name for each in found.extra],
        unready=found.unready,
        tampered=[str(each) for each in found.tampered],
        problem=None if found.problem is None else str(found.problem),
        current=found.current,
    )


def served_standing(project: Project, server: str, token: str | None) -> Standing:
    """Return how the project stands to the database behind a service."""
    data = ask(_STANDING, {}, server, token)
    done = {each["revision"]: each["checksum"] for each in data["migrations"] if each["status"] == "APPLIED"}
    begun = {each["revision"] for each in data["migrations"] if each["status"] == "RUNNING"}
    waiting = {each["revision"] for each in data["migrations"] if each["status"] == "APPLIED" and each["phase"]}
    history = project.history
    pending = [revision for revision in history.order if revision not in done]
    edited = [revision for revision in history.order if done.get(revision) not in (None, history[revision].checksum)]
    unknown = sorted(each for each in {*done, *begun} if each not in history)
    return Standing(
        ontology=project.desired.name,
        revision=data["ontology"]["revision"],
        hash=data["ontology"]["hash"],
        heads=history.heads,
        applied=[revision for revision in history.order if revision in done],
        pending=pending,
        begun=[revision for revision in history.order if revision in begun],
        doing=next(
            (Doing(revision=each["revision"], **each["doing"]) for each in data["migrations"] if each["doing"]), None
        ),
        waiting=[revision for revision in history.order if revision in waiting],
        edited=edited,
        unknown=unknown,
        missing=None,
        extra=None,
        unready=None,
        tampered=None,
        problem=None,
        current=not (pending or waiting or edited or unknown),
    )


def _doing(progress: Progress) -> Doing:
    return Doing(
        revision=progress.revision or "",
        step=progress.detail,
        done=progress.done,
        total=progress.total,
        rate=progress.rate,
        secondsLeft=progress.seconds_left,
    )


def served_ontology(server: str, token: str | None) -> Ontology:
    """Return the ontology that a service serves."""
    return ontology_from_canonical(ask(_ONTOLOGY, {}, server, token)["ontology"]["document"])


def served_history(server: str, token: str | None) -> list[dict[str, object]]:
    """Return what was applied to the database behind a service, newest first."""
    return [_served_row(each) for each in ask(_HISTORY, {}, server, token)["migrations"]]


def history_of(found: Sequence[Passage]) -> list[dict[str, object]]:
    """Return how versions passed, newest first, from the ledger itself."""
    return [
        {
            "revision": each.record.revision,
            "status": each.record.status.value,
            "proposed": each.proposed,
            "approvedAt": _moment(each.approved_at),
            "appliedAt": _moment(each.record.applied_at),
            "completedAt": _moment(each.completed_at),
            "appliedBy": each.record.applied_by,
            "changed": each.record.changed,
            "durationMs": each.record.duration_ms,
            "author": each.author,
            "owner": each.owner,
            "ticket": each.ticket,
            "approvals": [
                {"by": one.by, "at": _moment(from_epoch_millis(one.at)), "counts": one.counts} for one in each.approvals
            ],
            "forced": each.forced,
            "corrections": each.corrections,
        }
        for each in found
    ]


def _served_row(told: Mapping[str, Any]) -> dict[str, object]:
    moments = {name: _served_moment(told[name]) for name in ("approvedAt", "appliedAt", "completedAt")}
    approvals = [{**each, "at": _served_moment(each["at"])} for each in told["approvals"]]
    return {**told, **moments, "approvals": approvals}


def _served_moment(value: str | None) -> str | None:
    return None if value is None else _moment(datetime.fromisoformat(value))


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds")
