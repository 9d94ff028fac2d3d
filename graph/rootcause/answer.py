"""The answer to one question about root causes."""

from __future__ import annotations

from dataclasses import dataclass

from graph.rootcause.question import RootCauseQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Causes that together may be behind the symptoms; lists of ids are sorted.

    `score` is in 0..1: the probability of this candidate, if one of those that were looked at is true. `explains` and
    `unexplained` share the symptoms between them. `contradicted_by` are known healthy, yet predicted to have fallen;
    `silent` counts the other assets that are predicted to have fallen and of which nothing is known.
    """

    causes: tuple[str, ...]
    score: float
    explains: tuple[str, ...]
    unexplained: tuple[str, ...]
    contradicted_by: tuple[str, ...]
    silent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCauses:
    """Candidates, best first: by score, then fewer causes, then ids. Empty where nothing can explain a symptom.

    `looked_at` counts the hypotheses behind the scores, `forecasts` the evaluations of impact. `notes` say what was
    left out of the search, and why; empty where no limit was met.
    """

    question: RootCauseQuestion
    candidates: tuple[Candidate, ...]
    looked_at: int
    forecasts: int
    notes: tuple[str, ...]
