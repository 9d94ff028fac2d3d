"""How likely the reports are if certain assets failed: the noise model.

A hypothesis is a set of causes C. Its weight is the logarithm of

    product over causes of p / (1 - p)                prior odds of each; causes fail independently
  * product over symptoms, one of
        timing                                        it falls by C: explained; 1, less where its onset is off
        false_alarm                                   it doesn't, or began before its causes: unexplained
  * product over assets that fall by C and don't report, one of
        false_health                                  it is known healthy: contradicted
        missed_alarm                                  it is expected to report
    and for the n that are silent and of which nothing is expected
        (1 + n / s) ** (-silence * s)                 s symptoms

with timing = max(disorder, exp(-max(0, deviation / tolerance - 1))). What falls later than the question was asked
counts for nothing. Scores are the weights normalised over all hypotheses that were looked at, so they are posterior
probabilities given that one of them is true.

This is the noisy-or of diagnostic networks (Pearl 1988; Heckerman 1989) with links of strength 1, for impact is exact,
and the leak `false_alarm`, as event correlation uses it (Katzela and Schwartz 1995; Steinder and Sethi 2004), where a
symptom may be spurious or lost. That an asset which fell reports costs nothing, for it shows that somebody watches it.

Silence is the part that is ours: which assets are watched at all is seldom known, and whole types never report. The
factor costs `silence` an asset while silent ones are few beside the symptoms, and grows with their logarithm only when
they are many. Its form and its 0.5 were chosen on simulated incidents (`benchmarks/root_cause.py`): 0.05 leaves wide
causes too likely, 1 is worse where reports are few or noisy, a beta-binomial of the share that reports does the same.

A cause that adds no explained symptom to the others is dropped with its set: explanations are irredundant covers
(Reiter 1987; Peng and Reggia 1990). By the default rates a single symptom left over is rather a false alarm than one
more cause, two that one more cause explains are not: false_alarm ** 2 < cause < false_alarm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import exp, expm1, log, log1p
from typing import Final

from graph.rootcause.onset import Clock, Course
from graph.rootcause.outcomes import Outcomes
from graph.rootcause.question import RootCauseQuestion

DIGITS: Final = 9
"""Weights are rounded to this many decimals, so that ties don't hang on the order of additions."""

FEW_FALLEN: Final = 200
"""Fallen assets up to which it saves nothing to look no further."""

FAR_OFF: Final = 30.0
"""As a logarithm, beyond what any network has assets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A hypothesis held against the reports. `explains` are bits by position of the symptom in order of id."""

    causes: frozenset[str]
    explains: int
    contradicted: frozenset[str]
    missed: int
    silent: int
    weight: float

    @property
    def order(self) -> tuple[float, int, list[str]]:
        """Likeliest first, then fewer causes, then ids."""
        return (-self.weight, len(self.causes), sorted(self.causes))


class Likelihood:
    """Weighs hypotheses about one question. Cost of `account`: one forecast where it isn't known, and what falls."""

    def __init__(self, question: RootCauseQuestion, outcomes: Outcomes) -> None:
        self._question = question
        self._noise = question.noise
        self._outcomes = outcomes
        self._clock = Clock(question)
        self._log_disorder = log(question.noise.disorder)
        self._log_false_alarm = log(question.noise.false_alarm)
        self._log_false_health = log(question.noise.false_health)
        self._log_missed_alarm = log(question.noise.missed_alarm)
        self._priors: dict[str, float] = {}
        self.symptoms = tuple(sorted(each.asset for each in question.symptoms))
        self.bit = {asset: 1 << number for number, asset in enumerate(self.symptoms)}

    def account(self, causes: frozenset[str], most: int | None = None) -> Account:
        """The hypothesis that `causes` failed. Raises Spent where the budget of forecasts doesn't allow it.

        Raises Beyond where they take down more than `most` assets.
        """
        fallen = self._outcomes.of(causes, most)
        course = Course(self._clock, causes, self._outcomes.of)
        explained = [each for each in self.symptoms if each in fallen and not course.too_early(each)]
        quiet = fallen.times.keys() - self.bit.keys()
        if self._clock.at is not None:
            quiet = {each for each in quiet if not course.pending(each)}
        contradicted = frozenset(quiet & self._question.healthy)
        missed = len((quiet & self._question.reporting) - contradicted)
        silent = len(quiet) - len(contradicted) - missed + course.others()
        explains = sum(self.bit[each] for each in explained)
        weight = self.weight(causes, explains, contradicted=len(contradicted), missed=missed, silent=silent)
        timing = sum(self._timing(course.deviation(each)) for each in explained)
        return Account(
            causes=causes,
            explains=explains,
            contradicted=contradicted,
            missed=missed,
            silent=silent,
            weight=round(weight + timing, DIGITS),
        )

    def weight(self, causes: frozenset[str], explains: int, *, contradicted: int, missed: int, silent: int) -> float:
        """The weight from counts, with every onset as expected."""
        unexplained = len(self.symptoms) - explains.bit_count()
        return (
            sum(self.prior(each) for each in sorted(causes))
            + unexplained * self._log_false_alarm
            + contradicted * self._log_false_health
            + missed * self._log_missed_alarm
            - self._noise.silence * len(self.symptoms) * log1p(silent / len(self.symptoms))
        )

    def bearable(self, causes: Iterable[str], least: float) -> int | None:
        """How many assets causes may take down and still weigh at least so much; None is any number.

        Were every symptom explained, at its expected time and by these alone, silence is what is left to cost anything:
        of all that isn't a symptom, known healthy or expected to report. Where onsets are known and there are delays,
        what falls later than the question was asked is not counted, so that any number may fall.
        """
        if self._clock.at is not None and self._outcomes.delayed:
            return None
        price = self._noise.silence * len(self.symptoms)
        room = (sum(self.prior(each) for each in causes) - least) / price
        if room > FAR_OFF:
            return None
        others = len(self.symptoms) + len(self._question.healthy) + len(self._question.reporting)
        return max(FEW_FALLEN, others + int(len(self.symptoms) * expm1(max(room, 0.0))))

    def prior(self, cause: str) -> float:
        """Logarithm of the odds that an asset fails of itself; it must not be 0."""
        known = self._priors.get(cause)
        if known is None:
            probability = self._question.priors.get(cause, self._noise.cause)
            known = self._priors[cause] = log(probability / (1 - probability))
        return known

    def likeliest(self, assets: Iterable[str]) -> float:
        """The greatest prior among some assets: the least that one more cause costs."""
        return max((self.prior(each) for each in assets if self.possible(each)), default=0.0)

    def possible(self, cause: str) -> bool:
        """Whether an asset may be a cause at all."""
        return self._question.priors.get(cause, self._noise.cause) > 0

    def _timing(self, deviation: timedelta) -> float:
        beyond = deviation / self._noise.tolerance - 1
        return max(self._log_disorder, -max(0.0, beyond))


def scores(accounts: list[Account]) -> list[float]:
    """Weights as shares of 1, in the same order."""
    if not accounts:
        return []
    most = max(each.weight for each in accounts)
    shares = [exp(each.weight - most) for each in accounts]
    total = sum(shares)
    return [share / total for share in shares]
