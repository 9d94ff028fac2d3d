"""A Kafka of the test run, on loopback: one broker in KRaft mode, on the Java and by the checked jars that Neo4j has.

TWIN_TEST_KAFKA_JARS names a folder of its jars where there is no network.
"""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from graph.database.local.download import RepositorySource
from graph.database.local.errors import JarsUnavailable
from graph.database.local.jars import FolderSource, JarFolder
from graph.database.local.java import bundled
from graph.database.local.release import Release, parse_lock

LEFT_OUT = "Kafka's jars can't be had (TWIN_TEST_KAFKA_JARS names a folder of them where there is no network)"
_VERSION = "4.3.1"
_CONFIGURATION = """
process.roles=broker,controller
node.id=1
listeners={protocol}://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={protocol}://127.0.0.1:{port}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listener.security.protocol.map={protocol}:{protocol},CONTROLLER:PLAINTEXT
inter.broker.listener.name={protocol}
log.dirs={logs}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
message.max.bytes=20000000
"""
_JAVA_OPTIONS = ("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def release() -> Release:
    """The pinned Kafka."""
    return parse_lock(_VERSION, Path(__file__).with_name("kafka.lock").read_text(encoding="utf-8"))


def jars() -> list[Path] | None:
    """The jars on this machine, each checked; fetched where they aren't there yet, None where they can't be had."""
    data = os.environ.get("TWIN_DATA_DIR")
    home = Path(data) if data else platformdirs.user_data_path("twin-topology", appauthor=False)
    named = os.environ.get("TWIN_TEST_KAFKA_JARS")
    folder = JarFolder(folder=home / "cache" / "jars" / f"kafka-{_VERSION}", release=release())
    try:
        folder.complete(FolderSource(folder=Path(named)) if named else RepositorySource())
    except JarsUnavailable:
        return None
    return folder.classpath()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one comes in: the protocol, what the broker's configuration says of it, and what a client has to show."""

    protocol: str = "PLAINTEXT"
    properties: str = ""
    client: dict[str, str] = field(default_factory=dict[str, str])


class Broker:
    """A broker that can be ended, killed and started again; what it holds stays in its folder."""

    def __init__(self, folder: Path, classpath: list[Path], access: Access | None = None) -> None:
        self.port, controller = _free_ports()
        self._access = access or Access()
        self._classpath = ":".join(map(str, classpath))
        self._folder = folder
        self._configuration = folder / "server.properties"
        logs = folder / "logs"
        known = _CONFIGURATION.format(port=self.port, controller=controller, logs=logs, protocol=self._access.protocol)
        self._configuration.write_text(known + self._access.properties)
        self._process: subprocess.Popen[bytes] | None = None
        cluster = base64.urlsafe_b64encode(b"t" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
        named = ("format", "--standalone", "-t", cluster, "-c", str(self._configuration))
        self._java("kafka.tools.StorageTool", *named).check_returncode()

    @property
    def servers(self) -> str:
        """The address to begin with."""
        return f"127.0.0.1:{self.port}"

    @property
    def client(self) -> dict[str, Any]:
        """What a client is made with."""
        return {"bootstrap.servers": self.servers, "log_level": 0, **self._access.client}

    def start(self) -> None:
        """Start it; returns when it answers."""
        command = bundled().command(*_JAVA_OPTIONS, "-cp", self._classpath, "kafka.Kafka", str(self._configuration))
        with (self._folder / "console.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        admin = AdminClient(self.client)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0 and admin.list_topics(timeout=60).brokers:
                    return
            assert self._process.poll() is None, (self._folder / "console.log").read_text()[-2_000:]
            time.sleep(0.1)
        raise AssertionError("Kafka doesn't answer")

    def stop(self) -> None:
        """End it cleanly."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def make(self, topic: str, partitions: int = 1) -> None:
        """Make a topic."""
        admin = AdminClient(self.client)
        admin.create_topics([NewTopic(topic, num_partitions=partitions, replication_factor=1)])[topic].result(30)

    def producer(self) -> Producer:
        """Return what writes records, each once."""
        known = {"message.max.bytes": 20_000_000, "enable.idempotence": True}
        return Producer({**self.client, **known})

    def produce(
        self,
        topic: str,
        *values: bytes | None,
        key: str | None = "k",
        headers: dict[str, str] | None = None,
        partition: int | None = None,
    ) -> None:
        """Write records and wait until the broker has them."""
        producer = self.producer()
        told: dict[str, str | bytes | None] = dict(headers or {})
        for value in values:
            producer.produce(topic, value, key, headers=told, partition=-1 if partition is None else partition)
        assert producer.flush(60) == 0

    def _java(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return bundled().run([*_JAVA_OPTIONS, "-cp", self._classpath, *arguments], home=self._folder)


@contextmanager
def kafka(folder: Path, access: Access | None = None) -> Generator[Broker | None]:
    """Yield a running broker, or None where there is none."""
    classpath = jars()
    if classpath is None:
        yield None
        return
    broker = Broker(folder, classpath, access)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
