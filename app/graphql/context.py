"""What a request brings to its operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from graph.access import Principal
    from graph.analysis import (
        Analysis,
        CriticalityService,
        CutSetService,
        ImpactRequest,
        RootCauseService,
        SinglePointService,
    )
    from graph.changes import ChangeService
    from graph.documents import UsageLog
    from graph.feed import ChangeFeed, ImpactFeed
    from graph.ontology.model import Ontology
    from graph.reading import ReadingService
    from graph.traversal import TraversalService
    from migrations import MigrationRecord


class Ontologies(Protocol):
    """Knows the ontology in force, those before it, and the ledger."""

    async def current(self) -> tuple[str, Ontology]:
        """Revision and ontology in force."""
        ...

    async def at(self, revision: str) -> Ontology:
        """The ontology that a revision of the ledger brought. Raises NotFound."""
        ...

    async def records(self) -> Sequence[MigrationRecord]:
        """The ledger, newest first."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who asks, and the services that answer. `request_id` is what an unexpected error is found by in the log.

    `show_cost`: the answer is to say what it cost, under `extensions.cost`. `usage` notes who uses what.
    """

    principal: Principal
    reading: ReadingService
    traversal: TraversalService
    changes: ChangeService
    feed: ChangeFeed
    impact: Impacts
    impact_feed: ImpactFeed
    single_points: SinglePointService
    cut_sets: CutSetService
    criticality: CriticalityService
    root_causes: RootCauseService
    ontologies: Ontologies
    request_id: str
    show_cost: bool = False
    usage: UsageLog | None = None
