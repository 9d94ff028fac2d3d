"""Finds the sets of causes worth weighing.

Single causes: everything upstream of a symptom, each forecast once. Joint causes, one more at a time up to the most
that is asked for, are proposed in these ways:

- **cover**: a likely set and a single cause that explains symptoms the set doesn't (as SCORE does for shared risks:
  Kompella et al. 2005; the greedy cover of belief networks: Steinder and Sethi 2004), but from a beam instead of one;
- **margin**: a set and a single cause that take members of the same group (`joint.py`);
- **separation**: the fewest assets that part symptoms from the sources of a FLOW type (`separation.py`);
- **all** sets of that many causes, where they are few (`FEW_SETS`), so that small questions are answered completely.

A proposal comes with an estimate of the weight it can have: what it promises to explain, at the price of what each of
its parts contradicts and silences (impact is monotone, so together they do at least that). Proposals that can't come
within `NEGLIGIBLE` of the best are dropped; of the others the `BEAM` most promising of each kind are forecast.

Cost: one forecast for each asset upstream, then for each further cause at most 3 * `BEAM` or `FEW_SETS`, and those of
the subsets of explanations that have to be shown irredundant; all within the budget. Besides, O(assets upstream) a
symptom, for `WITNESSES` of them at most (`upstream.py`), and O(singles) for each member of the beam.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb, log
from typing import Final

from graph.rootcause.forecast import Forecast, Margin
from graph.rootcause.joint import Margins, Promise
from graph.rootcause.likelihood import Account, Likelihood
from graph.rootcause.outcomes import Outcomes, Spent
from graph.rootcause.question import MOST_CAUSES, RootCauseQuestion
from graph.rootcause.separation import separations
from graph.rootcause.upstream import Upstream

BEAM: Final = 48
"""Sets of one size that are forecast of each kind of proposal, and likely sets that covers are made from."""

FEW_SETS: Final = 500
"""Up to how many sets of one size all are weighed."""

NEGLIGIBLE: Final = log(1e-5)
"""What a joint cause may be less likely than the best explanation and still be one."""

GUIDED: Final = "Joint causes were searched for, not all sets of them weighed"
NARROWED: Final = "The search for {} joint causes was narrowed to the most promising sets"

USUAL: Final = frozenset({GUIDED, *(NARROWED.format(order) for order in range(2, MOST_CAUSES + 1))})
"""Notes that most questions about joint causes get: how the search goes, not what kept it from going on."""

SHARE_OF_SINGLES: Final = 0.7
"""The share of the budget that single causes may take where joint ones are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A set worth a forecast: the weight it can have, and how many groups it trips that its parts don't."""

    causes: frozenset[str]
    estimate: float
    groups: int = 0


