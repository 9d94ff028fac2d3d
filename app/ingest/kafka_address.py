"""Which Kafka to read, what of it, and how to come in: as librdkafka is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_KILOBYTE: Final = 1_024
_MEGABYTE: Final = 1 << 20

QUEUE_BYTES: Final = 16 * _MEGABYTE
"""Of records that were fetched and wait: what is over stays at the broker."""


SESSION_SECONDS: Final = 10
"""How long partitions wait for who is gone, before others get them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaAddress:
    """Brokers to begin with, a group of consumers, and topics (patterns begin with `^`). `earliest`: where to begin.

    `member` is an id of ours that stays the same: who comes back under it within SESSION_SECONDS has its partitions at
    once. `authority` is whose certificates are trusted, `certificate` and `key` are our own; all are files. `sasl` is
    how `user` and `password` are shown.
    """

    servers: tuple[str, ...]
    group: str
    topics: tuple[str, ...]
    earliest: bool = True
    member: str = ""
    tls: bool = False
    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    sasl: str | None = None
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def connection(self) -> dict[str, Any]:
        """What any client of librdkafka is made with."""
        secure = "ssl" if self.tls else "plaintext"
        shown = {
            "ssl.ca.location": _text(self.authority),
            "ssl.certificate.location": _text(self.certificate),
            "ssl.key.location": _text(self.key),
            "sasl.mechanism": self.sasl or "",
            "sasl.username": self.user,
            "sasl.password": self.password,
        }
        return {
            "bootstrap.servers": ",".join(self.servers),
            "client.id": "twin-topology",
            "reconnect.backoff.max.ms": 5_000,
            "security.protocol": f"sasl_{secure}" if self.sasl else secure,
            **{name: value for name, value in shown.items() if value},
        }

    @property
    def configuration(self) -> dict[str, Any]:
        """What a consumer is made with."""
        return {
            **self.connection,
            "group.id": self.group,
            **({"group.instance.id": self.member} if self.member else {}),
            "session.timeout.ms": SESSION_SECONDS * 1_000,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            # Where the offset of the graph isn't kept any more, nothing that is there may be left out.
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "partition.assignment.strategy": "range",  # whole assignments: each is claimed as it comes
            "topic.metadata.refresh.interval.ms": 30_000,
            "allow.auto.create.topics": False,
            "queued.max.messages.kbytes": QUEUE_BYTES // _KILOBYTE,
            "fetch.max.bytes": 8 * _MEGABYTE,
            "fetch.wait.max.ms": 50,  # how long a broker may wait for more: it is what an event waits at least
        }


def _text(path: Path | None) -> str:
    return "" if path is None else str(path)
