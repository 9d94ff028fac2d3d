"""Importance of events to the top event."""

from __future__ import annotations

import math
from collections.abc import Sequence

from graph.cutsets.answer import Importance
from graph.cutsets.covering import Covering
from graph.cutsets.minimal import Minimal
from graph.cutsets.model import Model
from graph.cutsets.modules import modules
from graph.cutsets.probability import given_each, node_probabilities


def importance(minimal: Minimal, model: Model, probabilities: Sequence[float]) -> tuple[Importance, ...]:
    """Importance of each event in some minimal cut set, the largest Fussell-Vesely first, then by id. Raises Spent."""
    parts = modules(model.groups, model.demand, model.target, model.variables)
    decision = minimal.decision
    of = node_probabilities(decision, probabilities)
    given = given_each(decision, probabilities, of)
    family = minimal.all()
    known = {cut_sets: of[at] for at, cut_sets in minimal.of.items()}
    holding = Covering(minimal.families, probabilities, known).holding_each(family, parts)
    top = of[decision.root]
    found = [
        Importance(
            event=model.ids[variable],
            birnbaum=each.birnbaum,
            fussell_vesely=min(1.0, holding.get(variable, 0.0) / top) if top else 0.0,
            risk_achievement_worth=_ratio(each.failed, top),
            risk_reduction_worth=_ratio(top, each.working),
        )
        for variable, each in given.items()
    ]
    return tuple(sorted(found, key=_largest_first))


def _largest_first(each: Importance) -> tuple[float, str]:
    """Differences of a rounding are none: events that stand alike in the network are in the order of their ids."""
    return -float(f"{each.fussell_vesely:.11e}"), each.event


def _ratio(one: float, other: float) -> float:
    """One over other; a ratio of 0 to 0 is 1, any other over 0 infinite."""
    if other == 0.0:
        return 1.0 if one == 0.0 else math.inf
    return one / other
