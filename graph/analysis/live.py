"""What impact asks of live state: who knows it says which assets aren't well by themselves just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from graph.identity import Tenant
from graph.impact import Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """The own operabilities of a tenant's assets at one moment.

    `own` holds those that aren't surely at 1, in millionths: equal bounds where a channel says so, the bounds of
    `graph.impact.UNKNOWN` where it is stale or was never seen. `notes` are sentences about what that rests on, such as
    the stale channels. `version` differs whenever anything here does.
    """

    version: str
    own: Mapping[str, Bounds]
    notes: tuple[str, ...] = ()


NOMINAL: Final = LiveState(version="", own={})
"""What baseline NOMINAL starts from: nothing is the matter."""


class StateProvider(Protocol):
    """Knows the live state of tenants."""

    async def live(self, tenant: Tenant) -> LiveState:
        """The tenant's state now. Assets that it names may be unknown to a topology read before or after."""
        ...
