"""What a database remembers of its migrations: records, passages, the chain that shows tampering, where it stands."""

from migrations.ledger.integrity import Tampering, applied_facts, facts_of, sealing, tampering
from migrations.ledger.passages import Passage, passages, read_passages
from migrations.ledger.records import (
    Facts,
    MigrationRecord,
    MigrationStatus,
    StoredOntology,
    corrected,
    counters,
    current_ontology,
    read_facts,
    records,
    write_ontology,
)
from migrations.ledger.standing import Standing, standing

__all__ = [
    "Facts",
    "MigrationRecord",
    "MigrationStatus",
    "Passage",
    "Standing",
    "StoredOntology",
    "Tampering",
    "applied_facts",
    "corrected",
    "counters",
    "current_ontology",
    "facts_of",
    "passages",
    "read_facts",
    "read_passages",
    "records",
    "sealing",
    "standing",
    "tampering",
    "write_ontology",
]
