"""The doors of a service to the brokers that its settings name."""

from __future__ import annotations

from typing import Protocol

from app.ingest.intake import Intake, PartitionIntake
from app.ingest.kafka_service import kafka_service
from app.ingest.mqtt_service import mqtt_service
from app.settings import Settings
from graph.clock import Clock
from graph.database import Database
from graph.deadletters import DeadLetters
from graph.state import Positions, StateService


class Door(Protocol):
    """Takes events until it is cancelled."""

    async def run(self, clock: Clock) -> None:
        """Hold the door."""
        ...


def broker_doors(
    settings: Settings, intake: Intake, *, states: StateService, database: Database, letters: DeadLetters
) -> list[Door]:
    """Return the doors of the settings, none where they name no broker. Raises ValueInvalid, MappingInvalid."""
    mqtt = mqtt_service(settings, intake, letters)
    kafka = kafka_service(settings, PartitionIntake(states, intake), Positions(database), letters)
    return [door for door in (mqtt, kafka) if door is not None]
