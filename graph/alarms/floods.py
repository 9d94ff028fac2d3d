"""Floods: so many alarms in so short a time that nobody can look at each, and what may be behind them together."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import numpy as np

from graph.access import Principal
from graph.alarms.model import HEALTH, Alarm, Cause, Flood, flood_id
from graph.analysis import RootCauseAnalysis
from graph.clock import from_epoch_micros
from graph.errors import TwinError
from graph.health import Standing, View
from graph.kernel.arrays import ONE
from graph.rootcause import RootCauseQuestion, Symptom

SYMPTOMS: Final = 200
"""Alarms of a flood that causes are sought behind, the first ones."""

HEALTHY: Final = 2_000
"""Assets that are known to work, which speak against what would have taken them down too."""

CAUSES: Final = 5

LONG_AFTER: Final = timedelta(days=30)
"""Health tells at once what things come to, whatever delays there are: so it is asked as of then, without onsets."""

SAID_ITSELF: Final = 0.02
"""How probable it is that an asset failed of itself whose own channel says that it did; others: `Noise.cause`.

High enough that one goes before what supplies it, and two before two of those; low enough that what supplies both,
failing alone, goes before the two.
"""


class RootCauseAsking(Protocol):
    """Ranks causes, as `graph.analysis.RootCauseService` does."""

    async def ask(self, principal: Principal, question: RootCauseQuestion) -> RootCauseAnalysis:
        """Answer a question at the tenant's newest revision."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodRule:
    """`alarms` that are raised within `seconds` are a flood; 0: none are. It ends when none is raised for so long."""

    alarms: int = 10
    seconds: float = 60.0


@dataclass(slots=True)
class FloodWatch:
    """Counts the alarms of one tenant as they are raised. `flood` is the one that goes on, or the last."""

    rule: FloodRule
    flood: Flood | None = None
    _recent: deque[tuple[int, str]] = field(default_factory=deque[tuple[int, str]])
    _last: int = 0

    @classmethod
    def resumed(cls, rule: FloodRule, flood: Flood | None, now: int) -> FloodWatch:
        """Go on with what another process counted; what it may have left out is to be counted by `raised`."""
        return cls(rule, flood, _last=now)

    @property
    def under_way(self) -> bool:
        """Whether a flood goes on."""
        return self.flood is not None and self.flood.ended is None

    def raised(self, alarms: Sequence[tuple[int, str]], now: int) -> tuple[str, ...]:
        """Count alarms, each with when it was raised; those that belong to the flood and weren't counted to it before.

        Where it returns any, `flood` has changed.
        """
        self._last = now
        if self.flood is not None and self.flood.ended is None:
            self.flood = replace(self.flood, alarms=self.flood.alarms + len(alarms))
            return tuple(each for _, each in alarms)
        self._recent.extend(alarms)
        while self._recent and now - self._recent[0][0] > self.rule.seconds * 1e6:
            self._recent.popleft()
        if not self.rule.alarms or len(self._recent) < self.rule.alarms:
            return ()
        found = tuple(dict.fromkeys(each for _, each in self._recent))
        began = self._recent[0][0]
        self.flood = Flood(id=flood_id(found[0], began), began=began, alarms=len(found))
        self._recent.clear()
        return found

    def over(self, now: int) -> bool:
        """Whether the flood has ended by now, where it went on until then; `flood` says when."""
        if self.flood is None or self.flood.ended is not None or now - self._last <= self.rule.seconds * 1e6:
            return False
        self.flood = replace(self.flood, ended=self._last)
        return True

    @property
    def to_ask(self) -> bool:
        """Whether causes are to be sought: they never were, or the flood is twice as large by now."""
        return self.flood is not None and self.flood.alarms >= max(1, 2 * self.flood.asked)


def known_to_work(standing: Standing, view: View, *, besides: frozenset[str]) -> frozenset[str]:
    """Return assets whose own channels say that they are well, and which are."""
    levelled = standing.rules.levelled.items()
    speaking = {name for name, rules in levelled if any(each.definition.sets_operability for each in rules)}
    well = (view.snapshot.of_kinds(speaking) == 1) & (view.owned.codes == 0) & (view.lower == ONE)
    ids = view.snapshot.ids
    found: set[str] = set()
    for at in np.flatnonzero(well).tolist():
        asset = ids[at]
        if asset in standing.readings and asset not in besides:
            found.add(asset)
            if len(found) == HEALTHY:
                break
    return frozenset(found)


async def sought(
    asking: RootCauseAsking,
    principal: Principal,
    alarms: Sequence[Alarm],
    *,
    standing: Standing,
    view: View,
    now: datetime,
) -> tuple[tuple[Cause, ...], tuple[str, ...]]:
    """Return what may be behind alarms, the likeliest first, and what was left out of the search."""
    there = [each for each in alarms if view.snapshot.kind_of(each.asset) is not None]
    if not there:
        return (), ("None of its assets is there any more",)
    onsets: dict[str, datetime] = {}
    for each in there:
        if each.channel != HEALTH:
            since = min(from_epoch_micros(each.raised), now)
            onsets[each.asset] = min(since, onsets.get(each.asset, since))
    symptoms = dict.fromkeys(each.asset for each in there)
    question = RootCauseQuestion(
        symptoms=tuple(Symptom(asset=asset, since=onsets.get(asset)) for asset in symptoms),
        healthy=known_to_work(standing, view, besides=frozenset(symptoms)),
        at=now + LONG_AFTER,
        first=CAUSES,
        priors=dict.fromkeys((each.asset for each in alarms if _says_itself(standing, each)), SAID_ITSELF),
    )
    try:
        found = await asking.ask(principal, question)
    except TwinError as error:
        return (), (f"No causes were found: {error.message}",)
    causes = tuple(
        Cause(
            assets=each.causes,
            score=each.score,
            explains=len(each.explains),
            unexplained=len(each.unexplained),
            contradicted_by=len(each.contradicted_by),
        )
        for each in found.candidates
    )
    return causes, tuple(found.notes)


def _says_itself(standing: Standing, alarm: Alarm) -> bool:
    """Whether an alarm is of a channel by which its asset says how well it works."""
    rule = standing.rules.of_type.get(alarm.kind, {}).get(alarm.channel)
    return rule is not None and rule.definition.sets_operability
