"""The Kafka door of a service: every process of every replica is a member of the group, and gets a part of it."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from structlog.stdlib import get_logger

from app.ingest.intake import PartitionIntake
from app.ingest.kafka import Claiming, KafkaDoor
from app.ingest.kafka_address import KafkaAddress
from app.ingest.mapping import Mapping
from app.ingest.mqtt_service import client_of, mapping_of
from app.setting_words import KafkaBegin, KafkaKeyless
from app.settings import Settings
from graph.access import operator
from graph.clock import Clock
from graph.deadletters import DeadLetters
from graph.errors import ValueInvalid
from graph.identity import parse_tenant

_AGAIN_SECONDS: Final = 2.0
"""Between two tries to open the door."""


def kafka_address_of(settings: Settings, mapping: Mapping | None) -> KafkaAddress | None:
    """Return the Kafka that the settings name, None for none. Raises ValueInvalid for what doesn't go together."""
    if not settings.kafka_servers:
        return None
    topics = (*settings.kafka_topics, *(mapping.kafka_topics if mapping else ()))
    if not topics:
        raise ValueInvalid(
            "There is a Kafka and nothing to read",
            place="TWIN_KAFKA_TOPICS",
            expected="topics, or a mapping file with topics of Kafka (TWIN_MAPPING)",
        )
    return replace(kafka_of(settings), topics=tuple(dict.fromkeys(topics)))


def kafka_of(settings: Settings) -> KafkaAddress:
    """Return the Kafka that the settings name and how to come in, without topics. Raises ValueInvalid for none."""
    if not settings.kafka_servers:
        raise ValueInvalid("There is no Kafka", place="TWIN_KAFKA_SERVERS", expected="host:9092")
    if (settings.kafka_sasl is None) != (settings.kafka_user is None):
        raise ValueInvalid("A user is shown by SASL", place="TWIN_KAFKA_USER", expected="TWIN_KAFKA_SASL as well")
    return KafkaAddress(
        servers=settings.kafka_servers,
        group=settings.kafka_group,
        topics=(),
        earliest=settings.kafka_begin is KafkaBegin.EARLIEST,
        tls=settings.kafka_tls,
        authority=_file(settings.kafka_ca, "TWIN_KAFKA_CA"),
        certificate=_file(settings.kafka_certificate, "TWIN_KAFKA_CERTIFICATE"),
        key=_file(settings.kafka_key, "TWIN_KAFKA_KEY"),
        sasl=settings.kafka_sasl,
        user=settings.kafka_user or "",
        password=settings.kafka_password.get_secret_value(),
    )


def kafka_service(
    settings: Settings, intake: PartitionIntake, positions: Claiming, letters: DeadLetters
) -> KafkaService | None:
    """Return the door of the settings, None where they name no Kafka. Raises ValueInvalid, MappingInvalid."""
    mapping = mapping_of(settings)
    address = kafka_address_of(settings, mapping)
    if address is None:
        return None
    return KafkaService(settings, address, mapping, intake=intake, positions=positions, letters=letters)


class KafkaService:
    """The door over the Kafka of `address`, for the tenant of the settings."""

    def __init__(
        self,
        settings: Settings,
        address: KafkaAddress,
        mapping: Mapping | None,
        *,
        intake: PartitionIntake,
        positions: Claiming,
        letters: DeadLetters,
    ) -> None:
        self._settings = settings
        self._address = address
        self._mapping = mapping
        self._intake = intake
        self._positions = positions
        self._letters = letters

    async def run(self, clock: Clock) -> None:
        """Hold the door until cancelled."""
        with _seat(self._settings) as member:
            address = replace(self._address, member=member)
            while True:
                try:
                    await self._held(address, clock)
                except Exception:  # noqa: BLE001  told, and tried again
                    # Never to end unheard of: what no step was taken over comes again.
                    get_logger("twin.kafka").exception("the Kafka door failed, and is opened again")
                    await asyncio.sleep(_AGAIN_SECONDS)

    async def _held(self, address: KafkaAddress, clock: Clock) -> None:
        from app.ingest.kafka_link import KafkaLink  # the client's library is read where there is a Kafka

        link = KafkaLink(address, clock, name=secrets.token_hex(8))
        door = KafkaDoor(
            link=link,
            intake=self._intake,
            positions=self._positions,
            letters=self._letters,
            principal=operator(parse_tenant(self._settings.tenant), name="kafka"),
            mapping=self._mapping,
            keyless=self._settings.kafka_keyless is KafkaKeyless.TAKE,
        )
        try:
            link.start()
            await door.run()
        finally:
            await link.stop()


@contextmanager
def _seat(settings: Settings) -> Generator[str]:
    """Hold the first free seat of this data folder, and give an id for it: whoever sits there next is known by it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    for number in itertools.count():
        lock = FileLock(settings.data_dir / f"kafka-{number}.lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        try:
            yield f"{client_of(settings)}-{number}"
        finally:
            lock.release()
        return


def _file(path: Path | None, setting: str) -> Path | None:
    if path is not None and not path.is_file():
        raise ValueInvalid(f"{path} can't be opened", place=setting, expected="a file in PEM")
    return path
