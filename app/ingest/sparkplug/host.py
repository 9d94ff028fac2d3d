"""The host of Sparkplug's nodes: follows births, data and deaths, and says what they mean as events.

What a node says can be read only by what it was born with, so a host has a memory, and messages go through it in the
order in which they come. Whatever it has missed it asks for: the node is told to send its births again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Final

from app.ingest.mapping import Mapping
from app.ingest.sparkplug.errors import SparkplugInvalid, SparkplugUnborn
from app.ingest.sparkplug.life import TURN, Birth, Life, Said
from app.ingest.sparkplug.meaning import events_of
from app.ingest.sparkplug.payload import Metric, Payload, decode
from app.ingest.sparkplug.topic import Kind, Topic, parse_topic
from graph.errors import Problem, TwinError
from graph.state import Event

NODES: Final = 10_000
"""Nodes that are remembered; of those over it, the one that was silent longest is asked for its births again."""

ASK_SECONDS: Final = 60.0
"""The least between two times that one node is asked for its births."""

_LIFE_NUMBER: Final = "bdSeq"


class Host:
    """What all nodes have said so far. Not for several threads at once. `seconds` is a clock that never goes back."""

    def __init__(self, mapping: Mapping, seconds: Callable[[], float]) -> None:
        self._mapping = mapping
        self._seconds = seconds
        self._lives: dict[str, Life] = {}
        self._asked: dict[str, float] = {}
        self._wanted: list[str] = []

    def decoded(self, topic: str, body: bytes, *, received: int) -> list[Event | Problem]:
        """Return the events of the next message, and why others are none; `received` in microseconds since 1970.

        Raises nothing. Of what the mapping has no form for nothing comes.
        """
        told = parse_topic(topic)
        if told is None:
            return []
        try:
            payload = decode(body)
            said, number, sequence = self._heard(told, payload, received)
        except SparkplugUnborn as refusal:
            self._ask(told)
            return [refusal.problem] if self._concerns(told) else []
        except TwinError as refusal:
            return [refusal.problem]
        digest = _digest(topic, body)
        return [
            event
            for device, metrics in said.items()
            for event in events_of(self._mapping, told, device, metrics, marks=(digest, number, sequence))
        ]

    def wanted(self) -> list[str]:
        """Return the topics on which births are to be asked for by now, each once."""
        wanted, self._wanted = self._wanted, []
        return wanted

    def _heard(self, told: Topic, payload: Payload, received: int) -> tuple[dict[str, list[Said]], int, int]:
        """Return by device what is said now, the life it is of, and its number in that life."""
        if told.kind is Kind.NODE_BIRTH:
            return self._born(told, payload, received)
        life = self._lives.get(told.edge)
        if told.kind is Kind.NODE_DEATH:
            return self._died(told, payload, life)
        if life is None:
            raise SparkplugUnborn("The node's birth wasn't heard", place="topic", actual=told.edge[:80])
        if not life.follows(payload.sequence):
            self._ask(told)
        time = received if payload.time is None else payload.time
        if told.kind is Kind.DEVICE_DEATH:
            gone = life.devices.pop(told.device, Birth()).gone()
            return {told.device: gone}, life.number, TURN
        born = told.kind is Kind.DEVICE_BIRTH
        if born:
            life.devices[told.device] = Birth.of(_named(payload))
        birth = life.devices.get(told.device) if told.device else life.node
        if birth is None:
            raise SparkplugUnborn("The device's birth wasn't heard", place="topic", actual=told.device[:80])
        return {told.device: birth.heard(payload.metrics, time, born=born)}, life.number, life.sequence

    def _born(self, told: Topic, payload: Payload, received: int) -> tuple[dict[str, list[Said]], int, int]:
        number = _life_number(payload)
        if number is None or payload.sequence is None:
            raise SparkplugInvalid(
                "A birth certificate lacks its numbers", place="payload", expected=f"seq, and a metric {_LIFE_NUMBER}"
            )
        before = self._lives.pop(told.edge, None)
        life = Life(number, payload.sequence, Birth.of(_named(payload)))
        time = received if payload.time is None else payload.time
        said = {"": life.node.heard(payload.metrics, time, born=True)}
        if before is not None and before.number == number:
            life.devices = before.devices  # it was asked to say it all again
        elif before is not None:
            for device, birth in before.devices.items():  # it died unheard, and they with it
                said[device] = birth.gone()
        self._lives[told.edge] = life
        while len(self._lives) > NODES:
            del self._lives[next(iter(self._lives))]
        return said, number, life.sequence

    def _died(self, told: Topic, payload: Payload, life: Life | None) -> tuple[dict[str, list[Said]], int, int]:
        number = _life_number(payload)
        if life is None or (number is not None and number != life.number):
            return {}, 0, 0  # of a life before this one, or of one that wasn't heard of
        del self._lives[told.edge]
        said = {"": life.node.gone(), **{device: birth.gone() for device, birth in life.devices.items()}}
        return said, life.number, TURN

    def _ask(self, told: Topic) -> None:
        now = self._seconds()
        if now - self._asked.get(told.edge, -ASK_SECONDS) < ASK_SECONDS:
            return
        self._asked[told.edge] = now
        while len(self._asked) > NODES:
            del self._asked[next(iter(self._asked))]
        self._wanted.append(told.command)

    def _concerns(self, told: Topic) -> bool:
        """Whether the mapping speaks of whoever said something; a node's silence concerns all of its devices."""
        return any(True for _ in self._mapping.sparkplug_forms(told.said_of(told.device)))


def _named(payload: Payload) -> Iterable[Metric]:
    for each in payload.metrics:
        if not each.name:
            raise SparkplugInvalid("A metric of a birth certificate has no name", place="metrics")
        yield each


def _life_number(payload: Payload) -> int | None:
    for each in payload.metrics:
        if each.name == _LIFE_NUMBER and isinstance(each.value, int):
            return each.value
    return None


def _digest(topic: str, body: bytes) -> str:
    return hashlib.blake2b(topic.encode("utf-8", "surrogatepass") + b"\0" + body, digest_size=12).hexdigest()
