"""Sends messages to an MQTT broker, at QoS 1."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from threading import Condition, Event
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from app.ingest import MqttAddress
from app.simulator.errors import BrokerUnavailable
from app.simulator.messages import Message

_CONNECT_SECONDS: Final = 10.0
_SEND_SECONDS: Final = 60.0


class MqttSender:
    """Sends to one topic. `start` and `stop` once."""

    def __init__(self, address: MqttAddress, topic: str) -> None:
        self._address = address
        self._topic = topic
        self._answered = Event()
        self._news = Condition()
        self._acknowledged: set[int] = set()
        self._refusal = ""
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=address.client, protocol=address.version)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._lost
        self._client.on_publish = self._published
        address.admit(self._client)

    def start(self) -> None:
        """Connect; returns when the broker has let us in. Raises BrokerUnavailable."""
        try:
            self._client.connect(self._address.host, self._address.port)
        except OSError as error:
            raise self._unavailable(str(error)) from error
        self._client.loop_start()
        if not self._answered.wait(_CONNECT_SECONDS) or self._refusal:
            self.stop()
            raise self._unavailable(self._refusal or "no answer")

    def stop(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    async def send(self, messages: Iterable[Message]) -> None:
        """Return when the broker has all messages; a connection that breaks meanwhile is made anew."""
        await asyncio.to_thread(self._send, list(messages))

    def _send(self, messages: Sequence[Message]) -> None:
        numbers = {
            self._client.publish(self._topic, each.payload, qos=1, properties=self._told(each)).mid for each in messages
        }
        with self._news:
            if not self._news.wait_for(lambda: self._refusal or numbers <= self._acknowledged, _SEND_SECONDS):
                raise self._unavailable("no answer")
            self._acknowledged -= numbers
        if self._refusal:
            raise self._unavailable(self._refusal)

    def _told(self, message: Message) -> Properties | None:
        if self._address.version is not MQTTProtocolVersion.MQTTv5:
            return None
        told = Properties(PacketTypes.PUBLISH)
        told.ContentType = message.media
        return told

    def _connected(
        self, _client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
        self._answered.set()

    def _lost(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not self._answered.is_set():  # later the connection is made anew
            self._refusal = str(reason)
            self._answered.set()

    def _published(
        self, _client: Client, _data: object, number: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        with self._news:
            self._acknowledged.add(number)
            if reason.is_failure:
                self._refusal = str(reason)
            self._news.notify_all()

    def _unavailable(self, reason: str) -> BrokerUnavailable:
        return BrokerUnavailable(
            f"The MQTT broker at {self._address.host}:{self._address.port} takes nothing",
            actual=reason[:200],
            hint="Look at TWIN_MQTT_URL and at what the broker lets this user do",
        )


@asynccontextmanager
async def mqtt_sender(address: MqttAddress, topic: str) -> AsyncGenerator[MqttSender]:
    """Yield a sender to a topic, connected. Raises BrokerUnavailable, ValueInvalid."""
    sender = MqttSender(address, topic)
    await asyncio.to_thread(sender.start)
    try:
        yield sender
    finally:
        await asyncio.to_thread(sender.stop)
