"""A simulator: believable telemetry of a twin's channels, with seeded faults, delays, duplicates and lies."""

from app.simulator.signals import Signal, Signals
from app.simulator.simulation import Simulated, Simulation, Wrongs

__all__ = ["Signal", "Signals", "Simulated", "Simulation", "Wrongs"]
