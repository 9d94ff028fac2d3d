"""The connection to an MQTT broker: messages come in, and each is acknowledged when its taker says so.

paho's network loop runs in a thread of its own; what it receives is handed to the event loop.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from typing import Any, Final, cast
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions
from structlog.stdlib import get_logger

from app.ingest.decoding import LONGEST, Message
from graph.clock import Clock, epoch_micros
from graph.deadletters import PAYLOAD_BYTES
from graph.errors import ValueInvalid

TRANSPORT: Final = "mqtt"
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_SESSION_SECONDS: Final = 7 * 86_400
"""How long a broker keeps what came while we were away."""

_UNACKNOWLEDGED: Final = 2_000
"""Messages under way at most: a broker of MQTT 5 sends no more, one of 3.1.1 has a bound of its own."""

_LONGEST: Final = 32 << 20
"""Bytes of a packet at most: a broker of MQTT 5 keeps longer ones to itself, so that nobody hears of them."""

_WITHOUT_PROMISE: Final = 20_000
"""Messages of QoS 0 that may wait: nobody holds them back, so more are dropped, which QoS 0 allows."""

_KEEPALIVE: Final = 30
"""Seconds after which a broker is told that we are there, where nothing else was said."""

_GIVEN_UP: Final = 1.5 * _KEEPALIVE
"""Seconds of silence after which a broker takes us for dead."""

ROOM: Final = 64 << 20
"""Bytes of all that may wait: beyond it messages of QoS 0 are dropped, and nothing is read before one of QoS 1."""

_TAKEN: Final = 8 << 20
"""Bytes that are taken at once, unless it is one message."""

_OVERHEAD: Final = 1_000
"""Bytes that a message takes beside what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttAddress:
    """A broker and how to come in. `group` is that of shared subscriptions; empty: everything comes to this one.

    What comes by the filters in `alone` is shared with nobody. `authority` is whose certificates are trusted,
    `certificate` and `key` are our own; all are files. `state` is the topic of a Sparkplug host's state, empty: none.
    """

    host: str
    port: int
    client: str
    filters: tuple[str, ...]
    alone: tuple[str, ...] = ()
    group: str = ""
    tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5
    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    state: str = ""

    def context(self) -> ssl.SSLContext | None:
        """Return how TLS is spoken, None where it isn't. Raises ValueInvalid for certificates that can't be used."""
        if not self.tls:
            return None
        try:
            context = ssl.create_default_context(cafile=self.authority)
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            raise ValueInvalid(
                "The certificates for the broker can't be used",
                place="TWIN_MQTT_CA, TWIN_MQTT_CERTIFICATE, TWIN_MQTT_KEY",
                expected="files in PEM, of which the key belongs to the certificate",
                actual=str(error)[:200],
            ) from error
        return context

    def admit(self, client: Client) -> None:
        """Tell a client how to come in. Raises as `context`."""
        if self.user is not None:
            client.username_pw_set(self.user, self.password)
        context = self.context()
        if context is not None:
            cast("Any", client).tls_set_context(context)  # its type is half unknown

    @property
    def subscriptions(self) -> list[tuple[str, Any]]:
        """What to subscribe to, at QoS 1.

        What is retained comes with a new subscription, not with each connection: it would look new each time.
        """
        shared = f"$share/{self.group}/" if self.group else ""
        five = self.version is MQTTProtocolVersion.MQTTv5
        how: Any = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB) if five else 1
        return [(f"{shared}{each}", how) for each in self.filters] + [(each, how) for each in self.alone]


