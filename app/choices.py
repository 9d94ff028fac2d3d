"""What settings of the brokers may choose from."""

from __future__ import annotations

from enum import StrEnum


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
