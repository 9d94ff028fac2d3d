"""Versions as files: what one says, its JSON Schema, and the graph that they form."""

from migrations.files.document import (
    Migration,
    Placed,
    Requirement,
    Standpoint,
    checksum_of,
    read_migration,
    write_migration,
)
from migrations.files.document_schema import migration_schema
from migrations.files.history import History, history_of

__all__ = [
    "History",
    "Migration",
    "Placed",
    "Requirement",
    "Standpoint",
    "checksum_of",
    "history_of",
    "migration_schema",
    "read_migration",
    "write_migration",
]
