"""What a request brings to its operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.evolution import Evolution
    from app.graphql.budget import Budget
    from app.ingest import LetterDesk
    from app.telemetry import Objectives
    from graph.access import Principal
    from graph.alarms import AlarmService
    from graph.analysis import (
        Analysis,
        Comparison,
        CriticalityService,
        CutSetAnalysis,
        CutSetRequest,
        Difference,
        ImpactRequest,
        MaintenanceService,
        RootCauseService,
        SideName,
        SinglePointService,
    )
    from graph.changes import ChangeService
    from graph.documents import UsageLog
    from graph.feed import ChangeFeed, ImpactFeed
    from graph.health import HealthService, StateFeed
    from graph.impact import Proof
    from graph.ontology.model import Ontology
    from graph.reading import ReadingService
    from graph.traversal import TraversalService
    from migrations import Passage


class Ontologies(Protocol):
    """Knows the ontology in force, those before it, and the ledger."""

    async def current(self) -> tuple[str, Ontology]:
        """Revision and ontology in force."""
        ...

    async def at(self, revision: str) -> Ontology:
        """The ontology that a revision of the ledger brought. Raises UnknownRevision."""
        ...

    async def passages(self) -> Sequence[Passage]:
        """How the versions of the ledger passed, newest first."""
        ...


class Impacts(Protocol):
    """Answers questions about impact, as `graph.analysis.ImpactService` does."""

    async def ask(self, principal: Principal, request: ImpactRequest) -> Analysis:
        """Answer `request` at the tenant's newest revision."""
        ...

    async def resume(self, principal: Principal, request: ImpactRequest, pinned: str) -> Analysis:
        """The analysis called `pinned` that was made of `request`."""
        ...

    def pin(self, analysis: Analysis) -> None:
        """Keep an analysis, because a cursor to it goes out."""
        ...


class Comparisons(Protocol):
    """Compares the answers to two questions about impact, as `graph.analysis.ComparisonService` does."""

    async def ask(self, principal: Principal, before: ImpactRequest, after: ImpactRequest) -> Comparison:
        """Compare the answers to two requests at the tenant's newest revision."""
        ...

    async def resume(
        self, principal: Principal, before: ImpactRequest, after: ImpactRequest, pinned: str
    ) -> Comparison:
        """The comparison called `pinned` that was made of these requests."""
        ...

    async def proofs(self, comparison: Comparison, side: SideName, rows: Sequence[Difference]) -> dict[str, Proof]:
        """Why the assets of some rows are lower than in the baseline in one answer; others are left out."""
        ...

    def pin(self, comparison: Comparison) -> None:
        """Keep both analyses, because a cursor to them goes out."""
        ...


class CutSetFinder(Protocol):
    """Finds minimal cut sets, as `graph.analysis.CutSetService` does."""

    async def ask(self, principal: Principal, request: CutSetRequest) -> CutSetAnalysis:
        """The minimal cut sets of a target."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who asks, and the services that answer. `request_id` is what an unexpected error is found by in the log.

    `show_cost`: the answer is to say what it cost, under `extensions.cost`. `usage` notes who uses what. `budget` is
    what operations may cost over time; a source of which nothing came for `source_silence` seconds is silent. Without
    `names` refusals tell none of the ontology that the caller didn't.
    """

    principal: Principal
    reading: ReadingService
    traversal: TraversalService
    changes: ChangeService
    feed: ChangeFeed
    impact: Impacts
    comparisons: Comparisons
    maintenance: MaintenanceService
    impact_feed: ImpactFeed
    health: HealthService
    state_feed: StateFeed
    single_points: SinglePointService
    cut_sets: CutSetFinder
    criticality: CriticalityService
    root_causes: RootCauseService
    alarms: AlarmService
    letters: LetterDesk
    objectives: Objectives
    ontologies: Ontologies
    evolution: Evolution
    request_id: str
    show_cost: bool = False
    source_silence: float = 300.0
    usage: UsageLog | None = None
    budget: Budget | None = None
    names: bool = True
