"""How the ontology changes: projects, versions as data, plans, the runner, the ledger, constraints and indexes."""

from migrations.document import Migration
from migrations.errors import (
    DifferenceUnexpressed,
    ForeignDatabase,
    HistoryInvalid,
    LeaseHeld,
    LeaseLost,
    MigrationEdited,
    MigrationInvalid,
    MigrationRefused,
    ProjectExists,
    ProjectInvalid,
    SchemaCommandFailed,
)
from migrations.history import History
from migrations.lease import LeaseTiming
from migrations.ledger import MigrationRecord, MigrationStatus, current_ontology, records
from migrations.making import Made, make
from migrations.operations import OPERATIONS
from migrations.plan import Plan, Stage
from migrations.project import Project, check
from migrations.runner import Applied, Progress, Step, apply, plan
from migrations.schema import SchemaDifference, SchemaKind, SchemaObject, wanted_schema
from migrations.starting import init
from migrations.status import Status, status

__all__ = [
    "OPERATIONS",
    "Applied",
    "DifferenceUnexpressed",
    "ForeignDatabase",
    "History",
    "HistoryInvalid",
    "LeaseHeld",
    "LeaseLost",
    "LeaseTiming",
    "Made",
    "Migration",
    "MigrationEdited",
    "MigrationInvalid",
    "MigrationRecord",
    "MigrationRefused",
    "MigrationStatus",
    "Plan",
    "Progress",
    "Project",
    "ProjectExists",
    "ProjectInvalid",
    "SchemaCommandFailed",
    "SchemaDifference",
    "SchemaKind",
    "SchemaObject",
    "Stage",
    "Status",
    "Step",
    "apply",
    "check",
    "current_ontology",
    "init",
    "make",
    "plan",
    "records",
    "status",
    "wanted_schema",
]
