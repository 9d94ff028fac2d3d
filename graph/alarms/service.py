"""The door to alarms for whoever holds a principal: lists, what operators do to them, and what happens to them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from graph.access.principal import Principal, Scope
from graph.alarms.board import AlarmBoard
from graph.alarms.model import EVERY, Alarm, AlarmFilter, AlarmPage, Change, Flood, Transition
from graph.clock import epoch_micros
from graph.errors import LimitExceeded, ValueInvalid
from graph.identity import Tenant
from graph.ontology.channel_names import kept_as
from graph.ontology.model import Ontology
from graph.reading import Row
from graph.reading.limits import LIMITS, within_limit
from graph.snapshot import Snapshot
from graph.work import Sharing

PLACED: Final = 10_000
"""Assets with alarms that may be inside of one."""

COMMENT: Final = 2_000
"""Characters of what somebody says to an alarm."""


class Snapshots(Protocol):
    """Knows what contains what, as `graph.snapshot.SnapshotService` does."""

    async def current(self, tenant: Tenant) -> Snapshot:
        """The tenant at its newest revision."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which alarms a caller means: `types` count subtypes in, `within` is an asset in whose subtree they are."""

    alarms: AlarmFilter = EVERY
    types: tuple[str, ...] | None = None
    within: str | None = None


