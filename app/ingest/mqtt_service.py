"""The MQTT door of a service: one process of a machine holds it, another takes over when that one ends."""

from __future__ import annotations

import asyncio
import hashlib
import platform
import time
from dataclasses import replace
from typing import Final

from filelock import FileLock, Timeout
from structlog.stdlib import get_logger

from app.ingest.host_state import HostState
from app.ingest.intake import Intake
from app.ingest.mapping import Mapping
from app.ingest.mapping_document import load_mapping_file
from app.ingest.mqtt import MqttDoor
from app.ingest.mqtt_link import MqttAddress, MqttLink, parse_address
from app.ingest.sparkplug import Host
from app.settings import Settings
from graph.access import operator
from graph.clock import Clock
from graph.deadletters import DeadLetters
from graph.errors import ValueInvalid
from graph.identity import parse_tenant

_LOOK_SECONDS: Final = 2.0
"""Between two tries to take the door over."""


def mapping_of(settings: Settings) -> Mapping | None:
    """Return the mapping that the settings name. Raises ValueInvalid, MappingInvalid."""
    return None if settings.mapping is None else Mapping(load_mapping_file(settings.mapping))


def address_of(settings: Settings, mapping: Mapping | None) -> MqttAddress | None:
    """Return the broker that the settings name, None for none. Raises ValueInvalid where nothing is subscribed to."""
    if settings.mqtt_url is None:
        return None
    filters = (*settings.mqtt_topics, *(mapping.filters if mapping else ()))
    alone = mapping.sparkplug_filters if mapping else ()
    if not filters and not alone:
        raise ValueInvalid(
            "There is a broker and nothing to subscribe to",
            place="TWIN_MQTT_TOPICS",
            expected="topic filters, or a mapping file with topics (TWIN_MAPPING)",
        )
    host = settings.sparkplug_host
    if host and not alone:
        raise ValueInvalid(
            "A host of Sparkplug listens to no node",
            place="TWIN_SPARKPLUG_HOST",
            expected="a mapping file with topics of Sparkplug (TWIN_MAPPING)",
        )
    return replace(
        broker_of(settings, client=settings.mqtt_client or client_of(settings), filters=tuple(dict.fromkeys(filters))),
        alone=alone,
        state=f"spBv1.0/STATE/{host}" if host else "",
    )


def broker_of(settings: Settings, *, client: str, filters: tuple[str, ...] = ()) -> MqttAddress:
    """Return the broker that the settings name and how to come in. Raises ValueInvalid where they name none."""
    if settings.mqtt_url is None:
        raise ValueInvalid(
            "There is no broker", place="TWIN_MQTT_URL", expected="mqtt://host:1883 or mqtts://host:8883"
        )
    address = parse_address(
        settings.mqtt_url.get_secret_value(),
        client=client,
        filters=filters,
        group=settings.mqtt_group,
        version=settings.mqtt_version,
    )
    return replace(address, authority=settings.mqtt_ca, certificate=settings.mqtt_certificate, key=settings.mqtt_key)


def mqtt_service(settings: Settings, intake: Intake, letters: DeadLetters) -> MqttService | None:
    """Return the door of the settings, None where they name no broker. Raises ValueInvalid, MappingInvalid."""
    mapping = mapping_of(settings)
    address = address_of(settings, mapping)
    if address is not None:
        address.context()  # what is wrong with certificates is told at the start, not when the door is opened
    return None if address is None else MqttService(settings, address, mapping, intake=intake, letters=letters)


class MqttService:
    """The door over the broker of `address`, for the tenant of the settings."""

    def __init__(
        self, settings: Settings, address: MqttAddress, mapping: Mapping | None, *, intake: Intake, letters: DeadLetters
    ) -> None:
        self._settings = settings
        self._address = address
        self._mapping = mapping
        self._intake = intake
        self._letters = letters

    async def run(self, clock: Clock) -> None:
        """Hold the door until cancelled, as soon as no other process of this data folder does."""
        lock = FileLock(self._settings.data_dir / "mqtt.lock", thread_local=False)
        await self._locked(lock)
        try:
            while True:
                try:
                    await self._held(clock)
                except Exception:  # noqa: BLE001  told, and tried again
                    # Never to end unheard of: what wasn't acknowledged comes again.
                    get_logger("twin.mqtt").exception("the MQTT door failed, and is opened again")
                    await asyncio.sleep(_LOOK_SECONDS)
        finally:
            lock.release()

    async def _locked(self, lock: FileLock) -> None:
        self._settings.data_dir.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                await asyncio.sleep(_LOOK_SECONDS)
            else:
                return

    async def _held(self, clock: Clock) -> None:
        link = MqttLink(self._address, clock)
        door = MqttDoor(
            link=link,
            intake=self._intake,
            letters=self._letters,
            principal=operator(parse_tenant(self._settings.tenant), name="mqtt"),
            clock=clock,
            mapping=self._mapping,
            host=_host(self._mapping),
        )
        link.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(door.run())
                if self._address.state:
                    tasks.create_task(HostState(self._address, clock).follow(lambda: link.subscribed))
        finally:
            await link.stop()


def _host(mapping: Mapping | None) -> Host | None:
    return Host(mapping, time.monotonic) if mapping is not None and mapping.sparkplug_filters else None


def client_of(settings: Settings) -> str:
    """Return an id that stays the same, so that a broker knows us again after a restart."""
    place = f"{platform.node()} {settings.data_dir.resolve()}"
    return f"twin-{hashlib.blake2b(place.encode(), digest_size=8).hexdigest()}"
