"""What is known of a node of Sparkplug: what it and its devices were born with, and what they said last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from app.ingest.sparkplug.errors import SparkplugUnborn
from app.ingest.sparkplug.payload import Metric, Plain
from graph.state import Quality

TURN: Final = 256
"""Sequences count to 255 and begin again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A metric by its name, its value as its datatype has it; `time` in microseconds since 1970."""

    name: str
    value: Plain | None
    time: int
    quality: Quality = Quality.GOOD
    plain: bool = True


@dataclass(slots=True)
class Birth:
    """What a node or a device was born with: datatypes by name, names by alias; and what was last said by name."""

    datatypes: dict[str, int] = field(default_factory=dict[str, int])
    names: dict[int, str] = field(default_factory=dict[int, str])
    last: dict[str, Said] = field(default_factory=dict[str, Said])

    @classmethod
    def of(cls, metrics: Iterable[Metric]) -> Birth:
        """The birth that metrics of a certificate tell of."""
        born = cls()
        for each in metrics:
            born.datatypes[each.name] = each.datatype
            if each.alias is not None:
                born.names[each.alias] = each.name
        return born

    def heard(self, metrics: Iterable[Metric], time: int, *, born: bool = False) -> list[Said]:
        """Return what metrics say, those without a time at `time`, and remember it. Raises SparkplugUnborn.

        In a certificate (`born`) none is older than `time`: it says what holds now, after whatever death was before.
        """
        found = [self._said(each, time, least=time if born else None) for each in metrics]
        for each in found:
            known = self.last.get(each.name)
            if known is None or each.time >= known.time:
                self.last[each.name] = each
        return found

    def gone(self) -> list[Said]:
        """What was last said of each metric, as nothing to rely on any more."""
        return [
            Said(name=each.name, value=each.value, time=each.time, quality=Quality.BAD, plain=each.plain)
            for each in self.last.values()
        ]

    def _said(self, metric: Metric, time: int, *, least: int | None) -> Said:
        own = time if metric.time is None else metric.time
        name = metric.name or (self.names.get(metric.alias) if metric.alias is not None else None)
        if not name:
            raise SparkplugUnborn(
                "A metric has neither a name nor an alias that it was born with",
                place=f"metrics[alias {metric.alias}]",
                hint="The node was asked for its birth certificates",
            )
        return Said(
            name=name,
            value=metric.signed(metric.datatype or self.datatypes.get(name, 0)),
            time=own if least is None else max(own, least),
            quality=metric.quality,
            plain=metric.plain,
        )


@dataclass(slots=True)
class Life:
    """A node that was born, with its devices. `number` is its bdSeq, `sequence` that of its last message."""

    number: int
    sequence: int
    node: Birth
    devices: dict[str, Birth] = field(default_factory=dict[str, Birth])

    def follows(self, sequence: int | None) -> bool:
        """Whether a message is the next, or the last one again; from now on it is the last."""
        fits = sequence is not None and sequence in (self.sequence, (self.sequence + 1) % TURN)
        if sequence is not None:
            self.sequence = sequence
        return fits
