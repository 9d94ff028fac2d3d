"""The result of `docs/impact.md`, nu X . min over FLOW types T of (mu Y . F), for all combinations of failures at once.

Assets are taken loop by loop (strongly connected components), providers first, so an asset on no loop is evaluated
once. That is sound for nested fixpoints (Bekic 1984): what is upstream doesn't read what is downstream, and at the
result X = F(X) = least(T, X) for every T (`graph/impact/fixpoint.py`), so upstream X and Y are the same.

On a loop X starts at `own`. `_lower` replaces values by F until nothing changes, `_least` replaces X by least(T, X) for
one FLOW type after the other. As in `fixpoint.py`, X stays at or above the result and F(X) <= X holds throughout, so
where neither changes anything X is the result. FLOW types without a supply inside the loop need no turn of their own:
there least(T, X) is F(X).

Values change one at a time, each change read by the next (chaotic iteration); for monotone F any order ends at the same
fixpoint. Diagrams are canonical, so "nothing changes" is a comparison. Loops end: on each asset there are finitely many
staircases, though losses below 1 may make many, which the meter stops.
"""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from graph.cutsets.components import providers_first
from graph.cutsets.demand import members_read
from graph.cutsets.evaluation import Evaluation
from graph.cutsets.steps import Steps
from graph.impact.network import NetworkGroup

F = TypeVar("F")

_Readers = Mapping[int, Sequence[int]]
"""For each asset of a loop, those that read it."""


class Settling(Generic[F]):
    """Settles the assets of an evaluation; `held` is X, by position."""

    def __init__(self, evaluation: Evaluation[F]) -> None:
        self.held: dict[int, Steps[F]] = {}
        self._evaluation = evaluation

    def settle(self) -> Mapping[int, Steps[F]]:
        """The result for every asset asked for. Raises Spent."""
        for loop in providers_first(self._evaluation.groups):
            inside = set(loop)
            groups = [group for asset in loop for group in self._evaluation.groups[asset]]
            readers = [group for group in groups if not inside.isdisjoint(members_read(group))]
            if readers:
                self._settle_loop(loop, readers)
            else:
                self.held[loop[0]] = self._evaluation.evaluate(loop[0], lambda _: self.held)
        return self.held

    def _settle_loop(self, loop: Sequence[int], readers: Sequence[NetworkGroup]) -> None:
        self.held |= {asset: self._evaluation.own(asset) for asset in loop}
        flows = sorted({group.flow for group in readers if group.flow is not None})
        reread = _readers(loop, readers)
        if not flows:
            self._lower(loop, reread)
        elif len(flows) == 1 and all(group.flow is not None for group in readers):
            self._least(loop, flows[0], reread)
        else:
            self._settle_mixed(loop, {flow: _readers(loop, _of_flow(readers, flow)) for flow in flows}, reread)

    def _settle_mixed(self, loop: Sequence[int], by_flow: Mapping[int, _Readers], reread: _Readers) -> None:
        """A loop in which values of X are read too, so that what falls may bring down more."""
        falling = True
        while falling:
            falling = False
            for flow, readers in by_flow.items():
                fell = self._least(loop, flow, readers)
                self._lower({reader for asset in fell for reader in reread[asset]}, reread)
                falling = falling or bool(fell)

    def _lower(self, dirty: Iterable[int], readers: _Readers) -> None:
        """Lower X by F, everything reading X."""
        _iterate(self.held, dirty, readers, lambda asset: self._evaluation.evaluate(asset, lambda _: self.held))

    def _least(self, loop: Sequence[int], flow: int, readers: _Readers) -> list[int]:
        """Replace X by least(T, X): raise Y from 0, supplies of T reading Y, all others X. Returns what fell."""
        raised = dict.fromkeys(loop, self._evaluation.down())
        both = ChainMap(raised, self.held)

        def reading(group: NetworkGroup) -> Mapping[int, Steps[F]]:
            return both if group.flow == flow else self.held

        _iterate(raised, loop, readers, lambda asset: self._evaluation.evaluate(asset, reading))
        fell = [asset for asset in loop if raised[asset] != self.held[asset]]
        self.held |= raised
        return fell


def _iterate(
    values: dict[int, Steps[F]],
    dirty: Iterable[int],
    readers: _Readers,
    evaluate: Callable[[int], Steps[F]],
) -> None:
    """Evaluate assets until no value changes, first come first served: much like rounds, and always the same."""
    waiting = deque(sorted(set(dirty)))
    queued = set(waiting)
    while waiting:
        asset = waiting.popleft()
        queued.discard(asset)
        value = evaluate(asset)
        if value == values[asset]:
            continue
        values[asset] = value
        news = [reader for reader in readers[asset] if reader not in queued]
        waiting += news
        queued.update(news)


def _of_flow(groups: Iterable[NetworkGroup], flow: int) -> list[NetworkGroup]:
    return [group for group in groups if group.flow == flow]


def _readers(loop: Iterable[int], groups: Iterable[NetworkGroup]) -> _Readers:
    """For each asset of a loop, the assets of these groups that read it."""
    found: dict[int, dict[int, None]] = {asset: {} for asset in loop}
    for group in groups:
        for provider in members_read(group):
            if provider in found:
                found[provider][group.dependant] = None
    return {asset: tuple(readers) for asset, readers in found.items()}
