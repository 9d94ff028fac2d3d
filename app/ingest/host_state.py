"""The state of a Sparkplug host application: nodes that wait for their primary host learn whether we listen.

A retained message on `spBv1.0/STATE/<host id>` says so (Sparkplug 3.0, 5.7); the broker itself says that we are gone
where we can't (it is the will). This takes a connection of its own, because a host's has to begin anew each time, and
the one that takes messages is kept by the broker while we are away.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, Final

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from structlog.stdlib import get_logger

from app.ingest.mqtt_link import MqttAddress
from graph.clock import Clock, epoch_micros

_LOOK_SECONDS: Final = 0.5
_GOODBYE_SECONDS: Final = 2.0


def certificate(*, online: bool, time: int) -> bytes:
    """Return the birth or death certificate of a host; `time` in milliseconds since 1970."""
    return json.dumps({"online": online, "timestamp": time}, separators=(",", ":")).encode()


class HostState:
    """Tells the state of a host on the topic `address.state`. For one event loop.

    A birth has the time of the will that it was connected with. Who hears the death of a host of our id that began no
    later than we did (ours of a connection before, or of a replica) tells our birth again; of one that began later we
    begin anew, for nodes believe the later one.
    """

    def __init__(self, address: MqttAddress, clock: Clock) -> None:
        self._address = address
        self._clock = clock
        self._client: Client | None = None
        self._began = 0
        self._latest = -1
        self._outdone = False
        self._ending = Lock()
        """Held by the thread of a client while it tells a birth, and by whoever ends one."""

    async def follow(self, listening: Callable[[], bool]) -> None:
        """Be online while we are `listening`, until cancelled; then say that we are not."""
        try:
            while True:
                if self._client is not None and not listening():
                    await self._end()
                if self._outdone:
                    await self._end(told=False)
                if self._client is None and listening():
                    self._begin()
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            await asyncio.shield(self._end())

    def _begin(self) -> None:
        address = self._address
        five = address.version is MQTTProtocolVersion.MQTTv5
        name = f"{address.client}-state"
        client = Client(
            CallbackAPIVersion.VERSION2, name, clean_session=None if five else True, protocol=address.version
        )
        address.admit(client)
        client.reconnect_delay_set(min_delay=1, max_delay=30)
        client.on_pre_connect = self._connecting
        client.on_connect = self._connected
        client.on_message = self._came
        given: dict[str, Any] = {"clean_start": True} if five else {}
        client.connect_async(address.host, address.port, keepalive=30, **given)
        self._client, self._outdone = client, False
        client.loop_start()

    async def _end(self, *, told: bool = True) -> None:
        with self._ending:
            client, self._client, self._outdone = self._client, None, False
        if client is not None:
            await asyncio.to_thread(self._left, client, told=told)

    def _left(self, client: Client, *, told: bool) -> None:
        if told and client.is_connected():
            sent = client.publish(self._address.state, certificate(online=False, time=self._began), qos=1, retain=True)
            with suppress(RuntimeError, ValueError):  # the connection broke just now: the broker tells our will
                sent.wait_for_publish(_GOODBYE_SECONDS)
        client.disconnect()
        client.loop_stop()

    def _connecting(self, client: Client, _data: object) -> None:
        # After whatever is known of this id: another clock may have been ahead of ours.
        self._began = max(epoch_micros(self._clock.now()) // 1_000, self._latest + 1)
        client.will_set(self._address.state, certificate(online=False, time=self._began), qos=1, retain=True)

    def _connected(
        self, client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            get_logger("twin.mqtt").warning("the broker refuses the state of the host", reason=str(reason))
            return
        client.subscribe(self._address.state, qos=1)
        self._born(client)

    def _born(self, client: Client) -> None:
        """Tell the birth, unless its death is told by now: nobody would take that back."""
        with self._ending:
            if client is self._client:
                client.publish(self._address.state, certificate(online=True, time=self._began), qos=1, retain=True)

    def _came(self, client: Client, _data: object, came: MQTTMessage) -> None:
        time = death_of(bytes(came.payload))
        if time is None or client is not self._client:
            return
        if time > self._began:
            self._latest, self._outdone = time, True
        else:
            self._born(client)


def death_of(payload: bytes) -> int | None:
    """Return the time of a death certificate, None for whatever else comes."""
    try:
        said: Any = json.loads(payload)
        online, time = said["online"], said["timestamp"]
    except (ValueError, TypeError, KeyError):
        return None
    return time if online is False and isinstance(time, int) else None
