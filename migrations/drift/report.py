"""What was found: counted, with some samples of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migrations.drift.kinds import MEANINGS, DriftKind, DriftMeaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One case. `about` is what is otherwise: an asset's id, `TYPE source -> target`, a constraint, a tenant."""

    about: str
    detail: str
    tenant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One kind of drift with how often it was found, and the first cases."""

    kind: DriftKind
    count: int
    samples: tuple[Sample, ...]

    @property
    def meaning(self) -> DriftMeaning:
        """What it means and what repairs it."""
        return MEANINGS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How a database stands to its own ontology: `revision` and `hash` are of that; the rest counts what was read."""

    revision: str
    hash: str
    tenants: int
    assets: int
    relationships: int
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong; notes are no drift."""
        return all(finding.meaning.note for finding in self.findings)


class Tally:
    """Counts while it is looked; keeps the first `most` samples of each kind."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._counts: dict[DriftKind, int] = {}
        self._samples: dict[DriftKind, list[Sample]] = {}

    def add(self, kind: DriftKind, about: str, detail: str, *, tenant: str | None = None, count: int = 1) -> None:
        """Count one case, or several that one sample stands for."""
        self._counts[kind] = self._counts.get(kind, 0) + count
        samples = self._samples.setdefault(kind, [])
        if len(samples) < self.most:
            samples.append(Sample(about=about, detail=detail, tenant=tenant))

    def add_count(self, kind: DriftKind, count: int) -> None:
        """Count cases beyond those that samples stand for."""
        if count > 0:
            self._counts[kind] = self._counts.get(kind, 0) + count

    def count(self, kind: DriftKind) -> int:
        """Return how many of a kind were counted."""
        return self._counts.get(kind, 0)

    def findings(self) -> tuple[Finding, ...]:
        """Return what was found, in the order of the kinds."""
        counts: Mapping[DriftKind, int] = self._counts
        return tuple(
            Finding(kind=kind, count=counts[kind], samples=tuple(self._samples.get(kind, ())))
            for kind in DriftKind
            if counts.get(kind)
        )
