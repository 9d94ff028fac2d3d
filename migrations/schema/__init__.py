"""Constraints and indexes that an ontology wants, and the commands that make and drop them."""

from migrations.schema.commands import SchemaCommands
from migrations.schema.objects import (
    SchemaDifference,
    SchemaKind,
    SchemaObject,
    difference,
    ledger_schema,
    system_schema,
    wanted_schema,
)

__all__ = [
    "SchemaCommands",
    "SchemaDifference",
    "SchemaKind",
    "SchemaObject",
    "difference",
    "ledger_schema",
    "system_schema",
    "wanted_schema",
]