class AlarmService:
    """Alarms of principals' tenants, by one ontology.

    `sharing` is for those who make rows of the same changes by the same selection.
    """

    def __init__(self, board: AlarmBoard, snapshots: Snapshots, ontology: Ontology) -> None:
        self._board = board
        self.sharing = Sharing[list[Row]]()
        self._snapshots = snapshots
        self._ontology = ontology

    def channel_of(self, alarm: Alarm) -> str | None:
        """What the channel is called now that an alarm is about; None where it is about the asset's health."""
        kind = self._ontology.asset_types.get(alarm.kind)
        channels = () if kind is None else kind.channels.values()
        return next((each.name for each in channels if kept_as(each) == alarm.channel), alarm.channel) or None

    async def page(self, principal: Principal, wanted: Wanted, *, first: int, after: str | None = None) -> AlarmPage:
        """Return the `first` alarms that are meant, those raised last first.

        Raises Forbidden without scope read, UnknownType, LimitExceeded, CursorInvalid, AlarmsUnavailable.
        """
        principal.demand(Scope.READ)
        alarms = await self._placed(principal.tenant, self._typed(wanted), wanted.within)
        return await self._board.alarms.page(principal.tenant, alarms, first=first, after=after)

    async def find(self, principal: Principal, alarm: str) -> Alarm | None:
        """Return an alarm by its id; None where there is none."""
        principal.demand(Scope.READ)
        page = await self._board.alarms.page(principal.tenant, AlarmFilter(ids=(alarm,)), first=1)
        return page.alarms[0] if page.alarms else None

    async def transitions(self, principal: Principal, alarms: Sequence[str]) -> Mapping[str, tuple[Transition, ...]]:
        """Return all steps of alarms, oldest first, by alarm."""
        principal.demand(Scope.READ)
        return await self._board.alarms.transitions(principal.tenant, alarms)

    async def floods(self, principal: Principal, floods: Sequence[str]) -> Mapping[str, Flood]:
        """Return floods by their ids."""
        principal.demand(Scope.READ)
        return await self._board.alarms.floods(principal.tenant, floods)

    async def acknowledge(self, principal: Principal, ids: Sequence[str], *, comment: str = "") -> tuple[Alarm, ...]:
        """Note that the principal has seen alarms, all or none, and return them as they are then.

        Raises Forbidden without scopes read and operate, UnknownAlarm, AlarmStateConflict, LimitExceeded, ValueInvalid.
        """
        _demand(principal)
        done = await self._board.alarms.acknowledge(
            principal.tenant, ids, by=principal.name, comment=_checked(comment, "comment")
        )
        self._board.tell(principal.tenant, done)
        return await self._board.alarms.get(principal.tenant, ids)

    async def shelve(self, principal: Principal, alarm: str, *, until: datetime, reason: str) -> Alarm:
        """Put an alarm out of sight until a moment, and return it.

        Raises Forbidden without scopes read and operate, UnknownAlarm, AlarmStateConflict, ShelfInvalid, and
        ValueInvalid without a reason.
        """
        _demand(principal)
        if not reason.strip():
            raise ValueInvalid("An alarm is shelved for a reason", place="reason", expected="a text", actual="none")
        done = await self._board.alarms.shelve(
            principal.tenant, alarm, until=epoch_micros(until), by=principal.name, reason=_checked(reason, "reason")
        )
        return await self._told(principal, alarm, done)

    async def unshelve(self, principal: Principal, alarm: str, *, comment: str = "") -> Alarm:
        """Bring a shelved alarm back, and return it. Raises Forbidden, UnknownAlarm, AlarmStateConflict."""
        _demand(principal)
        done = await self._board.alarms.unshelve(
            principal.tenant, alarm, by=principal.name, comment=_checked(comment, "comment")
        )
        return await self._told(principal, alarm, done)

    async def changes(self, principal: Principal, wanted: Wanted) -> AsyncGenerator[list[Change]]:
        """Yield what happens to the alarms that are meant from now on, those together that came together.

        Raises Forbidden without scope read, UnknownType, LimitExceeded, AlarmsUnavailable.
        """
        principal.demand(Scope.READ)
        alarms = self._typed(wanted)
        async with aclosing(self._board.changes(principal.tenant)) as following:
            async for found in following:
                meant = [each for each in found if alarms.fits(each.alarm)]
                if meant and wanted.within is not None:
                    snapshot = await self._snapshots.current(principal.tenant)
                    meant = [each for each in meant if snapshot.is_within(each.alarm.asset, wanted.within)]
                if meant:
                    yield meant

    async def _told(self, principal: Principal, alarm: str, done: Sequence[Change]) -> Alarm:
        self._board.tell(principal.tenant, done)
        return (await self._board.alarms.get(principal.tenant, [alarm]))[0]

    def _typed(self, wanted: Wanted) -> AlarmFilter:
        """The filter with exact types. Raises UnknownType, LimitExceeded."""
        named = sum(len(each or ()) for each in (wanted.alarms.assets, wanted.alarms.floods, wanted.types))
        within_limit(named, LIMITS.filter_values, place="filter", what="The number of values in the filter")
        if wanted.types is None:
            return wanted.alarms
        concrete = frozenset[str]().union(*(self._ontology.concrete(name) for name in wanted.types))
        return replace(wanted.alarms, types=tuple(sorted(concrete)))

    async def _placed(self, tenant: Tenant, alarms: AlarmFilter, within: str | None) -> AlarmFilter:
        """The filter with the assets that are inside of one, of those that have alarms. Raises LimitExceeded."""
        if within is None:
            return alarms
        snapshot = await self._snapshots.current(tenant)
        assets = [each for each in await self._board.alarms.assets(tenant, alarms) if snapshot.is_within(each, within)]
        if len(assets) > PLACED:
            raise LimitExceeded(
                "Too many assets with alarms are in there",
                place="filter.within",
                expected=f"at most {PLACED:,}",
                actual=f"{len(assets):,}",
                hint="Ask for a part of it, or for fewer states, priorities or types",
            )
        return replace(alarms, assets=tuple(sorted(assets)))


def _demand(principal: Principal) -> None:
    """Whoever does something to an alarm looks at it: a gateway that sends events has no business with that."""
    principal.demand(Scope.READ)
    principal.demand(Scope.OPERATE)


def _checked(text: str, place: str) -> str:
    if len(text) > COMMENT:
        raise LimitExceeded(
            "The text is too long", place=place, expected=f"at most {COMMENT:,} characters", actual=f"{len(text):,}"
        )
    return text
