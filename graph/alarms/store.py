"""What a store of alarms offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from graph.alarms.model import Alarm, AlarmFilter, AlarmPage, Change, Flood, OpenPoints, Sighting, Transition
from graph.identity import Tenant


class Alarms(Protocol):
    """The alarms of all tenants. All raise AlarmsUnavailable; whatever is asked, what is due comes off the shelf first.

    `holder` is a process: one at a time raises the alarms of a tenant, and is followed by another when it ends.
    """

    async def tenants(self) -> Sequence[Tenant]:
        """Return the tenants that ever had anybody look after their alarms."""
        ...

    async def hold(self, tenant: Tenant, holder: str, *, seconds: float) -> bool:
        """Be the one who raises the tenant's alarms for so long, unless another is; whether it is so now."""
        ...

    async def release(self, holder: str) -> None:
        """Leave all that a process holds to others."""
        ...

    async def open_points(self, tenant: Tenant, *, since: int = 0) -> OpenPoints:
        """Return what is active, the flood that goes on, and what was raised since a moment outside of any."""
        ...

    async def settle(self, tenant: Tenant, holder: str, sightings: Sequence[Sighting]) -> list[Change] | None:
        """Raise and return what follows from what is seen; None: another process does that now."""
        ...

    async def page(self, tenant: Tenant, wanted: AlarmFilter, *, first: int, after: str | None = None) -> AlarmPage:
        """Return the `first` alarms that fit, those raised last first. Raises LimitExceeded, CursorInvalid."""
        ...

    async def assets(self, tenant: Tenant, wanted: AlarmFilter) -> list[str]:
        """Return the ids of the assets of all alarms that fit."""
        ...

    async def get(self, tenant: Tenant, ids: Sequence[str]) -> tuple[Alarm, ...]:
        """Return alarms in the order of their ids. Raises UnknownAlarm, LimitExceeded."""
        ...

    async def acknowledge(self, tenant: Tenant, ids: Sequence[str], *, by: str, comment: str) -> list[Change]:
        """Somebody has seen these alarms: all or none. Raises UnknownAlarm, AlarmStateConflict, LimitExceeded."""
        ...

    async def shelve(self, tenant: Tenant, alarm: str, *, until: int, by: str, reason: str) -> list[Change]:
        """Put an alarm out of sight. Raises UnknownAlarm, AlarmStateConflict, ShelfInvalid."""
        ...

    async def unshelve(self, tenant: Tenant, alarm: str, *, by: str, comment: str) -> list[Change]:
        """Bring an alarm back. Raises UnknownAlarm, AlarmStateConflict."""
        ...

    async def transitions(self, tenant: Tenant, alarms: Sequence[str]) -> Mapping[str, tuple[Transition, ...]]:
        """Return the newest steps of alarms, as many as are kept of one, oldest first, by alarm."""
        ...

    async def newest(self, tenant: Tenant) -> int:
        """Return the number of the tenant's last transition."""
        ...

    async def after(self, tenant: Tenant, number: int, *, most: int) -> list[Change]:
        """Return what followed a transition, oldest first; of alarms that are forgotten by now nothing."""
        ...

    async def floods(self, tenant: Tenant, ids: Sequence[str]) -> Mapping[str, Flood]:
        """Return floods by their ids."""
        ...

    async def of_flood(self, tenant: Tenant, flood: str, *, most: int) -> list[Alarm]:
        """Return the first alarms of a flood."""
        ...

    async def put_flood(self, tenant: Tenant, holder: str, flood: Flood, alarms: Sequence[str] = ()) -> bool:
        """Keep what is known of a flood, and count alarms to it; False: another process does that now."""
        ...

    async def close(self) -> None:
        """Finish what was taken, and let go of files and connections."""
        ...
