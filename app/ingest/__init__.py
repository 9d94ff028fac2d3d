"""Events as they come over any transport: decoded into the twin's own, taken, and counted."""

from app.ingest.cloudevents import binary_event, event_of, structured_events
from app.ingest.intake import Decoded, Intake, Taking, Told

__all__ = ["Decoded", "Intake", "Taking", "Told", "binary_event", "event_of", "structured_events"]
