"""What the handlers work with: everything that is open while the process serves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.evolution import Evolution
    from app.graphql.budget import Budget
    from app.http.persisted import PersistedDocuments
    from app.http.revisions import RevisionWatch
    from app.http.subscribers import Subscribers
    from app.inforce import Edition
    from app.ingest import Intake
    from app.security import Authenticator
    from app.telemetry import Metrics
    from graph.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one request may take: bytes of body, seconds to answer, operations of a batch (0: it takes none).

    `reconcile` is how many bytes may be compared with, as they come and unpacked. Without `names` refusals tell none of
    the ontology that the request didn't.
    """

    body: int
    seconds: float
    batch: int = 0
    reconcile: int = 1_000_000_000
    names: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The open service. `edition` gives what is served now, and raises OntologyMissing before there is an ontology.

    `intake` takes events. `budget` is what the operations of each principal may cost over time; None: what they like.
    """

    database: Database
    authenticator: Authenticator
    revisions: RevisionWatch
    metrics: Metrics
    limits: Limits
    subscribers: Subscribers
    documents: PersistedDocuments
    edition: Callable[[], Edition]
    intake: Intake
    evolution: Evolution
    budget: Budget | None = None
