"""Errors of migrations.

ProjectInvalid            a project's files don't hold together (all problems at once)
├── MigrationInvalid      a migration file can't be read or replayed
├── HistoryInvalid        revisions form no graph with one beginning and one head
└── OperationsInvalid     a file that registers no operations of consumers
ProjectExists             `init` or `make` would write over something
CatalogueRefused          the catalogue would write over something
DifferenceUnexpressed     the desired ontology differs in ways no operation can express yet
MigrationRefused          right in itself, but not against this database
├── ForeignDatabase       holds data or an ontology that isn't this project's
├── MigrationEdited       an applied file was changed afterwards
├── DataInTheWay          data that is there would not be valid afterwards
├── OperationsBroken      operations of consumers would break
├── VersionIsDraft        a version is not proposed yet
├── ApprovalMissing       fewer people approved a version than the project asks for
├── ApprovalRefused       somebody approves who may not
├── RepairRefused         a changed file does something else than was applied
├── StepFailed            a step over data of the author's own failed at an asset
├── RequirementUnmet      what a migration requires of the database does not hold
├── SchemaCommandFailed   Neo4j refused a constraint or index
├── OntologyMissing       holds no ontology yet
├── LeaseHeld             somebody else is migrating
├── MigrationPaused       somebody asked for a pause
└── LeaseLost             the lease ended under a runner that was too slow; it wrote nothing since
DatabaseUnavailable
└── MigrationInterrupted      the database failed, or was lost, under a run
"""

from __future__ import annotations

from graph.errors import DatabaseUnavailable, InvalidInput, ManyProblems, Refused


class ProjectInvalid(ManyProblems, InvalidInput):
    """A project's files don't hold together."""

    code = "PROJECT_INVALID"


class MigrationInvalid(ProjectInvalid):
    """A migration file can't be read or replayed."""

    code = "MIGRATION_INVALID"


class HistoryInvalid(ProjectInvalid):
    """The revisions form no graph with one beginning and one head."""

    code = "HISTORY_INVALID"


class OperationsInvalid(ProjectInvalid):
    """A file does not register operations of consumers."""

    code = "OPERATIONS_INVALID"


class ProjectExists(InvalidInput):
    """Something is where a project or a migration file was to be written."""

    code = "PROJECT_EXISTS"


class CatalogueRefused(InvalidInput):
    """Something is where the pages of a catalogue were to be written."""

    code = "CATALOGUE_REFUSED"


class DifferenceUnexpressed(ProjectInvalid):
    """The desired ontology differs from the head in ways that no operation can express yet."""

    code = "DIFFERENCE_UNEXPRESSED"


class MigrationRefused(Refused):
    """A migration that does not fit the database."""

    code = "MIGRATION_REFUSED"


class ForeignDatabase(MigrationRefused):
    """The database holds data or an ontology that isn't this project's."""

    code = "FOREIGN_DATABASE"


class MigrationEdited(MigrationRefused):
    """An applied migration file was changed afterwards."""

    code = "MIGRATION_EDITED"


class DataInTheWay(ManyProblems, MigrationRefused):
    """Data that is there would not be valid afterwards."""

    code = "DATA_IN_THE_WAY"


class StepFailed(MigrationRefused):
    """A step over data that the author wrote failed at an asset."""

    code = "STEP_FAILED"


class OperationsBroken(ManyProblems, MigrationRefused):
    """Operations that consumers registered or use would break."""

    code = "OPERATIONS_BROKEN"


class VersionIsDraft(MigrationRefused):
    """A version is not proposed yet."""

    code = "VERSION_DRAFT"


class ApprovalMissing(MigrationRefused):
    """Fewer people approved a version, as its file is, than the project asks for."""

    code = "APPROVAL_MISSING"


class ApprovalRefused(MigrationRefused):
    """Somebody approves a version who may not."""

    code = "APPROVAL_REFUSED"


class RepairRefused(MigrationRefused):
    """A changed file does something else than was applied, or nobody says why it was changed."""

    code = "REPAIR_REFUSED"


class RequirementUnmet(MigrationRefused):
    """What a migration requires of the database does not hold."""

    code = "REQUIREMENT_UNMET"


class SchemaCommandFailed(MigrationRefused):
    """Neo4j refused a constraint or index."""

    code = "SCHEMA_COMMAND_FAILED"


class OntologyMissing(MigrationRefused):
    """The database holds no ontology yet."""

    code = "ONTOLOGY_MISSING"


class LeaseHeld(MigrationRefused):
    """Somebody else is migrating this database."""

    code = "LEASE_HELD"


class MigrationPaused(MigrationRefused):
    """A migration that somebody paused; what it had done is kept."""

    code = "MIGRATION_PAUSED"


class LeaseLost(MigrationRefused):
    """The lease ended under a runner that was too slow."""

    code = "LEASE_LOST"


class MigrationInterrupted(DatabaseUnavailable):
    """The database failed, or was lost, under a run; what it had done is kept."""

    code = "MIGRATION_INTERRUPTED"
