"""What a channel is called, and what its values are kept under, whatever it was called since.

Values of a channel are kept under the first name that it ever had. So another name changes nothing that is kept,
neither states nor history nor alarms, whichever process writes them by whichever name.

What is kept under a name means one thing for ever: one channel, in one datatype and unit. A channel that is to mean
something else is therefore kept under a name of its own, `keptAs`, and what was kept before stays out of its sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.ontology.model import ChannelDefinition


def kept_as(channel: ChannelDefinition) -> str:
    """Return the name that a channel's values are kept under."""
    return channel.kept_as or first_name(channel.formerly, channel.name)


def first_name(formerly: Iterable[str], name: str) -> str:
    """Return the first name that a channel had."""
    return next(iter(formerly), name)


def names_of(channel: ChannelDefinition) -> tuple[str, ...]:
    """Return all names that a channel answers to: its own, the one it is going to have, and those it had."""
    coming = () if channel.becomes is None else (channel.becomes,)
    return tuple(dict.fromkeys((channel.name, *coming, *channel.formerly)))


def by_any_name(channels: Iterable[ChannelDefinition]) -> Mapping[str, ChannelDefinition]:
    """Return the channels of a type by each of their names."""
    return {name: each for each in channels for name in names_of(each)}


def renamed_from(formerly: Iterable[str], name: str, to: str) -> tuple[str, ...]:
    """Return the names that a channel had, the first of all first, once `name` gives way to `to`."""
    first, *later = dict.fromkeys((*formerly, name))
    return first, *(each for each in later if each != to)
