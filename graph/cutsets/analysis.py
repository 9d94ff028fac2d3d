"""From a question about cut sets to its answer."""

from __future__ import annotations

from typing import Final

from graph.cutsets.answer import CutSets
from graph.cutsets.budget import Budget, Meter, Phase, Spent
from graph.cutsets.decision import Decision
from graph.cutsets.diagrams import Diagrams
from graph.cutsets.model import Model, build_model
from graph.cutsets.partial import answer_without
from graph.cutsets.question import CutSetQuestion, check
from graph.cutsets.whole import answer_from
from graph.impact import Topology
from graph.impact.network import Network, network

_FOR_THE_DIAGRAM: Final = 0.6
"""Share of the time after which the diagram is given up, so that there is some for what can be told without it."""


def minimal_cut_sets(topology: Topology | Network, question: CutSetQuestion, *, budget: Budget) -> CutSets:
    """The minimal cut sets of a target, how many there are, how probable its failure is, and what matters for it.

    The topology may be the whole, or what is upstream of the target. Exact for all of `docs/impact.md`: the fixpoints
    are taken on decision diagrams. Where the budget is spent `truncated` says so, and what is answered is still right:
    see `CutSets`. Equal questions get equal answers, unless the time is what ends them.

    Raises what `check` raises. Cost: exponential in the worst case, as the problem is; linear for trees of gates.

    Sources: Bryant 1986 (decision diagrams), Rauzy 1993 (minimal cut sets and probability on them), Minato 1993
    (families of sets), Dutuit and Rauzy 2001 (importance), Bekic 1984 (fixpoints loop by loop).
    """
    by_position = topology if isinstance(topology, Network) else network(topology)
    check(question, by_position.position)
    started = budget.clock()
    meter = Meter(budget, started=started, share=_FOR_THE_DIAGRAM)
    rest = Meter(budget, started=started)
    try:
        model = build_model(by_position, question, meter)
    except Spent as spent:
        return CutSets(cut_sets=(), complete_to=0, truncated=spent.cut(Phase.DIAGRAM))
    try:
        decision = _decision(model, meter)
    except Spent as spent:
        return answer_without(model, question, spent.cut(Phase.DIAGRAM), rest)
    return answer_from(model, question, decision, rest)


def _decision(model: Model, meter: Meter) -> Decision:
    diagrams = Diagrams(len(model.ids), meter)
    return diagrams.decision(model.top_event(diagrams, meter))
