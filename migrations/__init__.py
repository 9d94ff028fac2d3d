"""How the ontology changes: projects, versions as data, plans, the runner, the ledger, constraints and indexes."""

from migrations.applying import abort, apply, complete, pause, plan, resume, rollback
from migrations.document import Migration
from migrations.errors import (
    DataInTheWay,
    DifferenceUnexpressed,
    ForeignDatabase,
    HistoryInvalid,
    LeaseHeld,
    LeaseLost,
    MigrationEdited,
    MigrationInvalid,
    MigrationPaused,
    MigrationRefused,
    ProjectExists,
    ProjectInvalid,
    RequirementUnmet,
    SchemaCommandFailed,
)
from migrations.forecast import Effort, Forecast, forecast
from migrations.history import History
from migrations.lease import LeaseTiming
from migrations.ledger import MigrationRecord, MigrationStatus, current_ontology, records
from migrations.making import Made, make, open_questions
from migrations.operations import OPERATIONS
from migrations.plan import Plan
from migrations.progress import Progress, Step
from migrations.project import Project, check
from migrations.retreat import Retreat, RetreatStage, retreat
from migrations.runner import Applied
from migrations.schema import SchemaDifference, SchemaKind, SchemaObject, wanted_schema
from migrations.stages import Stage
from migrations.starting import init
from migrations.status import Status, status
from migrations.successors import Answers, OpenQuestions
from migrations.undoing import Undone

__all__ = [
    "OPERATIONS",
    "Answers",
    "Applied",
    "DataInTheWay",
    "DifferenceUnexpressed",
    "Effort",
    "Forecast",
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
    "MigrationPaused",
    "MigrationRecord",
    "MigrationRefused",
    "MigrationStatus",
    "OpenQuestions",
    "Plan",
    "Progress",
    "Project",
    "ProjectExists",
    "ProjectInvalid",
    "RequirementUnmet",
    "Retreat",
    "RetreatStage",
    "SchemaCommandFailed",
    "SchemaDifference",
    "SchemaKind",
    "SchemaObject",
    "Stage",
    "Status",
    "Step",
    "Undone",
    "abort",
    "apply",
    "check",
    "complete",
    "current_ontology",
    "forecast",
    "init",
    "make",
    "open_questions",
    "pause",
    "plan",
    "records",
    "resume",
    "retreat",
    "rollback",
    "status",
    "wanted_schema",
]
