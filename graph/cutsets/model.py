"""The part of a network that a question about cut sets is about, and its top event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from graph.cutsets.algebra import Algebra
from graph.cutsets.budget import Meter
from graph.cutsets.components import Groups
from graph.cutsets.demand import Demand, demand, groups_that_matter
from graph.cutsets.evaluation import Evaluation
from graph.cutsets.order import search_order
from graph.cutsets.question import CutSetQuestion
from graph.cutsets.settling import Settling
from graph.cutsets.stopping import watched
from graph.impact.network import Network

F = TypeVar("F")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A target (position) with what is asked of its providers, their groups, and the events it may depend on.

    `ids` and `probabilities` are by variable, `variables` are by position of the event.
    """

    target: int
    demand: Demand
    groups: Groups
    ids: tuple[str, ...]
    probabilities: tuple[float | None, ...]
    variables: Mapping[int, int]

    def top_event(self, algebra: Algebra[F], meter: Meter) -> F:
        """The failure "the target is DOWN". Raises Spent."""
        evaluation = Evaluation(self.groups, self.demand, self.variables, algebra=algebra, meter=meter)
        return Settling(evaluation).settle()[self.target].under(1, algebra.always)

    def probabilities_of(self, variables: Iterable[int]) -> list[float] | None:
        """All probabilities by variable, if those of these variables are known; others that aren't are 0."""
        if any(self.probabilities[each] is None for each in variables):
            return None
        return [each or 0.0 for each in self.probabilities]


def build_model(network: Network, question: CutSetQuestion, meter: Meter) -> Model:
    """The model of a question that was checked. Raises Spent."""
    target = network.position[question.target]
    wanted = demand(network, target, meter)
    events = {network.position[event] for event in question.events}
    groups = {asset: groups_that_matter(network, wanted, asset) for asset in watched(wanted)}
    ordered = search_order(groups, target, events)
    ids = tuple(network.ids[each] for each in ordered)
    return Model(
        target=target,
        demand=wanted,
        groups=groups,
        ids=ids,
        probabilities=tuple(question.events[each] for each in ids),
        variables={position: variable for variable, position in enumerate(ordered)},
    )
