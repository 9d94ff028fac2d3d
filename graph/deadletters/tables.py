"""The table of dead letters."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

METADATA: Final = MetaData()

_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")

LETTERS: Final = Table(
    "twin_dead_letters",
    METADATA,
    Column("tenant", Text, nullable=False),
    Column("id", _TEXT, nullable=False),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("transport", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("place", Text, nullable=False),  # OFFSET is a word of SQL
    Column("trace", Text, nullable=False),
    Column("media", Text, nullable=False),
    Column("received", BigInteger, nullable=False),  # microseconds since the epoch
    Column("payload", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),
    Column("replayed", BigInteger),
    Column("sent", BigInteger),  # microseconds since the epoch; came later than the others
    PrimaryKeyConstraint("tenant", "id"),
)

NEWEST: Final = Index("twin_dead_letters_newest", LETTERS.c.tenant, LETTERS.c.received, LETTERS.c.id)