def parse_address(url: str, *, client: str, filters: Sequence[str], group: str = "", version: str = "5") -> MqttAddress:
    """Return the address that `mqtt://user:password@host:1883` names. Raises ValueInvalid, without showing it."""
    parts = urlsplit(url)
    try:
        usual = _PORTS[parts.scheme]
        port = parts.port or usual
    except (KeyError, ValueError):
        port = 0
    if not port or not parts.hostname:
        raise ValueInvalid(
            "Not the address of a broker", place="TWIN_MQTT_URL", expected="mqtt://host:1883 or mqtts://host:8883"
        )
    return MqttAddress(
        host=parts.hostname,
        port=port,
        client=client,
        filters=tuple(filters),
        group=group,
        tls=parts.scheme == "mqtts",
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        version=MQTTProtocolVersion.MQTTv5 if version == "5" else MQTTProtocolVersion.MQTTv311,
    )


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message with what its acknowledgement needs; `connection` counts connections, whose numbers are their own."""

    message: Message
    number: int
    qos: int
    connection: int

    @property
    def weight(self) -> int:
        """Bytes that it takes in memory, about."""
        said = self.message
        named = sum(len(name) + len(value) for name, value in said.attributes.items())
        return _OVERHEAD + len(said.topic) + len(said.payload) + named


class MqttLink:
    """A connection that comes back by itself. `start` and `stop` once; for one event loop.

    While `room` bytes wait, its thread stops at the next message of QoS 1, so that the broker keeps the others; should
    it take that for a death, after `patience` seconds, it sends what wasn't acknowledged on the next connection.
    """

    def __init__(self, address: MqttAddress, clock: Clock, *, room: int = ROOM, patience: float = _GIVEN_UP) -> None:
        self._address = address
        self._clock = clock
        self._room = room
        self._patience = patience
        self._arrived: deque[Arrived] = deque()
        self._changed = Condition()
        self._leaving = False
        self._something = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._connection = 0
        self._log = get_logger("twin.mqtt")
        self._client = self._made()
        self.subscribed = False
        """Whether the broker has answered what was subscribed to on this connection, and can't take us for dead."""
        self.dropped = 0
        """Messages of QoS 0 that there was no room for."""
        self.weight = 0
        """Bytes of what waits."""

    def start(self) -> None:
        """Begin to connect; where the broker doesn't answer, again and again."""
        given: dict[str, Any] = {}
        if self._address.version is MQTTProtocolVersion.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = _SESSION_SECONDS
            properties.ReceiveMaximum = _UNACKNOWLEDGED
            properties.MaximumPacketSize = _LONGEST
            given = {"clean_start": False, "properties": properties}
        self._client.connect_async(self._address.host, self._address.port, keepalive=_KEEPALIVE, **given)
        self._client.loop_start()

    async def stop(self) -> None:
        """Leave the broker; it keeps what wasn't acknowledged."""
        with self._changed:
            self._leaving = True
            self._changed.notify_all()
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    async def take(self, most: int) -> list[Arrived]:
        """Return what has arrived, at most so many and so much as is taken at once, after waiting for the first."""
        while True:
            with self._changed:
                taken = self._taken(most)
                if not self._arrived:
                    self._something.clear()
                self._changed.notify_all()
            if taken:
                return taken
            await self._something.wait()

    def _taken(self, most: int) -> list[Arrived]:
        taken: list[Arrived] = []
        size = 0
        while self._arrived and len(taken) < most and (not taken or size + self._arrived[0].weight <= _TAKEN):
            taken.append(self._arrived.popleft())
            size += taken[-1].weight
        self.weight -= size
        return taken

    def acknowledge(self, arrived: Sequence[Arrived]) -> None:
        """Tell the broker that messages are safe. Those of a connection that is gone come again anyway."""
        for each in arrived:
            if each.qos and each.connection == self._connection:
                self._client.ack(each.number, each.qos)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message at QoS 0; without a connection it is lost."""
        self._client.publish(topic, payload)

    def _made(self) -> Client:
        address = self._address
        five = address.version is MQTTProtocolVersion.MQTTv5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=address.client,
            clean_session=None if five else False,
            protocol=address.version,
            manual_ack=True,
        )
        address.admit(client)
        client.reconnect_delay_set(min_delay=1, max_delay=30)
        client.on_connect = self._connected
        client.on_disconnect = self._lost
        client.on_message = self._came
        client.on_subscribe = self._granted
        return client

    def _connected(
        self, client: Client, _data: object, flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._log.warning("the broker refuses us", broker=self._address.host, reason=str(reason))
            return
        self._connection += 1
        self._log.info("connected to the broker", broker=self._address.host, resumed=flags.session_present)
        client.subscribe(self._address.subscriptions)

    def _granted(
        self, _client: Client, _data: object, _number: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        for (each, _), reason in zip(self._address.subscriptions, reasons, strict=False):
            if reason.is_failure:
                self._log.error("the broker refuses a subscription", topic=each, reason=str(reason))
        self.subscribed = True

    def _lost(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self.subscribed = False
        if reason.is_failure:
            self._log.warning("the connection to the broker is lost", broker=self._address.host, reason=str(reason))

    def _came(self, _client: Client, _data: object, came: MQTTMessage) -> None:
        message = _message(came, epoch_micros(self._clock.now()))
        with self._changed:
            if came.qos == 0 and (len(self._arrived) >= _WITHOUT_PROMISE or self.weight >= self._room):
                self.dropped += 1
                return
            self._wait_for_room()
            if self._leaving:
                return
            arrived = Arrived(message, came.mid, came.qos, self._connection)
            self._arrived.append(arrived)
            self.weight += arrived.weight
            first = not self._something.is_set()
        if first:
            self._loop.call_soon_threadsafe(self._something.set)

    def _wait_for_room(self) -> None:
        """Stand still until there is room, or we leave. Hold `changed`."""
        if self._changed.wait_for(self._goes_on, self._patience):
            return
        self._log.warning("too much waits: the broker takes us for dead", broker=self._address.host, bytes=self.weight)
        subscribed, self.subscribed = self.subscribed, False
        self._changed.wait_for(self._goes_on)
        self.subscribed = subscribed  # where the broker did give us up, `_lost` comes next

    def _goes_on(self) -> bool:
        return self._leaving or self.weight < self._room


def _message(came: MQTTMessage, received: int) -> Message:
    properties: Any = came.properties
    pairs = getattr(properties, "UserProperty", None) or ()
    try:
        topic = came.topic
    except UnicodeDecodeError:  # the broker should have refused it
        topic = ""
    payload = bytes(came.payload)
    too_long = len(payload) > LONGEST
    return Message(
        topic=topic,
        payload=payload[:PAYLOAD_BYTES] if too_long else payload,
        received=received,
        media=getattr(properties, "ContentType", "") or "",
        attributes=dict(pairs),
        transport=TRANSPORT,
        size=len(payload) if too_long else None,
    )
