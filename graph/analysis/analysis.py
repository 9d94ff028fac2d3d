"""An analysis: the answer to one question about one tenant at one revision, and what is asked of it afterwards."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence

from graph.analysis.request import ImpactRequest
from graph.identity import Revision
from graph.impact import Answer, ImpactedAsset, Level, Proof
from graph.ontology.model import Ontology
from graph.snapshot import Snapshot


class Analysis:
    """An answer with the snapshot that it is about.

    What takes long and is seldom wanted (assets at risk, proofs) is computed when asked for, in a worker thread, once.
    """

    def __init__(
        self, request: ImpactRequest, answer: Answer, snapshot: Snapshot, ontology: Ontology, *, ontology_revision: str
    ) -> None:
        self.id = analysis_id(request, snapshot, ontology)
        self.request = request
        self.answer = answer
        self.snapshot = snapshot
        self.ontology_revision = ontology_revision
        self._ontology = ontology
        self._lock = asyncio.Lock()
        self._proofs: dict[str, Proof] = {}

    @property
    def revision(self) -> Revision:
        """The revision it is exact at."""
        return self.snapshot.revision

    def impacted(
        self, *, types: Sequence[str] | None = None, levels: Sequence[Level] | None = None
    ) -> Sequence[ImpactedAsset]:
        """Impacted assets, worst first, then fewest hops, then id. Raises UnknownType.

        `types` counts subtypes in; None is any type, or any level.
        """
        if types is None and levels is None:
            return self.answer.impacted
        wanted = self._family(types)
        return [
            each
            for each in self.answer.impacted
            if (wanted is None or self.snapshot.types[each.asset] in wanted)
            and (levels is None or each.level in levels)
        ]

    async def at_risk(self, *, types: Sequence[str] | None = None) -> Sequence[str]:
        """Ids of assets that one more loss would lower, sorted. Raises UnknownType. `types` counts subtypes in."""
        wanted = self._family(types)
        async with self._lock:
            found = await asyncio.to_thread(lambda: self.answer.at_risk)
        return found if wanted is None else [asset for asset in found if self.snapshot.types[asset] in wanted]

    async def proofs(self, assets: Sequence[str]) -> dict[str, Proof]:
        """Why each of these impacted assets fell. Raises NotFound for one that is not impacted."""
        async with self._lock:
            await asyncio.to_thread(self._prove, assets)
            return {asset: self._proofs[asset] for asset in assets}

    async def by_container(self, container_type: str) -> Sequence[tuple[str, int]]:
        """How many impacted assets each asset of a type (or subtypes) contains, largest first. Raises UnknownType."""
        wanted = self._ontology.concrete(container_type)

        def containers(asset: str) -> frozenset[str]:
            return self.snapshot.containers(asset, wanted)

        return await asyncio.to_thread(self.answer.by_container, containers)

    def by_type(self) -> Sequence[tuple[str, int]]:
        """How many impacted assets are of each exact type, most first."""
        return self.answer.by_type(lambda asset: self.snapshot.types[asset])

    def _family(self, types: Sequence[str] | None) -> frozenset[str] | None:
        if types is None:
            return None
        return frozenset[str]().union(*(self._ontology.concrete(name) for name in types))

    def _prove(self, assets: Sequence[str]) -> None:
        for asset in assets:
            if asset not in self._proofs:
                self._proofs[asset] = self.answer.because(asset)


def analysis_id(request: ImpactRequest, snapshot: Snapshot, ontology: Ontology) -> str:
    """The name of the analysis of `request` at a snapshot: the same question at the same revision has the same name."""
    digest = hashlib.sha256()
    for part in (snapshot.tenant.encode(), str(snapshot.revision).encode(), ontology.hash.encode(), request.canonical):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:32]
