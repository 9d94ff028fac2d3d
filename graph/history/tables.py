"""The tables of history: the same in SQLite, where a partition is a file, and in PostgreSQL."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

METADATA: Final = MetaData()

_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorted by code point everywhere, as Python sorts."""

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite gives out numbers for INTEGER alone."""

CHANNELS: Final = Table(
    "twin_channels",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("tenant", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("channel", Text, nullable=False),
    UniqueConstraint("tenant", "asset", "channel"),
)

SOURCES: Final = Table(
    "twin_sources",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
)

POINTS: Final = Table(
    "twin_points",
    METADATA,
    Column("channel", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),  # microseconds since the epoch
    Column("epoch", BigInteger, nullable=False),  # shifted by 2^63, for it is unsigned
    Column("sequence", BigInteger, nullable=False),  # the same
    Column("event", _TEXT, nullable=False),
    Column("source", BigInteger, nullable=False),
    Column("quality", Text, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("number", Double),
    Column("words", Text),
    Column("tie", BigInteger, nullable=False),
    PrimaryKeyConstraint("channel", "time", "epoch", "sequence", "event"),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (time)",
)
