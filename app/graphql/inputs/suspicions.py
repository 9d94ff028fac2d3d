"""Questions about root causes from the contract's input."""

from __future__ import annotations

from app.graphql.inputs.given import given
from app.graphql.types.inputs import RootCauseInput
from graph.rootcause import RootCauseQuestion, Symptom

MOST_CAUSES = 3
FIRST = 10


def root_cause_question(asked: RootCauseInput) -> RootCauseQuestion:
    """The question that an input means."""
    return RootCauseQuestion(
        symptoms=tuple(Symptom(asset=each.asset, since=given(each.since)) for each in asked.symptoms),
        healthy=frozenset(asked.healthy or ()),
        max_causes=MOST_CAUSES if asked.max_causes is None else asked.max_causes,
        first=FIRST if asked.first is None else asked.first,
    )
