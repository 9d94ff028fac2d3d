"""Dead letters, and what a store of them offers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from graph.identity import Tenant
from graph.reading.cursors import question, write_cursor

PAYLOAD_BYTES: Final = 262_144
"""Of a payload so many bytes are kept; one that is longer can be looked at, and not replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """What came in and was not taken: `code` and `message` say why, the rest where it came from.

    `transport` is `http`, `mqtt` or `kafka`; `source` the topic, path or client; `offset` its place there, empty where
    there is none; `trace` the trace's id; `received` microseconds since the epoch, `time` (where the
    transport knows it) when it was sent; `media` the media type. `size` is that of the whole payload where only the
    beginning of it is here.
    """

    code: str
    message: str
    transport: str
    source: str
    received: int
    payload: bytes
    offset: str = ""
    trace: str = ""
    media: str = ""
    time: int | None = None
    size: int | None = None

    def id_in(self, tenant: Tenant) -> str:
        """The id it gets: the same where the same comes again from the same place."""
        digest = hashlib.blake2b(digest_size=12)
        for part in (tenant, self.transport, self.source, self.offset, self.media):
            encoded = part.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(4, "big") + encoded)
        digest.update(self.payload)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A dead letter that is kept. `times` counts how often it came, `size` the bytes of its whole payload.

    `replayed` is when it was sent again and taken, microseconds since the epoch; None: it waits.
    """

    id: str
    letter: DeadLetter
    times: int
    size: int
    replayed: int | None

    @property
    def whole(self) -> bool:
        """Whether the payload was kept to its end."""
        return self.size == len(self.letter.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPage:
    """Dead letters, the newest first; `total` counts those of the question."""

    asked: str
    letters: tuple[Parked, ...]
    more: bool
    total: int

    def cursor(self, number: int) -> str:
        """The cursor of dead letter `number` of this page."""
        each = self.letters[number]
        return write_cursor(self.asked, (each.letter.received, each.id))


class DeadLetters(Protocol):
    """The dead letters of all tenants. All raise DeadLettersUnavailable."""

    async def park(self, tenant: Tenant, letters: Sequence[DeadLetter]) -> None:
        """Keep letters for good before returning. What is over the tenant's bounds, by number and age, goes."""
        ...

    async def page(
        self, tenant: Tenant, *, first: int, after: str | None = None, code: str | None = None, replayed: bool = False
    ) -> DeadLetterPage:
        """Return the `first` letters that wait (`replayed`: those that were taken), newest first, after a cursor.

        `code` chooses those of one reason. Raises LimitExceeded, CursorInvalid.
        """
        ...

    async def counts(self, tenant: Tenant) -> Mapping[str, int]:
        """Return how many wait, by reason."""
        ...

    async def get(self, tenant: Tenant, ids: Sequence[str]) -> tuple[Parked, ...]:
        """Return letters in the order of their ids. Raises UnknownDeadLetter, LimitExceeded."""
        ...

    async def drop(self, tenant: Tenant, ids: Sequence[str]) -> int:
        """Forget letters; how many there were."""
        ...

    async def mark_replayed(self, tenant: Tenant, ids: Sequence[str]) -> int:
        """Note that letters were sent again and taken; how many were waiting."""
        ...

    async def close(self) -> None:
        """Finish what was taken, and let go of files and connections."""
        ...


def asked(tenant: Tenant, code: str | None, *, replayed: bool) -> str:
    """The digest of a question, which its cursors carry."""
    return question("dead letters", tenant, code, replayed)
