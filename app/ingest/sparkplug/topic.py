"""Topics of Sparkplug B: `spBv1.0/GROUP/KIND/NODE` and `spBv1.0/GROUP/KIND/NODE/DEVICE`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NAMESPACE: Final = "spBv1.0"
_OF_NODES, _OF_DEVICES = 4, 5


class Kind(StrEnum):
    """What a message is, as far as nodes and devices send it."""

    NODE_BIRTH = "NBIRTH"
    NODE_DATA = "NDATA"
    NODE_DEATH = "NDEATH"
    DEVICE_BIRTH = "DBIRTH"
    DEVICE_DATA = "DDATA"
    DEVICE_DEATH = "DDEATH"

    @property
    def of_device(self) -> bool:
        """Whether it is of a device."""
        return self.value.startswith("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Who says what: `device` is empty where it is the node itself."""

    group: str
    kind: Kind
    node: str
    device: str = ""

    @property
    def edge(self) -> str:
        """The node's name among all groups."""
        return f"{self.group}/{self.node}"

    @property
    def command(self) -> str:
        """The topic that the node is told on what to do."""
        return f"{NAMESPACE}/{self.group}/NCMD/{self.node}"

    def said_of(self, device: str) -> str:
        """The topic that a device of the node (empty: the node itself) is spoken of on: what forms are fitted to."""
        kind = Kind.DEVICE_DATA if device else Kind.NODE_DATA
        return f"{NAMESPACE}/{self.group}/{kind}/{self.node}" + (f"/{device}" if device else "")

    def source_of(self, device: str) -> str:
        """The name of a device of the node (empty: the node itself), as a source of events."""
        return f"{NAMESPACE}/{self.edge}" + (f"/{device}" if device else "")


def is_sparkplug(topic: str) -> bool:
    """Whether a topic is one of Sparkplug B's."""
    return topic.startswith(f"{NAMESPACE}/")


def parse_topic(topic: str) -> Topic | None:
    """Return who says what on a topic; None for what nodes don't send: commands, and states of hosts."""
    levels = topic.split("/")
    if len(levels) not in (_OF_NODES, _OF_DEVICES) or levels[0] != NAMESPACE or not all(levels):
        return None
    try:
        kind = Kind(levels[2])
    except ValueError:
        return None
    if kind.of_device is not (len(levels) == _OF_DEVICES):
        return None
    return Topic(group=levels[1], kind=kind, node=levels[3], device=levels[4] if kind.of_device else "")
