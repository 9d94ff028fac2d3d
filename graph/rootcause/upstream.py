"""What could have made the symptoms happen, and which of them each asset could reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from graph.rootcause.forecast import Forecast

WITNESSES: Final = 256
"""For how many symptoms it is found out what is upstream of each; of the rest everything is taken to be."""


class Upstream:
    """The assets upstream of `symptoms` (in order of id), the symptoms among them."""

    def __init__(self, forecast: Forecast, symptoms: Sequence[str]) -> None:
        self.symptoms = tuple(symptoms)
        self.assets = forecast.upstream(symptoms)
        self._forecast = forecast

    @cached_property
    def reach(self) -> Mapping[str, int]:
        """For each asset the symptoms that it could make fall, as bits by position of the symptom.

        Cost: one search upstream for each of `WITNESSES` symptoms, which are spread evenly over all.
        """
        count = len(self.symptoms)
        chosen = sorted({number * count // min(count, WITNESSES) for number in range(min(count, WITNESSES))})
        unsure = (1 << count) - 1 - sum(1 << number for number in chosen)
        found: dict[str, int] = defaultdict(lambda: unsure)
        for number in chosen:
            for asset in self._forecast.upstream((self.symptoms[number],)):
                found[asset] |= 1 << number
        return {asset: found[asset] for asset in sorted(self.assets)}

    def ranked(self) -> list[str]:
        """All assets, those that could make most symptoms fall first, then by id."""
        return sorted(self.assets, key=lambda each: (-self.reach[each].bit_count(), each))
