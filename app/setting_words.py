"""Words that settings may have."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

HOST_BYTES: Final = 256


class Auth(StrEnum):
    """Who may call the service."""

    TOKEN = "token"  # noqa: S105 - the name of a way, not a secret
    NONE = "none"


class Documents(StrEnum):
    """Which documents are executed."""

    ANY = "any"
    TRUSTED = "trusted"


class LogFormat(StrEnum):
    """What a log line looks like."""

    AUTO = "auto"
    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """The least that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class MqttVersion(StrEnum):
    """Which MQTT the broker is spoken to in."""

    FIVE = "5"
    THREE = "3.1.1"


class KafkaBegin(StrEnum):
    """Where a partition is begun of which nothing was taken yet."""

    EARLIEST = "earliest"
    LATEST = "latest"


class KafkaKeyless(StrEnum):
    """What becomes of records without a key."""

    PARK = "park"
    TAKE = "take"


class KafkaSasl(StrEnum):
    """How a user is shown to a Kafka."""

    PLAIN = "PLAIN"
    SCRAM_256 = "SCRAM-SHA-256"
    SCRAM_512 = "SCRAM-SHA-512"


def checked_host(text: str | None) -> str | None:
    """Return the id of a Sparkplug host. Raises ValueError for one that no topic can hold."""
    if text is not None and (not text or set(text) & set("+#/\x00") or len(text.encode()) > HOST_BYTES):
        raise ValueError(f"the id of a host has 1 to {HOST_BYTES} bytes and none of + # /")
    return text
