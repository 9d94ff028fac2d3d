"""The state of a Sparkplug host on a real broker: born with its will, dead when it is gone, born again when outdone."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.ingest import Mapping
from app.ingest.host_state import HostState, certificate, death_of
from app.ingest.mapping_document import parse_mapping_file
from app.ingest.mqtt_link import parse_address
from app.ingest.mqtt_service import address_of
from app.settings import SettingsInvalid, load_settings
from graph.clock import SystemClock
from graph.errors import ValueInvalid
from tests.app.ingest.test_mqtt import MAPPING, commands, publish, until
from tests.mosquitto import LEFT_OUT, Broker, mosquitto


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto")) as found:
        if found is None:
            pytest.skip(LEFT_OUT)
        yield found


@asynccontextmanager
async def followed(broker: Broker, topic: str, *, client: str = "twin", version: str = "5") -> AsyncIterator[Any]:
    """Yield a host's state that is followed while `listening` says so."""
    address = replace(parse_address(broker.url, client=client, filters=(), version=version), state=topic)
    state = HostState(address, SystemClock())
    listening = [True]
    running = asyncio.create_task(state.follow(lambda: listening[0]))
    try:
        yield state, listening
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def said(heard: list[bytes]) -> list[tuple[bool, int]]:
    told = [json.loads(each) for each in heard]
    return [(each["online"], each["timestamp"]) for each in told]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_it_is_online_while_it_listens_and_dies_with_the_time_of_its_birth(broker: Broker, version: str) -> None:
    topic = f"spBv1.0/STATE/host{version[0]}"
    with commands(broker, topic) as heard:
        async with followed(broker, topic, version=version) as (_, listening):
            await until(lambda: heard)
            listening[0] = False
            await until(lambda: len(heard) > 1)
            listening[0] = True
            await until(lambda: len(heard) > 2)
        await until(lambda: len(said(heard)) > 1 and not said(heard)[-1][0])
    first, second, third, *_ = said(heard)
    assert (first[0], second, third[0]) == (True, (False, first[1]), True)
    assert said(heard)[-1] == (False, third[1])
    with commands(broker, topic) as retained:
        await until(lambda: retained)
    assert said(retained) == [(False, third[1])]


async def test_the_broker_says_that_it_is_gone_and_it_comes_back_later_than_before(broker: Broker) -> None:
    topic = "spBv1.0/STATE/cut"
    with commands(broker, topic) as heard:
        async with followed(broker, topic) as (state, _):
            await until(lambda: heard)
            state._client.socket().shutdown(socket.SHUT_RDWR)
            await until(lambda: len({each for each in said(heard) if each[0]}) == 2)
    (_, born), (gone, died), *later = said(heard)
    assert (gone, died) == (False, born)
    assert all(time > born for _, time in later if time != born)


async def test_who_shares_its_id_says_again_that_it_is_there(broker: Broker) -> None:
    topic = "spBv1.0/STATE/shared"
    with commands(broker, topic) as heard:
        async with followed(broker, topic, client="one") as (one, _):
            await until(lambda: heard)
            await asyncio.to_thread(publish, broker, topic, certificate(online=False, time=5))
            await until(lambda: len(said(heard)) > 2)
            assert said(heard)[-1] == said(heard)[0]
            later = one._began + 86_400_000
            await asyncio.to_thread(publish, broker, topic, certificate(online=False, time=later))
            await until(lambda: (True, later + 1) in said(heard))


class Slow:
    """A client whose thread hears of a death while the goodbye is under way."""

    def __init__(self) -> None:
        self.state: Any = None
        self.told: list[bytes] = []

    def is_connected(self) -> bool:
        return True

    def publish(self, _topic: str, payload: bytes, **_given: object) -> Slow:
        self.told.append(payload)
        return self

    def wait_for_publish(self, _seconds: float) -> None:
        self.state._born(self)

    def disconnect(self) -> None:
        self.state._connected(self, None, None, Succeeded(), None)

    def subscribe(self, *_args: object, **_given: object) -> None:
        """Nothing comes."""

    def loop_stop(self) -> None:
        """It has none."""


class Succeeded:
    """What a broker answers."""

    is_failure = False


async def test_nobody_is_born_after_the_goodbye() -> None:
    address = replace(parse_address("mqtt://b", client="twin", filters=()), state="t")
    state: Any = HostState(address, SystemClock())
    client = Slow()
    client.state, state._client = state, client
    state._born(client)
    await state._end()
    assert [online for online, _ in said(client.told)] == [True, False]


@pytest.mark.parametrize(
    "payload", [b"", b"\xff", b"[]", b"1", b'{"online": true, "timestamp": 1}', b'{"online": false}']
)
def test_what_is_no_death_is_none(payload: bytes) -> None:
    assert death_of(payload) is None
    assert death_of(certificate(online=False, time=7)) == 7


def test_a_host_has_an_id_and_nodes() -> None:
    given = {"mqtt_url": "mqtt://b", "mqtt_topics": ("t",), "sparkplug_host": "twin"}
    mapping = Mapping(parse_mapping_file(MAPPING))
    address = address_of(load_settings(**given), mapping)
    assert address is not None
    assert address.state == "spBv1.0/STATE/twin"
    with pytest.raises(ValueInvalid):
        address_of(load_settings(**given), None)
    with pytest.raises(SettingsInvalid):
        load_settings(**{**given, "sparkplug_host": "a/b"})


def test_certificates_that_cant_be_used_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    given = {"mqtt_url": "mqtts://b", "mqtt_topics": ("t",), "mqtt_ca": tmp_path / "ca.pem"}
    address = address_of(load_settings(**given), None)
    assert address is not None
    with pytest.raises(ValueInvalid):
        address.context()
