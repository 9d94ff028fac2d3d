"""What the service tells about itself: metrics, logs and traces."""

from app.telemetry.logs import configure_logs
from app.telemetry.metrics import Metrics
from app.telemetry.objectives import Burn, Objective, Objectives, Verdict
from app.telemetry.traces import RequestTrace, traced

__all__ = [
    "Burn",
    "Metrics",
    "Objective",
    "Objectives",
    "RequestTrace",
    "Verdict",
    "configure_logs",
    "traced",
]
