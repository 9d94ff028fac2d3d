"""All REST operations that are served, in the order they are documented."""

from __future__ import annotations

from app.http.routes import Operation
from app.http.routes.alarms import ACKNOWLEDGE_ALARMS, LIST_ALARMS, SHELVE_ALARM, SHOW_ALARM, UNSHELVE_ALARM
from app.http.routes.bulk import EXPORT, LOAD
from app.http.routes.criticality import CRITICALITY, PROGRESS
from app.http.routes.events import EVENTS
from app.http.routes.evolution import ABORT, APPLY, APPROVE, COMPLETE, PAUSE, PLAN, RESUME, ROLLBACK
from app.http.routes.impact import IMPACT
from app.http.routes.planning import COMPARE, MAINTENANCE_CHECK
from app.http.routes.reconciliation import RECONCILE, REPAIR
from app.http.routes.reliability import CUT_SETS, SINGLE_POINTS
from app.http.routes.root_cause import ROOT_CAUSE


def operations() -> tuple[Operation, ...]:
    """Return them; a module of `app.http.routes` gives each subject's."""
    return (
        IMPACT,
        COMPARE,
        MAINTENANCE_CHECK,
        ROOT_CAUSE,
        SINGLE_POINTS,
        CUT_SETS,
        CRITICALITY,
        PROGRESS,
        LOAD,
        EXPORT,
        RECONCILE,
        REPAIR,
        EVENTS,
        LIST_ALARMS,
        ACKNOWLEDGE_ALARMS,
        SHOW_ALARM,
        SHELVE_ALARM,
        UNSHELVE_ALARM,
        PLAN,
        APPLY,
        COMPLETE,
        APPROVE,
        ROLLBACK,
        PAUSE,
        RESUME,
        ABORT,
    )
