"""A question about impact as doors make it, before it meets a snapshot."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from graph.impact import Baseline, Failure, SupplyRef
from graph.ontology.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRelationship:
    """A relationship that a question puts in; one that exists already (type, ends, key) is replaced."""

    type: str
    source: str
    target: str
    key: str = ""
    properties: dict[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactRequest:
    """What fails, what is taken away or put in, what is under maintenance; semantics as in `graph.impact`."""

    failures: tuple[Failure, ...] = ()
    removed: tuple[SupplyRef, ...] = ()
    added: tuple[NewRelationship, ...] = ()
    maintenance: tuple[str, ...] = ()
    baseline: Baseline = Baseline.NOMINAL
    horizon: timedelta | None = None

    @property
    def canonical(self) -> bytes:
        """The same bytes for the same request: what an analysis is known by, beside its revision."""
        # Not orjson, which knows no whole numbers of more than 64 bits: what is wrong with one is told later.
        return json.dumps(asdict(self), default=str, sort_keys=True).encode()
