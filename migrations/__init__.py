"""How the ontology changes: projects, versions as data, plans, the runner, the ledger, constraints and indexes."""

from migrations.agreeing import Repaired, approve, repair
from migrations.applying import abort, apply, complete, pause, plan, resume, rollback
from migrations.changelog import changelog
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
from migrations.files import History, Migration, Standpoint
from migrations.lease import LeaseTiming
from migrations.ledger import (
    MigrationRecord,
    MigrationStatus,
    Passage,
    current_ontology,
    passages,
    read_passages,
    records,
)
from migrations.making import Answers, Made, OpenQuestions, init, make, open_questions
from migrations.operations import OPERATIONS
from migrations.permission import Permission, judged
from migrations.planning import Effort, Forecast, Plan, Stage, forecast
from migrations.progress import Progress, Step
from migrations.project import Project, check
from migrations.running import Applied, Retreat, RetreatStage, Undone, retreat
from migrations.schema import SchemaDifference, SchemaKind, SchemaObject, wanted_schema
from migrations.status import Status, status

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
    "Passage",
    "Permission",
    "Plan",
    "Progress",
    "Project",
    "ProjectExists",
    "ProjectInvalid",
    "Repaired",
    "RequirementUnmet",
    "Retreat",
    "RetreatStage",
    "SchemaCommandFailed",
    "SchemaDifference",
    "SchemaKind",
    "SchemaObject",
    "Stage",
    "Standpoint",
    "Status",
    "Step",
    "Undone",
    "abort",
    "apply",
    "approve",
    "changelog",
    "check",
    "complete",
    "current_ontology",
    "forecast",
    "init",
    "judged",
    "make",
    "open_questions",
    "passages",
    "pause",
    "plan",
    "read_passages",
    "records",
    "repair",
    "resume",
    "retreat",
    "rollback",
    "status",
    "wanted_schema",
]
