"""What a caller wants to see of an asset's state: a frozen tree, as `graph.reading.selection` has it of assets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChannelValue(StrEnum):
    """What is known of a channel, by the contract's names."""

    NAME = "name"
    VALUE = "value"
    UNIT = "unit"
    QUALITY = "quality"
    SOURCE = "source"
    EVENT_TIME = "eventTime"
    RECEIVED_TIME = "receivedTime"
    STALE = "stale"
    LEVEL = "level"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelValueField:
    """One thing that is known of a channel."""

    key: str
    value: ChannelValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHistory:
    """A page of what a channel said: points, or windows of so many microseconds; times are microseconds since 1970.

    Its row has all that the contract knows of a connection, by the contract's names.
    """

    key: str
    first: int
    since: int | None = None
    until: int | None = None
    window: int | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTransitions:
    """The newest `first` changes of a channel's level within a time; moments are microseconds since 1970.

    Their rows have all that the contract knows of a transition, by the contract's names.
    """

    key: str
    first: int
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSelection:
    """What is wanted of a channel."""

    fields: tuple[ChannelValueField, ...] = ()
    histories: tuple[ChannelHistory | ChannelTransitions, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsField:
    """All channels that were seen, by name; or the one called `name`, null where it wasn't."""

    key: str
    of: ChannelSelection
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSelection:
    """What is wanted of an asset's state. Its rows carry `__typename: "AssetState"`."""

    fields: tuple[ChannelsField, ...] = ()
