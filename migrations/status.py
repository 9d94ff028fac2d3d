"""How a project and a database stand to each other; read without the lock."""

from __future__ import annotations

from dataclasses import dataclass

from graph.database import Database
from graph.errors import Problem, TwinError
from graph.ontology import ontology_from_canonical
from migrations.ledger import Facts, MigrationRecord, Passage, passages, read_facts, standing, tampering
from migrations.planning import make_plan
from migrations.project import Project
from migrations.schema import SchemaDifference, SchemaObject, difference, wanted_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a project and a database stand.

    `revision` and `hash` are of the ontology in the database, None before the first migration; `begun` are migrations
    that an earlier run did not end, `waiting` those that wait to be completed; `unknown` are in the ledger but not
    among the files; `missing` and `extra` are constraints and indexes, `unready` indexes that are not online; `problem`
    is why `apply` would refuse. `tampered` is what in the ledger is not as the chain over it says, `passages` how the
    versions of the ledger came about and passed.
    """

    ontology: str
    heads: tuple[str, ...]
    applied: tuple[str, ...]
    pending: tuple[str, ...]
    begun: tuple[str, ...]
    waiting: tuple[str, ...]
    edited: tuple[str, ...]
    unknown: tuple[str, ...]
    revision: str | None
    hash: str | None
    missing: tuple[SchemaObject, ...]
    extra: tuple[SchemaObject, ...]
    unready: tuple[str, ...]
    records: tuple[MigrationRecord, ...]
    passages: tuple[Passage, ...]
    tampered: tuple[Problem, ...]
    problem: Problem | None

    @property
    def current(self) -> bool:
        """Whether the database is at the project's head, with all its constraints and indexes, and its ledger whole."""
        behind = self.pending or self.waiting or self.edited or self.unknown or self.missing or self.unready
        return self.problem is None and not behind and not self.tampered


async def status(project: Project, database: Database) -> Status:
    """Return how `project` and `database` stand to each other; refuses nothing, tells all."""
    facts = await read_facts(database)
    compared = standing(project.history, facts)
    schema = _schema(facts)
    return Status(
        ontology=project.desired.name,
        heads=project.history.heads,
        applied=compared.applied,
        pending=compared.pending,
        begun=compared.begun,
        waiting=compared.waiting,
        edited=compared.edited,
        unknown=compared.unknown,
        revision=facts.ontology.revision if facts.ontology else None,
        hash=facts.ontology.hash if facts.ontology else None,
        missing=schema.missing,
        extra=schema.extra,
        unready=facts.unready,
        records=facts.records,
        passages=passages(facts.records, facts.entries),
        tampered=tuple(each.problem for each in tampering(facts)),
        problem=_problem(project, facts),
    )


def _schema(facts: Facts) -> SchemaDifference:
    if facts.ontology is None:
        return SchemaDifference(missing=(), extra=())
    return difference(wanted_schema(ontology_from_canonical(facts.ontology.canonical)), facts.schema)


def _problem(project: Project, facts: Facts) -> Problem | None:
    try:
        make_plan(project.history, facts)
    except TwinError as error:
        return error.problem
    return None
