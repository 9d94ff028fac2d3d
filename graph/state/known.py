"""Types of assets, remembered as long as their tenant's topology stays as it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from graph.identity import Tenant
from graph.ontology.model import Ontology
from graph.state.store import StateStore

KEPT: Final = 200_000
"""Assets of one tenant that are remembered."""


@dataclass(slots=True)
class _Tenant:
    revision: int = -1
    kinds: dict[str, str] = field(default_factory=dict[str, str])
    stateful: set[str] = field(default_factory=set[str])


class KnownAssets:
    """Knows the exact types of assets that events speak of, and which of them have a state already."""

    def __init__(self, store: StateStore) -> None:
        self._store = store
        self._tenants: dict[Tenant, _Tenant] = {}

    async def kinds(self, tenant: Tenant, assets: Collection[str], ontology: Ontology) -> dict[str, str]:
        """Return the exact types of assets, by id, as the database has them now; those that aren't there are left out.

        One statement, two where something else of the tenant was written since the last time.
        """
        known = self._tenants.setdefault(tenant, _Tenant())
        if len(known.kinds) > KEPT:
            known = self._tenants[tenant] = _Tenant()
        found = await self._store.known(tenant, [asset for asset in assets if asset not in known.kinds])
        if found.revision != known.revision:
            if known.kinds:
                found = await self._store.known(tenant, list(assets))
            known = self._tenants[tenant] = _Tenant(revision=found.revision)
        for asset, (labels, stateful) in found.assets.items():
            known.kinds[asset] = ontology.type_of(labels).name
            if stateful:
                known.stateful.add(asset)
        return {asset: known.kinds[asset] for asset in assets if asset in known.kinds}

    def without_state(self, tenant: Tenant, assets: Collection[str]) -> set[str]:
        """Return those of the assets that are not known to have a state."""
        known = self._tenants.get(tenant, _Tenant())
        return {asset for asset in assets if asset not in known.stateful}

    def have_state(self, tenant: Tenant, assets: Collection[str]) -> None:
        """Take note that assets have a state now."""
        known = self._tenants.get(tenant)
        if known is not None:
            known.stateful.update(assets)

    def forget(self, tenant: Tenant) -> None:
        """Look everything of a tenant up again when it is asked for next."""
        self._tenants.pop(tenant, None)

    def forget_all(self) -> None:
        """Look everything up again: another ontology is in force."""
        self._tenants.clear()
