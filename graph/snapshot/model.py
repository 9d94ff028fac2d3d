"""What a snapshot holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.identity import Revision, Tenant
from graph.impact import Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A tenant at one revision: its topology, the exact type of each asset, and what contains it directly."""

    tenant: Tenant
    revision: Revision
    topology: Topology
    types: Mapping[str, str]
    parents: Mapping[str, tuple[str, ...]]

    def containers(self, asset: str, types: frozenset[str]) -> frozenset[str]:
        """The assets of one of `types` (exact) that contain `asset` at any depth."""
        found: set[str] = set()
        waiting = list(self.parents.get(asset, ()))
        while waiting:
            container = waiting.pop()
            if container not in found:
                found.add(container)
                waiting.extend(self.parents.get(container, ()))
        return frozenset(each for each in found if self.types[each] in types)
