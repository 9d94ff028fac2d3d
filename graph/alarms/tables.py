"""The tables of alarms."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

METADATA: Final = MetaData()

_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")

TENANTS: Final = Table(
    "twin_alarm_tenants",
    METADATA,
    Column("tenant", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),  # of the last transition
    Column("holder", Text, nullable=False),  # the process that raises alarms; the empty text: none
    Column("until", BigInteger, nullable=False),
)

ALARMS: Final = Table(
    "twin_alarms",
    METADATA,
    Column("tenant", Text, nullable=False),
    Column("id", _TEXT, nullable=False),
    Column("asset", _TEXT, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("value", JSON(none_as_null=True)),
    Column("active", Boolean, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    Column("raised", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("raises", Integer, nullable=False),
    Column("shelved_until", BigInteger),
    Column("closed", Boolean, nullable=False),
    Column("flood", Text),
    PrimaryKeyConstraint("tenant", "id"),
)

TRANSITIONS: Final = Table(
    "twin_alarm_transitions",
    METADATA,
    Column("tenant", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("alarm", _TEXT, nullable=False),
    Column("action", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("comment", Text, nullable=False),
    PrimaryKeyConstraint("tenant", "number"),
)

FLOODS: Final = Table(
    "twin_alarm_floods",
    METADATA,
    Column("tenant", Text, nullable=False),
    Column("id", _TEXT, nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("alarms", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("causes", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
)

INDEXES: Final = (
    Index("twin_alarms_newest", ALARMS.c.tenant, ALARMS.c.raised, ALARMS.c.id),
    Index("twin_alarms_open", ALARMS.c.tenant, ALARMS.c.closed, ALARMS.c.asset),
    Index("twin_alarms_flood", ALARMS.c.tenant, ALARMS.c.flood),
    Index("twin_alarm_transitions_of", TRANSITIONS.c.tenant, TRANSITIONS.c.alarm, TRANSITIONS.c.number),
    Index("twin_alarm_floods_ended", FLOODS.c.tenant, FLOODS.c.ended),
)
