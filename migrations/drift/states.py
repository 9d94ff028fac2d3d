"""States: whether what is kept of channels is of channels that there are, and of their datatype."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from graph.ontology.channel_names import kept_as
from graph.ontology.model import ChannelDefinition, Datatype, Ontology
from graph.state import reading_of
from migrations.drift.kinds import DriftKind
from migrations.drift.report import Tally

STATE: Final = "_State"

_TYPES: Final[Mapping[Datatype, type]] = {
    Datatype.BOOLEAN: bool,
    Datatype.INT: int,
    Datatype.FLOAT: float,
    Datatype.STRING: str,
    Datatype.ENUM: str,
}


class StateJudge:
    """Judges states one by one."""

    def __init__(self, ontology: Ontology, tally: Tally) -> None:
        self._tally = tally
        self._channels = {
            name: {kept_as(channel): channel for channel in kind.channels.values()}
            for name, kind in ontology.asset_types.items()
        }

    def judge(self, tenant: str, asset: str, kind: str, kept: Sequence[tuple[str, str, int]]) -> None:
        """Count what is wrong with the state of an asset of a type: of each channel property, record, receipt."""
        channels = self._channels[kind]
        for key, record, received in kept:
            name = key.removesuffix("_")
            channel = channels.get(name)
            if channel is None:
                detail = f"{name}, which no channel of {kind} is kept as"
                self._tally.add(DriftKind.STATE_LEFT, asset, detail, tenant=tenant)
            elif (fault := _fault(channel, asset, record, received)) is not None:
                self._tally.add(DriftKind.STATE_WRONG, asset, f"{name}: {fault}", tenant=tenant)


def _fault(channel: ChannelDefinition, asset: str, record: object, received: object) -> str | None:
    """Return what is wrong with a record of a channel."""
    if not isinstance(record, str) or type(received) is not int:
        return "no record of a reading with the time of its receipt"
    try:
        value = reading_of(asset, channel.name, record, received).value
    except (ValueError, IndexError, KeyError):
        return "a record that nobody can read"
    if value is None:
        return None  # it was deleted, which a channel of any datatype can be
    if type(value) is not _TYPES[channel.datatype]:
        return f"expected a value of datatype {channel.datatype}, is {type(value).__name__}"
    if channel.enum is not None and value not in channel.enum.values:
        return f"expected one of {', '.join(channel.enum.values)}"
    return None
