"""Real brokers that speak TLS and ask who comes: events come in by the settings, and nobody else does."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from app.ingest import Intake, PartitionIntake, broker_of, kafka_of
from app.ingest.kafka import KafkaDoor
from app.ingest.kafka_link import KafkaLink
from app.ingest.mqtt import MqttDoor
from app.ingest.mqtt_link import MqttLink
from app.settings import Settings, load_settings
from app.simulator import BrokerUnavailable, messages_of
from app.simulator.kafka import kafka_sender
from app.simulator.mqtt import mqtt_sender
from graph.access import operator
from graph.clock import SystemClock
from graph.deadletters import DeadLetters
from tests import certificates, kafka, mosquitto
from tests.app.ingest import test_kafka, test_mqtt
from tests.app.ingest.test_kafka import TENANT, letters
from tests.app.ingest.test_mqtt import cloud_event, until

__all__ = ["letters"]

pytestmark = pytest.mark.long

EVENTS = [cloud_event("A", number) for number in range(20)]
PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="a" user_admin="a"'


@pytest.fixture
def authority(tmp_path: Path) -> certificates.Authority:
    found = certificates.authority(tmp_path / "authority")
    if found is None:
        pytest.skip(certificates.LEFT_OUT)
    return found


@pytest.fixture
def mqtt(tmp_path: Path, authority: certificates.Authority) -> Iterator[Settings]:
    """The settings that lead to a Mosquitto that asks for a certificate and a password."""
    server, ours, passwords = authority.signed("server"), authority.signed("twin"), tmp_path / "passwords"
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    if mosquitto.program() is not None:
        subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "twin", "secret"], check=True, capture_output=True)
    access = (
        f"allow_anonymous false\npassword_file {passwords}\ncafile {authority.certificate}\n"
        f"certfile {server.certificate}\nkeyfile {server.key}\nrequire_certificate true"
    )
    with mosquitto.mosquitto(folder, access) as broker:
        if broker is None:
            pytest.skip(mosquitto.LEFT_OUT)
        yield load_settings(
            mqtt_url=f"mqtts://twin:secret@127.0.0.1:{broker.port}",
            mqtt_ca=authority.certificate,
            mqtt_certificate=ours.certificate,
            mqtt_key=ours.key,
        )


async def test_mqtt_by_tls_certificate_and_password(mqtt: Settings, letters: DeadLetters) -> None:
    states = test_mqtt.States()
    link = MqttLink(broker_of(mqtt, client="twin", filters=("events",)), SystemClock())
    door = MqttDoor(
        link=link,
        intake=Intake(states, SystemClock()),
        letters=letters,
        principal=operator(TENANT),
        clock=SystemClock(),
    )
    link.start()
    running = asyncio.create_task(door.run())
    await until(lambda: link.subscribed)
    async with mqtt_sender(broker_of(mqtt, client=""), "events") as sender:
        await sender.send(messages_of(EVENTS))
    await until(lambda: len(states.events) == len(EVENTS))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await link.stop()


# paho leaves the socket open whose broker it doesn't trust, to whoever tidies up.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("lacks", ["password", "certificate", "authority"])
async def test_mqtt_lets_nobody_else_in_and_we_trust_nobody_else(mqtt: Settings, lacks: str) -> None:
    address = broker_of(mqtt, client="")
    wrong = {
        "password": replace(address, password="guessed"),
        "certificate": replace(address, certificate=None, key=None),
        "authority": replace(address, authority=None),
    }
    with pytest.raises(BrokerUnavailable):
        async with mqtt_sender(wrong[lacks], "events") as sender:
            await sender.send(messages_of(EVENTS[:1]))


@pytest.fixture
def secured(tmp_path: Path, authority: certificates.Authority) -> Iterator[tuple[kafka.Broker, Settings]]:
    """A Kafka that speaks TLS and asks for a password, and the settings that lead to it."""
    server, store = authority.signed("server"), tmp_path / "store.pem"
    store.write_text(server.key.read_text() + server.certificate.read_text())
    properties = (
        "sasl.enabled.mechanisms=PLAIN\nsasl.mechanism.inter.broker.protocol=PLAIN\n"
        f'listener.name.sasl_ssl.plain.sasl.jaas.config={PLAIN} user_twin="secret";\n'
        f"ssl.keystore.type=PEM\nssl.keystore.location={store}\n"
        f"ssl.truststore.type=PEM\nssl.truststore.location={authority.certificate}\n"
    )
    shown = {"sasl.mechanism": "PLAIN", "sasl.username": "twin", "sasl.password": "secret"}
    client = {"security.protocol": "sasl_ssl", "ssl.ca.location": str(authority.certificate), **shown}
    folder = tmp_path / "kafka"
    folder.mkdir()
    with kafka.kafka(folder, kafka.Access(protocol="SASL_SSL", properties=properties, client=client)) as broker:
        if broker is None:
            pytest.skip(kafka.LEFT_OUT)
        broker.make("events")
        settings = load_settings(
            kafka_servers=(broker.servers,),
            kafka_tls=True,
            kafka_ca=authority.certificate,
            kafka_sasl="PLAIN",
            kafka_user="twin",
            kafka_password="secret",
        )
        yield broker, settings


async def test_kafka_by_tls_and_password(secured: tuple[kafka.Broker, Settings], letters: DeadLetters) -> None:
    broker, settings = secured
    states = test_kafka.States()
    address = replace(kafka_of(settings), topics=("events",))
    link = KafkaLink(address, SystemClock(), name="one")
    door = KafkaDoor(
        link=link,
        intake=PartitionIntake(states, Intake(states, SystemClock())),
        positions=states,
        letters=letters,
        principal=operator(TENANT),
    )
    link.start()
    running = asyncio.create_task(door.run())
    broker.produce("events", orjson.dumps(EVENTS[0]))
    async with kafka_sender(address, "events") as sender:
        await sender.send(messages_of(EVENTS[1:]))
    await until(lambda: len(states.events) == len(EVENTS), 60)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await link.stop()
    async with kafka_sender(replace(address, password="guessed"), "events") as sender:
        with pytest.raises(BrokerUnavailable):
            await sender.send(messages_of(EVENTS[:1]))
