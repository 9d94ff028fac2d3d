"""What could have made the symptoms happen, and which of them each asset could reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.rootcause.forecast import Forecast, Promise
from graph.rootcause.question import Noise

WITNESSES: Final = 256
"""For how many symptoms it is found out what is upstream of each; of the rest everything is taken to be."""

MOST_UPSTREAM: Final = 10_000
"""Assets upstream that are looked at, be it as causes or for the margins of their groups: the first ones by rank."""


class Upstream:
    """The assets upstream of `symptoms` (in order of id), the symptoms among them: the first ones of `total`.

    `reach` says for each asset which symptoms it could make fall, as bits by position of the symptom.
    Cost: a search upstream for `WITNESSES` symptoms at most, which are spread evenly over all.
    """

    def __init__(self, forecast: Forecast, symptoms: Sequence[str], noise: Noise | None = None) -> None:
        self.symptoms = tuple(symptoms)
        count = len(self.symptoms)
        witnesses = sorted({number * count // min(count, WITNESSES) for number in range(min(count, WITNESSES))})
        found = forecast.reach(
            self.symptoms, witnesses=witnesses, most=MOST_UPSTREAM, promise=_promise(noise or Noise(), count)
        )
        self.total = found.total
        self.assets = frozenset(found.symptoms) | frozenset(symptoms)
        self.reach: Mapping[str, int] = dict(sorted({**self._themselves, **found.symptoms}.items()))
        self._ranked = tuple(found.symptoms)

    @property
    def _themselves(self) -> Mapping[str, int]:
        """What a symptom reaches for certain, where its rank is too low to be looked at otherwise."""
        return {asset: 1 << number for number, asset in enumerate(self.symptoms)}

    def ranked(self) -> list[str]:
        """Assets, the most promising first."""
        listed = set(self._ranked)
        return [*self._ranked, *(each for each in self.symptoms if each not in listed)]


def _promise(noise: Noise, symptoms: int) -> Promise:
    """The weight that a cause would have (`likelihood.py`), if all that it could make fall did so."""

    def promise(reached: NDArray[np.float64], breadths: NDArray[np.float64]) -> NDArray[np.float64]:
        unexplained = (symptoms - reached) * log(noise.false_alarm)
        silent = np.maximum(breadths - reached, 0.0)
        return unexplained - noise.silence * symptoms * np.log1p(silent / symptoms)

    return promise
