"""The answer where the diagram of the top event can't be made: small cut sets, order by order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from graph.cutsets.answer import Between, CutSets
from graph.cutsets.budget import Cut, Meter, Spent
from graph.cutsets.covering import Covering
from graph.cutsets.families import Families
from graph.cutsets.listing import Listing
from graph.cutsets.model import Model
from graph.cutsets.probability import more_than
from graph.cutsets.question import CutSetQuestion
from graph.cutsets.small import SmallCutSets

_FOR_THE_SEARCH: Final = 0.9
"""Share of the time after which no higher order is tried, so that there is some for the bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Small:
    """All cut sets of at most `order` events."""

    order: int
    families: Families
    family: int
    cut_sets: tuple[tuple[str, ...], ...]


def answer_without(model: Model, question: CutSetQuestion, cut: Cut, meter: Meter) -> CutSets:
    """What can be told of a question whose diagram was cut: exact up to an order, and bounds of the probability."""
    small: _Small | None = None
    most = len(model.ids) if question.max_order is None else min(question.max_order, len(model.ids))
    try:
        for order in range(1, most + 1):
            small = _small(model, question, order, meter.next_phase(share=_FOR_THE_SEARCH))
    except Spent:
        pass
    if small is None:
        return CutSets(cut_sets=(), complete_to=0, truncated=cut)
    whole = small.order == most
    return CutSets(
        cut_sets=small.cut_sets,
        count=small.families.count(small.family) if whole else None,
        complete_to=None if whole else small.order,
        bounds=_bounds(model, small, meter.next_phase()),
        truncated=cut,
    )


def _small(model: Model, question: CutSetQuestion, order: int, meter: Meter) -> _Small:
    families = Families(len(model.ids), meter)
    family = model.top_event(SmallCutSets(families, order), meter)
    listed = Listing(families, model.ids).first(family, question.first)
    return _Small(order=order, families=families, family=family, cut_sets=listed)


def _bounds(model: Model, small: _Small, meter: Meter) -> Between | None:
    """The top event occurs if one of the sets found does; else only if more events fail than these sets may hold."""
    probabilities = model.probabilities_of(range(len(model.ids)))
    if probabilities is None:
        return None
    try:
        found = _found(small, probabilities, meter)
    except Spent:
        return None
    beyond = more_than(small.order, probabilities)
    return Between(lower=found.lower, upper=min(1.0, found.upper + beyond))


def _found(small: _Small, probabilities: Sequence[float], meter: Meter) -> Between:
    """The probability that one of the sets found occurs, exactly if that isn't too much."""
    covering = Covering(small.families, probabilities, {})
    try:
        small.families.meter = meter
        exactly = covering.any(small.family)
    except Spent:
        small.families.meter = meter.next_phase()
        return covering.bounds(small.family)
    return Between(lower=exactly, upper=exactly)
