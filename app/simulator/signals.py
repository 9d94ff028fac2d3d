"""What a channel says at a moment: told from seed, asset, channel and time alone, so that it is the same every time.

A number swings with the day around a value that its thresholds call normal, with some noise. In a fault it goes past
the threshold of its worst level and back.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graph.ontology.model import AssetType, ChannelDefinition, Datatype, Json

HOUR: Final = 3_600 * 1_000_000
DAY: Final = 24 * HOUR
_USUAL: Final = {"V": 400.0, "A": 12.0, "%": 60.0, "degC": 21.0, "kW": 50.0, "L/s": 12.0, "mm/s": 2.0}
_NUMBERS: Final = (Datatype.FLOAT, Datatype.INT)


def chance(*parts: object) -> float:
    """A number from 0 to below 1 that belongs to these parts, and looks like any other."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """How a channel behaves: `normal` and how far it swings; what it says `in_fault`."""

    channel: str
    normal: Json
    in_fault: Json
    swing: float = 0.0
    whole: bool = False


class Signals:
    """The signals of asset types. `faults` is the share of time that an asset spends in a fault."""

    def __init__(self, types: Mapping[str, AssetType], *, seed: int, faults: float) -> None:
        self._seed = seed
        self._faults = faults
        self._of_type = {
            name: tuple(signal_of(channel) for channel in kind.channels.values())
            for name, kind in types.items()
            if kind.channels and not kind.abstract
        }

    @property
    def types(self) -> tuple[str, ...]:
        """The asset types that have channels."""
        return tuple(sorted(self._of_type))

    def values(self, asset: str, kind: str, time: int) -> dict[str, Json]:
        """What each channel of an asset says at a time (microseconds since 1970)."""
        depth = self.fault(asset, time)
        return {signal.channel: self._value(asset, signal, time, depth) for signal in self._of_type[kind]}

    def fault(self, asset: str, time: int) -> float:
        """How deep in a fault an asset is: 0 not at all, 1 wholly. One of a half to two thirds of an hour an hour."""
        hour = time // HOUR
        # A fault takes 7/12 of its hour on the average, so that this share of all time is `faults`.
        if chance(self._seed, "fault", asset, hour) >= self._faults * 12 / 7:
            return 0.0
        length = 0.5 + chance(self._seed, "length", asset, hour) / 6
        begin = chance(self._seed, "begin", asset, hour) * (1 - length)
        part = ((time % HOUR) / HOUR - begin) / length
        if not 0 <= part < 1:
            return 0.0
        return min(1.0, 4 * part, 4 * (1 - part))

    def _value(self, asset: str, signal: Signal, time: int, depth: float) -> Json:
        if isinstance(signal.normal, bool) or not isinstance(signal.normal, int | float):
            return signal.in_fault if depth >= 1 else signal.normal
        phase = chance(self._seed, "phase", asset, signal.channel)
        wave = (
            math.sin(2 * math.pi * (time / DAY + phase))
            + chance(self._seed, "noise", asset, signal.channel, time)
            - 0.5
        )
        value = signal.normal + signal.swing * wave
        if depth and isinstance(signal.in_fault, int | float):
            value += (signal.in_fault - value) * depth
        return round(value) if signal.whole else round(value, 2)


def signal_of(channel: ChannelDefinition) -> Signal:
    """How a channel behaves, told from what its thresholds and its unit say."""
    if channel.datatype in _NUMBERS:
        return _number(channel)
    bad = [each for threshold in channel.thresholds for each in _listed(threshold.equals)]
    known = _known(channel)
    good = [each for each in known if each not in bad]
    # Running is what machines usually do; else the first value that no threshold names.
    normal = "RUNNING" if "RUNNING" in good else (good or known)[0]
    return Signal(channel=channel.name, normal=normal, in_fault=bad[0] if bad else normal)


def _number(channel: ChannelDefinition) -> Signal:
    highest = min((each.above for each in channel.thresholds if each.above is not None), default=None)
    lowest = max((each.below for each in channel.thresholds if each.below is not None), default=None)
    usual = _USUAL.get(channel.unit or "", 10.0)
    if highest is not None and lowest is not None:
        normal, room = (highest + lowest) / 2, (highest - lowest) / 2
    elif highest is not None:
        normal = min(usual, 0.7 * highest)
        room = highest - normal
    elif lowest is not None:
        normal = max(usual, 1.5 * lowest + 1)
        room = normal - lowest
    else:
        normal, room = usual, usual / 2
    return Signal(
        channel=channel.name,
        normal=normal,
        in_fault=_beyond(channel, normal),
        swing=min(0.3 * room, 0.1 * abs(normal) + 0.5),
        whole=channel.datatype is Datatype.INT,
    )


def _beyond(channel: ChannelDefinition, normal: float) -> float:
    """Past the threshold of the worst level, which comes first."""
    for threshold in channel.thresholds:
        if threshold.above is not None:
            return threshold.above + 0.2 * abs(threshold.above - normal) + 1
        if threshold.below is not None:
            return (
                max(0.0, threshold.below - 0.2 * abs(normal - threshold.below))
                if threshold.below > 0
                else (threshold.below - 1)
            )
    return normal


def _known(channel: ChannelDefinition) -> list[Json]:
    if channel.enum is not None:
        return list(channel.enum.values)
    return [True, False] if channel.datatype is Datatype.BOOLEAN else ["as usual"]


def _listed(equals: Json) -> list[Json]:
    if equals is None:
        return []
    return equals if isinstance(equals, list) else [equals]
