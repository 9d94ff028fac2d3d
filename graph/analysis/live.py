"""What impact asks of live state: who knows it says which assets aren't well by themselves just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from graph.identity import Tenant
from graph.impact import Bounds
from graph.kernel import OwnList
from graph.snapshot import Snapshot
from graph.snapshot.model import GONE, Family


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """The own operabilities of a tenant's assets at one moment.

    `own` holds those that aren't surely at 1, in millionths: equal bounds where a channel says so, the bounds of
    `graph.impact.UNKNOWN` where it is stale or was never seen. `notes` are sentences about what that rests on, such as
    the stale channels. `version` differs whenever anything here does. `family` is that of the snapshot whose positions
    `own` knows, where it does.
    """

    version: str
    own: Mapping[str, Bounds]
    notes: tuple[str, ...] = ()
    family: Family | None = None

    def placed(self, snapshot: Snapshot) -> Mapping[str, Bounds]:
        """What it says of the assets of a snapshot. Cost: none, where it was made of the same family."""
        own = self.own
        if not isinstance(own, OwnList) or self.family is not snapshot.family:
            return {asset: bounds for asset, bounds in own.items() if asset in snapshot.ids}
        if own.ids is snapshot.ids:
            return own
        # Positions are for good: what isn't there yet is beyond the last one, what went says so.
        there = own.positions[own.positions < snapshot.kinds.size]
        kept = np.flatnonzero(snapshot.kinds[there] != GONE)
        return OwnList(snapshot.ids, there[kept], own.lower[kept], own.upper[kept])


NOMINAL: Final = LiveState(version="", own={})
"""What baseline NOMINAL starts from: nothing is the matter."""


class StateProvider(Protocol):
    """Knows the live state of tenants."""

    async def live(self, tenant: Tenant) -> LiveState:
        """The tenant's state now. Assets that it names may be unknown to a topology read before or after."""
        ...
