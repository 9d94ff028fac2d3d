"""What is asked: symptoms, what is known healthy, and how noisy all of it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from graph.errors import LimitExceeded, NotFound, ValueInvalid
from graph.rootcause.errors import SymptomsInvalid

MOST_CAUSES: Final = 5
MOST_CANDIDATES: Final = 100
MOST_SYMPTOMS: Final = 2_000
MOST_HEALTHY: Final = 100_000
FAR: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """An asset that is seen to suffer, and since when, if that is known (with its offset from UTC)."""

    asset: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How far reports can be trusted: the noise model that `likelihood.py` describes. Rates are in (0, 1).

    `cause`: an asset fails of itself, where `priors` says nothing of it. `false_alarm`: a symptom though no cause
    reaches the asset. `missed_alarm`: an asset that fell and is expected to report doesn't. `silence`: what an asset
    that fell, doesn't report and isn't expected to costs, as a logarithm (see there): near 0 nothing. `false_health`:
    an asset is known healthy though it fell. `disorder`: the least that an onset far from its expected time leaves of
    a symptom's weight. `tolerance`: how far from its expected time an onset may be at no cost; each further
    `tolerance` divides the weight by e.
    """

    cause: float = 0.001
    false_alarm: float = 0.003
    missed_alarm: float = 0.05
    silence: float = 0.5
    false_health: float = 0.0001
    disorder: float = 0.05
    tolerance: timedelta = timedelta(minutes=2)


def _equal() -> Mapping[str, float]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCauseQuestion:
    """One question: what could have made these assets suffer?

    `healthy` are assets known to work. `reporting` are those that would be expected to report if they fell (a channel
    watches them); of all others silence says little. `at` is the moment of asking: what is predicted to fall later
    neither speaks for nor against a cause; None is long after. `priors` give the probability that an asset fails of
    itself, in [0, 1), where one is known; at 0 it is no candidate. Names in `reporting` and `priors` that aren't in the
    topology are passed over.
    """

    symptoms: tuple[Symptom, ...]
    healthy: frozenset[str] = frozenset()
    reporting: frozenset[str] = frozenset()
    at: datetime | None = None
    max_causes: int = 3
    first: int = 10
    priors: Mapping[str, float] = field(default_factory=_equal)
    noise: Noise = Noise()


def check(question: RootCauseQuestion, assets: Collection[str]) -> None:
    """Refuse a question that can't be answered about `assets`, naming the place in it (`symptoms[2].since`).

    Raises NotFound (UNKNOWN_ASSET), SymptomsInvalid, LimitExceeded or ValueInvalid.
    """
    _check_limits(question)
    _check_symptoms(question, assets)
    for asset in sorted(question.healthy - {each for each in question.healthy if each in assets}):
        raise _unknown(asset, "healthy")
    _check_rates(question)


def _check_limits(question: RootCauseQuestion) -> None:
    _within("maxCauses", question.max_causes, 1, MOST_CAUSES)
    _within("first", question.first, 1, MOST_CANDIDATES)
    _within("symptoms", len(question.symptoms), 0, MOST_SYMPTOMS)
    _within("healthy", len(question.healthy), 0, MOST_HEALTHY)
    if not question.symptoms:
        raise SymptomsInvalid("Nothing to explain", place="symptoms", expected="at least one symptom")


def _within(place: str, value: int, least: int, most: int) -> None:
    if value < least:
        raise ValueInvalid("Too few", place=place, expected=f"at least {least}", actual=str(value))
    if value > most:
        raise LimitExceeded("Too many", place=place, expected=f"at most {most:,}", actual=f"{value:,}")


def _check_symptoms(question: RootCauseQuestion, assets: Collection[str]) -> None:
    if question.at is not None:
        _check_aware(question.at, "at")
    seen: set[str] = set()
    for number, symptom in enumerate(question.symptoms):
        place = f"symptoms[{number}]"
        if symptom.asset not in assets:
            raise _unknown(symptom.asset, f"{place}.asset")
        if symptom.asset in seen:
            raise SymptomsInvalid(
                f"{symptom.asset} is named twice",
                place=f"{place}.asset",
                expected="an asset once, with its first onset",
            )
        if symptom.asset in question.healthy:
            raise SymptomsInvalid(
                f"{symptom.asset} is a symptom and known healthy", place=f"{place}.asset", expected="one or the other"
            )
        seen.add(symptom.asset)
        if symptom.since is not None:
            _check_onset(symptom.since, question.at, f"{place}.since")


def _check_onset(since: datetime, at: datetime | None, place: str) -> None:
    _check_aware(since, place)
    if at is not None and since > at:
        raise SymptomsInvalid(
            "A symptom that is still to come", place=place, expected=f"at or before {at}", actual=str(since)
        )


def _check_aware(moment: datetime, place: str) -> None:
    if moment.utcoffset() is None:
        raise ValueInvalid(
            "A time without its offset from UTC",
            place=place,
            expected="a time with offset, such as 2026-03-01T10:00:00Z",
            actual=moment.isoformat(),
        )


def _check_rates(question: RootCauseQuestion) -> None:
    for each in fields(question.noise):
        value: object = getattr(question.noise, each.name)
        if isinstance(value, int | float) and not 0 < value < 1:
            raise ValueInvalid("Not a rate", place=f"noise.{each.name}", expected="0 < rate < 1", actual=str(value))
    if not timedelta(0) < question.noise.tolerance <= FAR:
        raise ValueInvalid(
            "Not a tolerance",
            place="noise.tolerance",
            expected=f"more than PT0S, at most {FAR.days} days",
            actual=str(question.noise.tolerance),
        )
    for asset, prior in sorted(question.priors.items()):
        if not 0 <= prior < 1:
            raise ValueInvalid(
                f"Not a probability of {asset}", place="priors", expected="0 <= probability < 1", actual=str(prior)
            )


def _unknown(asset: str, place: str) -> NotFound:
    return NotFound(
        f"No asset {asset}",
        place=place,
        expected="the id of an asset",
        actual=asset,
        hint="Look it up by search or external id",
    )
