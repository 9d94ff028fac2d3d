"""A simulator: believable telemetry of a twin's channels, with seeded faults, delays, duplicates and lies."""

from app.simulator.errors import BrokerUnavailable
from app.simulator.messages import Message, Sender, messages_of
from app.simulator.signals import Signal, Signals
from app.simulator.simulation import Simulated, Simulation, Wrongs

__all__ = [
    "BrokerUnavailable",
    "Message",
    "Sender",
    "Signal",
    "Signals",
    "Simulated",
    "Simulation",
    "Wrongs",
    "messages_of",
]