class Search:
    """One search. `run` gives the explanations found, `notes` what was left out."""

    def __init__(self, question: RootCauseQuestion, forecast: Forecast, *, budget: int) -> None:
        self._question = question
        self._forecast = forecast
        self._upstream = Upstream(forecast, sorted(each.asset for each in question.symptoms))
        watched = self._upstream.assets | question.healthy | question.reporting
        self._outcomes = Outcomes(forecast, watched, budget=budget)
        self._budget = budget
        self._likelihood = Likelihood(question, self._outcomes)
        self._accounts: dict[frozenset[str], Account] = {}
        self._singles: list[Account] = []
        self.notes: list[str] = []

    @property
    def forecasts(self) -> int:
        """How many forecasts were made."""
        return self._outcomes.made

    def run(self) -> list[Account]:
        """Explanations, best first; each explains something, and would explain less without any one of its causes."""
        self._look_at_singles()
        margins = self._margins() if self._question.max_causes > 1 else None
        frontier = self._singles
        for order in range(2, self._question.max_causes + 1):
            if margins is None or not frontier:
                break
            frontier = self._weigh(self._proposals(order, frontier, margins), order)
        least = self._least
        likely = [each for each in self._accounts.values() if len(each.causes) == 1 or each.weight >= least]
        return sorted(filter(self._irredundant, likely), key=lambda each: each.order)

    def _look_at_singles(self) -> None:
        possible = [each for each in self._upstream.ranked() if self._likelihood.possible(each)]
        most = max(1, int(self._budget * SHARE_OF_SINGLES)) if self._question.max_causes > 1 else self._budget
        for cause in sorted(possible[:most]):
            self._singles.append(self._account(frozenset({cause})))
        if len(possible) > most:
            self.notes.append(
                f"{len(possible) - most:,} of {len(possible):,} assets upstream of the symptoms were not looked at as "
                f"causes, those upstream of the fewest; the budget is {self._budget:,} forecasts"
            )
        self._note_down(sorted(possible[:most]))

    def _note_down(self, looked_at: list[str]) -> None:
        """Say which symptoms can't be explained, for nothing is left of them that could fall."""
        down = [each for each in looked_at if each in self._likelihood.bit and not self._explains_itself(each)]
        if down:
            some = ", ".join(down[:5]) + (", ..." if len(down) > 5 else "")
            self.notes.append(f"{len(down):,} symptoms were down before anything failed, nothing explains them: {some}")

    def _explains_itself(self, symptom: str) -> bool:
        return bool(self._account(frozenset({symptom})).explains & self._likelihood.bit[symptom])

    @cached_property
    def _all_margins(self) -> list[Margin]:
        return [margin for asset in sorted(self._upstream.assets) for margin in self._forecast.margins(asset)]

    @cached_property
    def _cuts(self) -> list[frozenset[str]]:
        return separations(self._all_margins, self._likelihood.symptoms, self._question.max_causes)

    def _margins(self) -> Margins:
        found = Margins(self._all_margins, self._upstream.reach)
        found.index({cause: self._outcomes.of(each.causes) for each in self._singles for cause in each.causes})
        return found

    def _proposals(self, order: int, frontier: list[Account], margins: Margins) -> list[Proposal]:
        """What to forecast next, each set once, the most promising first; all sets, where they are few, come last."""
        few = comb(len(self._singles), order) <= FEW_SETS
        if not few:
            self._note(GUIDED)
        last = order == self._question.max_causes
        promising = [
            *self._best(self._covers(frontier), order),
            *self._best(self._extensions(frontier, margins, last=last), order),
            *self._best(self._separations(order), order),
        ]
        every = (each for each in self._all(order) if each.estimate >= self._least) if few else ()
        ranked = [*sorted(promising, key=_most_promising), *sorted(every, key=_most_promising)]
        return list({each.causes: each for each in ranked}.values())

    def _best(self, proposals: Iterable[Proposal], order: int) -> list[Proposal]:
        least = self._least
        unlike = {each.causes: each for each in proposals if each.estimate >= least}
        if len(unlike) > BEAM and comb(len(self._singles), order) > FEW_SETS:
            self._note(NARROWED.format(order))
        return sorted(unlike.values(), key=_most_promising)[:BEAM]

    def _weigh(self, proposals: list[Proposal], order: int) -> list[Account]:
        found: list[Account] = []
        try:
            for proposal in proposals:
                found.append(self._account(proposal.causes))  # noqa: PERF401  keeps what was found before the end
        except Spent:
            self._note(
                f"The budget of {self._budget:,} forecasts was spent: "
                f"{len(proposals) - len(found):,} sets of {order} causes were not looked at"
            )
        return sorted(found, key=lambda each: each.order)

    def _all(self, order: int) -> Iterator[Proposal]:
        for parts in combinations(self._singles, order):
            reached = 0
            for each in parts:
                (cause,) = each.causes
                reached |= self._upstream.reach[cause]
            yield self._proposal(parts, reached)

    def _covers(self, frontier: list[Account]) -> Iterator[Proposal]:
        for state in sorted(frontier, key=lambda each: each.order)[:BEAM]:
            for single in self._singles:
                if single.explains & ~state.explains:
                    yield self._proposal((state, single), 0)

    def _extensions(self, frontier: list[Account], margins: Margins, *, last: bool) -> Iterator[Proposal]:
        singles = {cause: each for each in self._singles for cause in each.causes}
        for state in frontier:
            promises = margins.extensions(state.causes, self._outcomes.of(state.causes))
            for cause, promise in sorted(promises.items()):
                if promise.trips or not last:
                    yield self._promised(state, singles[cause], promise)

    def _promised(self, state: Account, single: Account, promise: Promise) -> Proposal:
        if promise.trips:
            return self._proposal((state, single), promise.trips, groups=promise.groups)
        further = self._likeliest
        return self._proposal((state, single), promise.nearer, further=further)

    def _separations(self, order: int) -> Iterator[Proposal]:
        singles = {cause: each for each in self._singles for cause in each.causes}
        for cut in self._cuts:
            if len(cut) == order and cut <= singles.keys():
                reached = 0
                for cause in cut:
                    reached |= self._upstream.reach[cause]
                yield self._proposal(tuple(singles[cause] for cause in sorted(cut)), reached)

    def _proposal(self, parts: tuple[Account, ...], promised: int, *, groups: int = 0, further: float = 0) -> Proposal:
        """The union of `parts` with the weight it has if it explains what they do and what is promised (bits)."""
        causes, explains, contradicted = frozenset[str](), promised, frozenset[str]()
        for each in parts:
            causes |= each.causes
            explains |= each.explains
            contradicted |= each.contradicted
        estimate = self._likelihood.weight(
            causes,
            explains,
            contradicted=len(contradicted),
            missed=max(each.missed for each in parts),
            silent=max(each.silent for each in parts),
        )
        return Proposal(causes=causes, estimate=estimate + further, groups=groups)

    @property
    def _least(self) -> float:
        return max((each.weight for each in self._accounts.values()), default=0.0) + NEGLIGIBLE

    @cached_property
    def _likeliest(self) -> float:
        return self._likelihood.likeliest(sorted(self._upstream.assets))

    def _account(self, causes: frozenset[str]) -> Account:
        known = self._accounts.get(causes)
        return known or self._accounts.setdefault(causes, self._likelihood.account(causes))

    def _irredundant(self, account: Account) -> bool:
        """Whether each cause is needed for what the set explains; what can't be afforded to be checked passes."""
        if not account.explains:
            return False
        if len(account.causes) == 1:
            return True
        try:
            parts = [self._account(account.causes - {cause}) for cause in sorted(account.causes)]
        except Spent:
            return True
        return all(part.explains != account.explains for part in parts)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _most_promising(each: Proposal) -> tuple[float, int, list[str]]:
    return (-each.estimate, -each.groups, sorted(each.causes))
