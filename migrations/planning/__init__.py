"""Plans: what is left to be done, in which stages, and how much data that writes."""

from migrations.planning.edits import applied_text, edits_placed
from migrations.planning.forecast import Effort, Forecast, forecast
from migrations.planning.plan import Plan, make_plan, not_the_ledgers, refuse_strange, standing
from migrations.planning.stages import Stage, exchange

__all__ = [
    "Effort",
    "Forecast",
    "Plan",
    "Stage",
    "applied_text",
    "edits_placed",
    "exchange",
    "forecast",
    "make_plan",
    "not_the_ledgers",
    "refuse_strange",
    "standing",
]
