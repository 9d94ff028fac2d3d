from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.ontology import parse_ontology
from migrations import MigrationRecord, MigrationStatus
from migrations.drift import DriftKind
from migrations.drift.report import Tally
from migrations.drift.structure import judge_ontology
from migrations.ledger import Facts, StoredOntology

ONTOLOGY = parse_ontology("{format: twin-ontology/1, name: small, assetTypes: {Site: {}}}")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def record(
    after: str, *, status: MigrationStatus = MigrationStatus.APPLIED, phase: str | None = None
) -> MigrationRecord:
    return MigrationRecord(
        revision="0001_start",
        parents=(),
        status=status,
        phase=phase,
        started_at=NOW,
        applied_at=NOW,
        applied_by="tester",
        checksum="sha256:c",
        changed=0,
        duration_ms=1,
        before=None,
        after=after,
        message="",
        chain="sha256:d",
    )


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (record(ONTOLOGY.hash), []),
        (record("sha256:other"), [DriftKind.ONTOLOGY_CHANGED]),
        # Between the two phases of a version the database holds both ontologies in one.
        (record("sha256:other", phase="contract"), []),
        (record("sha256:other", status=MigrationStatus.RUNNING, phase="backfill"), [DriftKind.MIGRATION_UNFINISHED]),
    ],
)
def test_the_stored_ontology_against_the_ledger(entry: MigrationRecord, found: list[DriftKind]) -> None:
    stored = StoredOntology(revision="0001_start", hash=ONTOLOGY.hash, canonical=ONTOLOGY.canonical)
    tally = Tally(5)
    judge_ontology(tally, Facts(records=(entry,), ontology=stored))
    assert [finding.kind for finding in tally.findings()] == found
