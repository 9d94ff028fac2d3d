"""What is refused, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from graph.errors import LimitExceeded, NotFound, TwinError, ValueInvalid
from graph.rootcause import Noise, RootCauseQuestion, Symptom, SymptomsInvalid
from graph.rootcause.question import MOST_HEALTHY, check

ASSETS = {"a", "b", "c"}
PLAIN = RootCauseQuestion(symptoms=(Symptom(asset="a"),))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def refused(question: RootCauseQuestion) -> TwinError:
    with pytest.raises(TwinError) as caught:
        check(question, ASSETS)
    return caught.value


def test_a_plain_question_passes() -> None:
    check(replace(PLAIN, healthy=frozenset("bc"), at=NOON, priors={"elsewhere": 0.5}), ASSETS)


def test_no_symptoms() -> None:
    refusal = refused(replace(PLAIN, symptoms=()))
    assert isinstance(refusal, SymptomsInvalid)
    assert (refusal.code, refusal.place) == ("SYMPTOMS_INVALID", "symptoms")


def test_unknown_assets() -> None:
    refusal = refused(replace(PLAIN, symptoms=(Symptom(asset="a"), Symptom(asset="x"))))
    assert isinstance(refusal, NotFound)
    assert (refusal.place, refusal.actual) == ("symptoms[1].asset", "x")
    refusal = refused(replace(PLAIN, healthy=frozenset("by")))
    assert (refusal.code, refusal.place, refusal.actual) == ("UNKNOWN_ASSET", "healthy", "y")


def test_a_symptom_that_is_known_healthy() -> None:
    refusal = refused(replace(PLAIN, healthy=frozenset("a")))
    assert isinstance(refusal, SymptomsInvalid)
    assert refusal.place == "symptoms[0].asset"


def test_a_symptom_named_twice() -> None:
    assert isinstance(refused(replace(PLAIN, symptoms=(*PLAIN.symptoms, Symptom(asset="a")))), SymptomsInvalid)


def test_times_without_offset() -> None:
    naive = NOON.replace(tzinfo=None)
    refusal = refused(replace(PLAIN, symptoms=(Symptom(asset="a", since=naive),)))
    assert isinstance(refusal, ValueInvalid)
    assert refusal.place == "symptoms[0].since"
    assert refused(replace(PLAIN, at=naive)).place == "at"


def test_a_symptom_that_is_still_to_come() -> None:
    late = Symptom(asset="a", since=NOON + timedelta(seconds=1))
    refusal = refused(replace(PLAIN, symptoms=(late,), at=NOON))
    assert isinstance(refusal, SymptomsInvalid)
    assert refusal.place == "symptoms[0].since"


@pytest.mark.parametrize(
    ("question", "place", "kind"),
    [
        (replace(PLAIN, max_causes=0), "maxCauses", ValueInvalid),
        (replace(PLAIN, max_causes=6), "maxCauses", LimitExceeded),
        (replace(PLAIN, first=0), "first", ValueInvalid),
        (replace(PLAIN, first=101), "first", LimitExceeded),
        (replace(PLAIN, symptoms=PLAIN.symptoms * 2_001), "symptoms", LimitExceeded),
        (replace(PLAIN, healthy=frozenset(map(str, range(MOST_HEALTHY + 1)))), "healthy", LimitExceeded),
    ],
)
def test_limits(question: RootCauseQuestion, place: str, kind: type[TwinError]) -> None:
    refusal = refused(question)
    assert isinstance(refusal, kind)
    assert refusal.place == place


@pytest.mark.parametrize(
    ("noise", "place"),
    [
        (Noise(false_alarm=0), "noise.false_alarm"),
        (Noise(cause=1.0), "noise.cause"),
        (Noise(silence=float("nan")), "noise.silence"),
        (Noise(tolerance=timedelta(0)), "noise.tolerance"),
        (Noise(tolerance=timedelta(days=400)), "noise.tolerance"),
    ],
)
def test_rates(noise: Noise, place: str) -> None:
    refusal = refused(replace(PLAIN, noise=noise))
    assert isinstance(refusal, ValueInvalid)
    assert refusal.place == place


@pytest.mark.parametrize("priors", [{"a": 1.0}, {"b": -0.1}, {"b": float("nan")}])
def test_priors(priors: Mapping[str, float]) -> None:
    assert refused(replace(PLAIN, priors=priors)).place == "priors"
