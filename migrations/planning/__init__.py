"""Plans: what is left to be done, in which stages, and how much data that writes."""

from migrations.planning.forecast import Effort, Forecast, forecast
from migrations.planning.plan import Plan, make_plan, not_the_ledgers, refuse_strange, standing
from migrations.planning.stages import Stage, exchange

__all__ = [
    "Effort",
    "Forecast",
    "Plan",
    "Stage",
    "exchange",
    "forecast",
    "make_plan",
    "not_the_ledgers",
    "refuse_strange",
    "standing",
]
