"""One question evaluated: the fixpoints B, M and S, and S stage by stage.

Where own operabilities are unknown a question has two cases, one with each unknown at its lower and one at its upper
bound; otherwise it has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from graph.impact.fixpoint import Fixpoint, greatest, lowered
from graph.impact.network import Network, network
from graph.impact.question import Failure, Resolved
from graph.impact.supply import NO_DELAY, RelationshipId


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What happens at one offset: the state before, the assets that fail then (by position), the state after."""

    at: timedelta
    before: Fixpoint
    struck: frozenset[int]
    after: Fixpoint

    @property
    def fallen(self) -> frozenset[int]:
        """The assets that are lower after than before, by position: L."""
        pairs = zip(self.before.values, self.after.values, strict=True)
        return frozenset(at for at, (before, after) in enumerate(pairs) if after < before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """B the baseline, M with maintenance, S with failures and changed relationships too.

    `failed` are the positions of all failed assets, `changed` the relationships taken away or put in.
    """

    b: Fixpoint
    m: Fixpoint
    s: Fixpoint
    stages: tuple[Stage, ...]
    failed: frozenset[int]
    maintained: frozenset[int]
    changed: frozenset[RelationshipId]

    @property
    def impacted(self) -> list[int]:
        """The assets lower in S than in M, other than the failed ones, by position."""
        pairs = zip(self.m.values, self.s.values, strict=True)
        return [at for at, (m, s) in enumerate(pairs) if s < m and at not in self.failed]

    @property
    def lowered_by_maintenance(self) -> list[int]:
        """The assets lower in M than in B, those in maintenance themselves left out, by position."""
        pairs = zip(self.b.values, self.m.values, strict=True)
        return [at for at, (b, m) in enumerate(pairs) if m < b and at not in self.maintained]

    @property
    def improved(self) -> list[int]:
        """The assets higher in S than in M, by position."""
        pairs = zip(self.m.values, self.s.values, strict=True)
        return [at for at, (m, s) in enumerate(pairs) if s > m]

    def fell(self, asset: str) -> bool:
        """Whether an asset is impacted in this case."""
        at = self.s.network.position[asset]
        return self.s.values[at] < self.m.values[at] and at not in self.failed


def evaluate_case(resolved: Resolved, baseline: Fixpoint, *, budget: int) -> Case:
    """The fixpoints of one question, from its baseline."""
    position = baseline.network.position
    maintained = frozenset(position[asset] for asset in resolved.question.maintenance)
    own = [0 if at in maintained else value for at, value in enumerate(baseline.own)]
    m = lowered(baseline, baseline.network, own, budget=budget) if maintained else baseline
    stages = _stages(resolved, m, budget=budget)
    return Case(
        b=baseline,
        m=m,
        s=stages[-1].after if stages else m,
        stages=stages,
        failed=frozenset(position[failure.asset] for failure in resolved.question.failures),
        maintained=maintained,
        changed=resolved.removed | resolved.added.keys(),
    )


def _stages(resolved: Resolved, m: Fixpoint, *, budget: int) -> tuple[Stage, ...]:
    """Failures by rising offset; changed relationships come first, at offset 0."""
    by_offset: dict[timedelta, list[Failure]] = {}
    if resolved.changes_topology:
        by_offset[NO_DELAY] = []
    for failure in resolved.question.failures:
        by_offset.setdefault(failure.at, []).append(failure)
    stages: list[Stage] = []
    state = m
    for at in sorted(by_offset):
        own = _struck(state, by_offset[at])
        if at == NO_DELAY and resolved.changes_topology:
            after = _rewired(resolved, state, own, budget=budget)
        else:
            after = lowered(state, state.network, own, budget=budget)
        struck = frozenset(m.network.position[failure.asset] for failure in by_offset[at])
        stages.append(Stage(at=at, before=state, struck=struck, after=after))
        state = after
    return tuple(stages)


def _struck(state: Fixpoint, failures: Sequence[Failure]) -> list[int]:
    """Own operabilities with some failures: an asset falls to what a failure says, and never rises by one."""
    own = list(state.own)
    for failure in failures:
        at = state.network.position[failure.asset]
        own[at] = min(own[at], failure.operability)
    return own


def _rewired(resolved: Resolved, state: Fixpoint, own: Sequence[int], *, budget: int) -> Fixpoint:
    rewired: Network = network(state.network.topology.changed(removed=resolved.removed, added=resolved.added))
    if resolved.added:
        return greatest(rewired, own, budget=budget)
    return lowered(state, rewired, own, budget=budget)
