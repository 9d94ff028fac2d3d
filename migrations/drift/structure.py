"""Constraints, indexes, the stored ontology and the counters: what is judged without looking at any asset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.database import Row
from graph.identity import IdInvalid, parse_tenant
from graph.ontology.canonical import ontology_hash
from graph.ontology.model import Ontology
from migrations.drift.kinds import DriftKind
from migrations.drift.report import Tally
from migrations.ledger import Facts, MigrationStatus, tampering
from migrations.schema import SchemaObject, difference, system_schema, wanted_schema

CONSTRAINTS = ("unique node", "unique relationship")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A tenant's counter as it was read."""

    tenant: str
    revision: object
    ontology: object


def judge_ontology(tally: Tally, facts: Facts) -> None:
    """Count what is otherwise than the ledger says."""
    for tampered in tampering(facts):
        tally.add(DriftKind.LEDGER_TAMPERED, tampered.about, tampered.says)
    stored = facts.ontology
    if stored is None:
        return
    if ontology_hash(stored.canonical) != stored.hash:
        tally.add(DriftKind.ONTOLOGY_CHANGED, stored.revision, f"its text has another hash than {stored.hash}")
    entry = next((record for record in facts.records if record.revision == stored.revision), None)
    if entry is None:
        tally.add(DriftKind.ONTOLOGY_CHANGED, stored.revision, "the ledger has no version of that name")
    elif entry.after != stored.hash and not entry.waiting and entry.status is MigrationStatus.APPLIED:
        # Before a version is complete the database holds the old and the new in one, which has a hash of its own.
        tally.add(DriftKind.ONTOLOGY_CHANGED, stored.revision, f"the ledger's version gave {entry.after}")
    for record in facts.records:
        if record.status is MigrationStatus.RUNNING:
            tally.add(DriftKind.MIGRATION_UNFINISHED, record.revision, f"in phase {record.phase or 'unknown'}")


def judge_schema(
    tally: Tally, ontology: Ontology, facts: Facts, *, constraints: Sequence[Row], indexes: Sequence[Row]
) -> None:
    """Count constraints and indexes that are missing, too many, or not online; rows as the queries list them."""
    wanted = wanted_schema(ontology)
    compared = difference(wanted, facts.schema)
    for each in compared.missing:
        kind = DriftKind.CONSTRAINT_MISSING if each.kind in CONSTRAINTS else DriftKind.INDEX_MISSING
        tally.add(kind, each.name, _described(each))
    asked = {each.content for each in wanted}
    known = {each.name for each in facts.schema if each.content in asked}
    ours = _entities(ontology)
    for kind, rows in ((DriftKind.CONSTRAINT_EXTRA, constraints), (DriftKind.INDEX_EXTRA, indexes)):
        for name, sort, entities, properties in _listed(rows):
            if name not in known and ours.intersection(entities):
                tally.add(
                    kind, name, f"{sort.lower().replace('_', ' ')} on {'|'.join(entities)} ({', '.join(properties)})"
                )
    for name in facts.unready:
        tally.add(DriftKind.INDEX_OFFLINE, name, "not online")


def judge_counters(tally: Tally, counters: Iterable[Counter], hash_in_force: str) -> None:
    """Count counters that name another ontology, and tenants whose name no door takes."""
    for counter in counters:
        if counter.ontology != hash_in_force:
            detail = f"its counter names {counter.ontology}"
            tally.add(DriftKind.COUNTER_ONTOLOGY, counter.tenant, detail, tenant=counter.tenant)
        judge_tenant(tally, counter.tenant)


def judge_tenant(tally: Tally, tenant: str) -> None:
    """Count a tenant whose name no door takes."""
    try:
        parse_tenant(tenant)
    except IdInvalid as error:
        tally.add(DriftKind.TENANT_INVALID, tenant, f"expected {error.expected}", tenant=tenant)


def system_labels() -> tuple[str, ...]:
    """Return the labels of the system's own nodes."""
    return tuple(sorted({each.entity for each in system_schema()} - {"Asset"}))


def _entities(ontology: Ontology) -> set[str]:
    return {"Asset", *system_labels(), *ontology.asset_types, *ontology.relationship_types}


def _listed(rows: Sequence[Row]) -> Iterable[tuple[str, str, list[str], list[str]]]:
    # Indexes are listed with their state between type and labels.
    for name, sort, *rest in rows:
        entities, properties = rest[:2] if isinstance(rest[0], list) else rest[1:3]
        yield name, sort, [str(each) for each in entities or ()], [str(each) for each in properties or ()]


def _described(each: SchemaObject) -> str:
    return f"{each.kind} on {each.entity} ({', '.join(each.properties)})"
