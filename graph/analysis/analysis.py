"""An analysis: the answer to one question about one tenant at one revision, and what is asked of it afterwards."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from functools import cached_property, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.analysis.live import LiveState
from graph.analysis.request import ImpactRequest
from graph.identity import Revision
from graph.impact import ImpactedAsset, Level, Proof
from graph.kernel import ArrayAnswer, IdList, Ranked, count_within
from graph.kernel.arrays import I32
from graph.kernel.lists import ImpactedList
from graph.ontology.model import Ontology
from graph.snapshot import Snapshot
from graph.work import Workers

FEW_PROOFS: Final = 20
"""Proofs that are likely to be found in a moment."""

PROOFS_KEPT: Final = 2_000
"""Proofs that are kept for who asks for the same page again; who reads on to the end needs none of them twice."""

FEW_COUNTED: Final = 100
"""Assets whose containers are counted at once."""

MANY: Final = 10_000
"""Assets that take too long to be put in order on the event loop."""


class Analysis:
    """An answer with the snapshot that it is about; `name` is its `analysis_id`, `live` the state it starts from.

    What takes long and is seldom wanted (assets at risk, proofs) is computed when asked for, in a worker thread, once.
    """

    def __init__(
        self,
        request: ImpactRequest,
        answer: ArrayAnswer,
        snapshot: Snapshot,
        ontology: Ontology,
        *,
        name: str,
        live: LiveState,
        ontology_revision: str,
        workers: Workers | None = None,
    ) -> None:
        self.id = name
        self.request = request
        self.answer = answer
        self.snapshot = snapshot
        self.live = live
        self.ontology_revision = ontology_revision
        self._ontology = ontology
        self._workers = workers or Workers()
        self._lock = asyncio.Lock()
        self._proofs: dict[str, Proof] = {}

    @property
    def revision(self) -> Revision:
        """The revision it is exact at."""
        return self.snapshot.revision

    @cached_property
    def values(self) -> int:
        """How many values of assets it holds: what it takes in memory, in some tens of bytes each."""
        return sum(case.touched.size for case in self.answer.cases)

    def impacted(self, *, types: Sequence[str] | None = None, levels: Sequence[Level] | None = None) -> ImpactedList:
        """Impacted assets, worst first, then fewest hops, then id. Raises UnknownType.

        `types` counts subtypes in; None is any type, or any level.
        """
        found = self.answer.impacted
        if types is not None:
            found = found.where(self.are_of(types, found.positions))
        return found if levels is None else found.at_levels(levels)

    async def in_order(
        self,
        *,
        types: Sequence[str] | None = None,
        levels: Sequence[Level] | None = None,
        upto: int | None = None,
    ) -> Sequence[ImpactedAsset]:
        """What `impacted` gives, the first `upto` or all put in order in a thread where there are many."""
        if len(self.answer.impacted) < MANY:
            return self.impacted(types=types, levels=levels)
        return await asyncio.to_thread(self._in_order, types, levels, upto)

    def _in_order(
        self, types: Sequence[str] | None, levels: Sequence[Level] | None, upto: int | None
    ) -> Sequence[ImpactedAsset]:
        found = self.impacted(types=types, levels=levels)
        found.ready(upto)
        return found

    async def at_risk(self, *, types: Sequence[str] | None = None) -> Sequence[str]:
        """Ids of assets that one more loss would lower, sorted. Raises UnknownType. `types` counts subtypes in."""
        kinds = None if types is None else self._kinds(types)
        found = await self.assets_at_risk()
        if kinds is None:
            return found
        return found.where(self.snapshot.of_kinds(kinds, found.positions) == 1)

    async def assets_at_risk(self) -> IdList:
        """All assets that one more loss would lower."""
        async with self._lock:
            return await self._workers.run(
                self.snapshot.tenant, "atRisk", lambda: self.answer.at_risk, quick=self.values < MANY
            )

    async def proofs(self, assets: Sequence[str]) -> dict[str, Proof]:
        """Why each of these impacted assets fell. Raises NotFound for one that is not impacted."""
        if not assets:
            return {}
        async with self._lock:
            work = partial(self._prove, assets)
            await self._workers.run(self.snapshot.tenant, "proofs", work, quick=len(assets) <= FEW_PROOFS)
            found = {asset: self._proofs[asset] for asset in assets}
            if len(self._proofs) > PROOFS_KEPT:
                self._proofs = {}
            return found

    async def by_container(self, container_type: str) -> Sequence[tuple[str, int]]:
        """How many impacted assets each asset of a type (or subtypes) contains, largest first. Raises UnknownType."""
        wanted = self._kinds([container_type])
        positions = self.answer.impacted.positions
        if positions.size <= FEW_COUNTED:
            return self._counted_singly(positions, wanted)
        work = partial(self._counted, positions, wanted)
        return await self._workers.run(self.snapshot.tenant, "byContainer", work, quick=True)

    def by_type(self) -> Sequence[tuple[str, int]]:
        """How many impacted assets are of each exact type, most first, then by name."""
        counts = np.bincount(self.snapshot.kinds[self.answer.impacted.positions]).tolist()
        found = [(name, count) for name, count in zip(self.snapshot.kind_names, counts, strict=False) if count]
        return sorted(found, key=lambda each: (-each[1], each[0]))

    def are_of(self, types: Sequence[str], positions: I32) -> NDArray[np.bool_]:
        """Whether each of some assets is of one of these types or their subtypes. Raises UnknownType."""
        return self.snapshot.of_kinds(self._kinds(types), positions) == 1

    def _kinds(self, types: Sequence[str]) -> frozenset[str]:
        return frozenset[str]().union(*(self._ontology.concrete(name) for name in types))

    def _counted(self, positions: I32, kinds: frozenset[str]) -> Ranked:
        counts = count_within(self.snapshot.containment, positions, self.snapshot.of_kinds(kinds))
        found = np.flatnonzero(counts).astype(np.int32)
        return Ranked(self.snapshot.ids, found, counts[found])

    def _counted_singly(self, positions: I32, kinds: frozenset[str]) -> Ranked:
        """The same for few assets, without arrays as long as all are many."""
        counted = self.snapshot.containment.count_above(positions.tolist())
        found = np.array(sorted(counted), np.int32)
        found = found[self.snapshot.of_kinds(kinds, found) == 1]
        return Ranked(self.snapshot.ids, found, np.array([counted[at] for at in found.tolist()], np.int32))

    def _prove(self, assets: Sequence[str]) -> None:
        missing = [asset for asset in dict.fromkeys(assets) if asset not in self._proofs]
        self._proofs |= {proof.asset: proof for proof in self.answer.proofs(missing)}


def analysis_id(request: ImpactRequest, snapshot: Snapshot, ontology: Ontology, *, state: str) -> str:
    """The name of the analysis of `request` at a snapshot and a version of the live state.

    The same question at the same revision and the same state has the same name.
    """
    digest = hashlib.sha256()
    about = (snapshot.tenant, str(snapshot.revision), ontology.hash, state)
    for part in (*(each.encode() for each in about), request.canonical):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:32]
