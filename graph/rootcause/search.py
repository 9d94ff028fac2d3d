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

A forecast ends as soon as the causes take down so much that they can't come within `NEGLIGIBLE` of the best so far,
whatever they explain (`Likelihood.bearable`): among a million assets most of what is upstream of anything would take
down nearly everything. Those that promise most are looked at first, so that the best is known soon.

Cost: one forecast for each asset upstream, then for each further cause at most 3 * `BEAM` or `FEW_SETS`, and those of
the subsets of explanations that have to be shown irredundant; all within the budget, seconds among it. Besides, a
search upstream of the symptoms (`upstream.py`), and O(singles) for each member of the beam.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb, log
from typing import Final

from graph.rootcause.forecast import Forecast, Margin
from graph.rootcause.joint import Margins, Promise
from graph.rootcause.likelihood import Account, Likelihood
from graph.rootcause.outcomes import Beyond, Budget, Outcomes, Spent
from graph.rootcause.question import MOST_CAUSES, RootCauseQuestion
from graph.rootcause.separation import separations
from graph.rootcause.upstream import Upstream

BEAM: Final = 48
"""Sets of one size that are forecast of each kind of proposal, and likely sets that covers are made from."""

STEPS: Final = 300_000
"""How many pairs of a set and a cause that take members of the same group are looked at for one size of sets."""

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

    def __init__(self, question: RootCauseQuestion, forecast: Forecast, *, budget: Budget) -> None:
        self._question = question
        self._forecast = forecast
        self._upstream = Upstream(forecast, sorted(each.asset for each in question.symptoms), question.noise)
        watched = self._upstream.assets | question.healthy | question.reporting
        self._outcomes = Outcomes(forecast, watched, budget=budget)
        self._budget = budget
        self._likelihood = Likelihood(question, self._outcomes)
        self._accounts: dict[frozenset[str], Account] = {}
        self._most = 0.0
        self._singles: list[Account] = []
        self._beyond = 0
        self.notes: list[str] = []

    @property
    def forecasts(self) -> int:
        """How many forecasts were made."""
        return self._outcomes.made

    def run(self) -> list[Account]:
        """Explanations, best first; each explains something, and would explain less without any one of its causes."""
        self._look_at_singles()
        if self._question.max_causes > 1:
            self._look_further()
        least = self._least
        likely = [each for each in self._accounts.values() if len(each.causes) == 1 or each.weight >= least]
        return sorted(filter(self._irredundant, likely), key=lambda each: each.order)

    def _look_at_singles(self) -> None:
        possible = [each for each in self._upstream.ranked() if self._likelihood.possible(each)]
        share = SHARE_OF_SINGLES if self._question.max_causes > 1 else 1.0
        chosen = possible[: max(1, int(self._budget.forecasts * share))]
        looked_at = self._singly(chosen)
        total = len(possible) + max(0, self._upstream.total - len(self._upstream.assets))
        if total > len(chosen):
            self.notes.append(
                f"{total - len(chosen):,} of {total:,} assets upstream of the symptoms were not looked at as "
                f"causes, those that promised least; the budget is {self._budget.forecasts:,} forecasts"
            )
        self._singles.sort(key=lambda each: sorted(each.causes))
        if self._beyond:
            self.notes.append(
                f"{self._beyond:,} assets upstream of the symptoms were not weighed: they would take down so much else "
                "that they are not a hundred-thousandth as likely as the best explanation"
            )
        self._note_down(sorted(looked_at))

    def _singly(self, chosen: list[str]) -> list[str]:
        """Weigh single causes as long as the budget lasts; those looked at."""
        looked_at: list[str] = []
        try:
            for cause in chosen:
                found = self._weighed(frozenset({cause}))
                looked_at.append(cause)
                if found is None:
                    self._beyond += 1
                else:
                    self._singles.append(found)
        except Spent as spent:
            self._note(
                f"The budget of {spent} was spent: {len(chosen) - len(looked_at):,} assets upstream were not looked at"
            )
        return looked_at

    def _look_further(self) -> None:
        """Weigh joint causes, one more at a time."""
        order = 2
        try:
            margins = self._margins()
            frontier = self._singles
            while frontier and order <= self._question.max_causes:
                frontier = self._weigh(self._proposals(order, frontier, margins), order)
                order += 1
        except Spent as spent:
            self._note(f"The budget of {spent} was spent: sets of {order} causes and more were not all searched for")

    def _note_down(self, looked_at: list[str]) -> None:
        """Say which symptoms can't be explained, for nothing is left of them that could fall."""
        symptoms = [each for each in looked_at if each in self._likelihood.bit]
        down = [each for each in symptoms if not self._explains_itself(each)]
        if down:
            some = ", ".join(down[:5]) + (", ..." if len(down) > 5 else "")
            self.notes.append(f"{len(down):,} symptoms were down before anything failed, nothing explains them: {some}")

    def _explains_itself(self, symptom: str) -> bool:
        account = self._accounts.get(frozenset({symptom}))
        return account is None or bool(account.explains & self._likelihood.bit[symptom])

    @cached_property
    def _all_margins(self) -> list[Margin]:
        return self._forecast.redundant(sorted(self._upstream.assets))

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
        unlike: dict[frozenset[str], Proposal] = {}
        for each in proposals:
            self._outcomes.look()
            if each.estimate >= least:
                unlike[each.causes] = each
        if len(unlike) > BEAM and comb(len(self._singles), order) > FEW_SETS:
            self._note(NARROWED.format(order))
        return sorted(unlike.values(), key=_most_promising)[:BEAM]

    def _weigh(self, proposals: list[Proposal], order: int) -> list[Account]:
        found: list[Account] = []
        looked_at = 0
        try:
            for proposal in proposals:
                account = self._weighed(proposal.causes)
                looked_at += 1
                if account is not None:
                    found.append(account)
        except Spent as spent:
            self._note(
                f"The budget of {spent} was spent: "
                f"{len(proposals) - looked_at:,} sets of {order} causes were not looked at"
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
        taken = {each.causes: margins.taken(each.causes, self._outcomes.of(each.causes)) for each in frontier}
        for state in self._affordable(frontier, {causes: margins.cost(of) for causes, of in taken.items()}):
            promises = margins.extensions(state.causes, taken[state.causes])
            for cause, promise in sorted(promises.items()):
                if promise.trips or not last:
                    yield self._promised(state, singles[cause], promise)

    def _affordable(self, frontier: list[Account], cost: Mapping[frozenset[str], int]) -> Iterator[Account]:
        """The states of a frontier, or of those that would cost too much together the likeliest."""
        left = STEPS
        dear = sum(cost.values()) > left
        if dear:
            self._note(NARROWED.format(len(next(iter(cost))) + 1))
        for state in sorted(frontier, key=lambda each: each.order) if dear else frontier:
            left -= cost[state.causes]
            if left >= 0:
                yield state

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
        """What a set of causes weighs at least that may be an explanation, by the best so far."""
        return (self._most if self._accounts else 0.0) + NEGLIGIBLE

    @cached_property
    def _likeliest(self) -> float:
        return self._likelihood.likeliest(sorted(self._upstream.assets))

    def _weighed(self, causes: frozenset[str]) -> Account | None:
        """The account of some causes, or None where they take down more than an explanation may."""
        most = self._likelihood.bearable(sorted(causes), self._least) if self._accounts else None
        try:
            return self._account(causes, most)
        except Beyond:
            return None

    def _account(self, causes: frozenset[str], most: int | None = None) -> Account:
        known = self._accounts.get(causes)
        if known is not None:
            return known
        made = self._likelihood.account(causes, most)
        self._most = max(self._most, made.weight) if self._accounts else made.weight
        return self._accounts.setdefault(causes, made)

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
