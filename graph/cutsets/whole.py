"""The answer where the diagram of the top event could be made."""

from __future__ import annotations

from dataclasses import replace

from graph.cutsets.answer import Between, CutSets
from graph.cutsets.budget import Meter, Phase, Spent
from graph.cutsets.decision import Decision
from graph.cutsets.families import Families
from graph.cutsets.importance import importance
from graph.cutsets.listing import Listing
from graph.cutsets.minimal import Minimal
from graph.cutsets.model import Model
from graph.cutsets.probability import node_probabilities
from graph.cutsets.question import CutSetQuestion


def answer_from(model: Model, question: CutSetQuestion, decision: Decision, meter: Meter) -> CutSets:
    """The answer to a question from the diagram of its top event; what can't be had within the budget is left out."""
    minimal = Minimal(decision, Families(len(model.ids), meter))
    answer = _sets(model, question, minimal, meter)
    probabilities = model.probabilities_of(decision.support)
    if probabilities is None:
        return answer
    probability = node_probabilities(decision, probabilities)[decision.root]
    answer = replace(answer, probability=probability, bounds=Between(lower=probability, upper=probability))
    if answer.truncated or not question.importance:
        return answer
    minimal.families.meter = meter.next_phase()
    try:
        return replace(answer, importance=importance(minimal, model, probabilities))
    except Spent as spent:
        return replace(answer, truncated=spent.cut(Phase.IMPORTANCE))


def _sets(model: Model, question: CutSetQuestion, minimal: Minimal, meter: Meter) -> CutSets:
    try:
        return _listed(model, question, minimal, question.max_order)
    except Spent as spent:
        found = _as_far_as_possible(model, question, minimal.decision, meter)
        return replace(found, count=None, truncated=spent.cut(Phase.CUT_SETS))


def _as_far_as_possible(model: Model, question: CutSetQuestion, decision: Decision, meter: Meter) -> CutSets:
    """Order by order from 1, each with all the nodes there are, until one of them needs more."""
    order, found = 0, CutSets(cut_sets=())
    try:
        while order != question.max_order:
            minimal = Minimal(decision, Families(len(model.ids), meter.next_phase()))
            found = _listed(model, question, minimal, order + 1)
            order += 1
    except Spent:
        pass
    return replace(found, complete_to=order)


def _listed(model: Model, question: CutSetQuestion, minimal: Minimal, order: int | None) -> CutSets:
    family = minimal.all() if order is None else minimal.up_to(order)
    listed = Listing(minimal.families, model.ids).first(family, question.first)
    return CutSets(cut_sets=listed, count=minimal.families.count(family))
