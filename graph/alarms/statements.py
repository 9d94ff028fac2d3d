"""The statements on alarms; SQLite and PostgreSQL take the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, Select, and_, delete, func, literal, or_, select, tuple_, update

from graph.alarms.model import Action, Alarm, AlarmFilter, Cause, Flood, State, Transition
from graph.alarms.tables import ALARMS, FLOODS, TENANTS, TRANSITIONS
from graph.identity import Tenant
from graph.impact import Level
from graph.ontology.priority import Priority
from graph.sql import storable

_A: Final = ALARMS.c
_T: Final = TRANSITIONS.c
_F: Final = FLOODS.c


def tenant_row(tenant: Tenant) -> Select[Any]:
    """The tenant's row, locked until the transaction ends: who writes alarms of a tenant does so alone."""
    return select(TENANTS).where(TENANTS.c.tenant == tenant).with_for_update()


def tenant_changed(tenant: Tenant, **values: object) -> Executable:
    """Change the tenant's row."""
    return update(TENANTS).where(TENANTS.c.tenant == tenant).values(values)


def open_at(tenant: Tenant, assets: Sequence[str]) -> Select[Any]:
    """The open alarms of some assets."""
    return select(ALARMS).where(_A.tenant == tenant, _A.closed.is_(False), _A.asset.in_(assets))


def due(tenant: Tenant, now: int) -> Select[Any]:
    """Alarms whose time on the shelf is over."""
    return select(ALARMS).where(_A.tenant == tenant, _A.closed.is_(False), _A.shelved_until <= now)


def named(tenant: Tenant, ids: Sequence[str]) -> Select[Any]:
    """Alarms by their ids."""
    return select(ALARMS).where(_A.tenant == tenant, _A.id.in_(ids))


def active(tenant: Tenant) -> Executable:
    """Points at which something is the matter, with its level."""
    return select(_A.asset, _A.channel, _A.level).where(_A.tenant == tenant, _A.closed.is_(False), _A.active.is_(True))


def meant(tenant: Tenant, wanted: AlarmFilter) -> ColumnElement[bool]:
    """The condition that an alarm fits a filter."""
    pairs = (
        (_A.id, wanted.ids),
        (_A.state, wanted.states),
        (_A.priority, wanted.priorities),
        (_A.level, wanted.levels),
        (_A.asset, wanted.assets),
        (_A.kind, wanted.types),
        (_A.flood, wanted.floods),
    )
    return and_(
        _A.tenant == tenant, *(column.in_([*map(str, values)]) for column, values in pairs if values is not None)
    )


def newest(chosen: ColumnElement[bool], *, first: int, after: tuple[int, str] | None) -> Select[Any]:
    """The `first` of the chosen, those raised last first."""
    if after is not None:
        chosen = and_(chosen, tuple_(_A.raised, _A.id) < tuple_(*map(literal, after)))
    return select(ALARMS).where(chosen).order_by(_A.raised.desc(), _A.id.desc()).limit(first)


def number_of(chosen: ColumnElement[bool]) -> Select[Any]:
    """How many are chosen."""
    return select(func.count()).select_from(ALARMS).where(chosen)


def assets_of(chosen: ColumnElement[bool]) -> Select[Any]:
    """The assets of the chosen."""
    return select(_A.asset).where(chosen).distinct()


def transitions_of(tenant: Tenant, alarms: Sequence[str], most: int) -> Select[Any]:
    """The newest transitions of some alarms, so many of each, oldest first."""
    older = _older(and_(_T.tenant == tenant, _T.alarm.in_(alarms)), most)
    wanted = (_T.tenant == tenant, _T.alarm.in_(alarms), _T.number.not_in(older))
    return select(TRANSITIONS).where(*wanted).order_by(_T.number)


def transitions_after(tenant: Tenant, number: int, most: int) -> Select[Any]:
    """The transitions that follow one, oldest first."""
    return select(TRANSITIONS).where(_T.tenant == tenant, _T.number > number).order_by(_T.number).limit(most)


def floods(tenant: Tenant, ids: Sequence[str]) -> Select[Any]:
    """Floods by their ids."""
    return select(FLOODS).where(_F.tenant == tenant, _F.id.in_(ids))


def flood_under_way(tenant: Tenant) -> Select[Any]:
    """The flood that goes on, if there is one."""
    return select(FLOODS).where(_F.tenant == tenant, _F.ended.is_(None)).order_by(_F.began.desc()).limit(1)


def uncounted(tenant: Tenant, since: int) -> Executable:
    """Open alarms in no flood that were raised since a moment, the first one first, each with when it was last."""
    time = func.max(_T.time).label("time")
    steps = and_(_T.tenant == _A.tenant, _T.alarm == _A.id, _T.action.in_([Action.RAISED, Action.RERAISED]))
    wanted = (_A.tenant == tenant, _A.closed.is_(False), _A.flood.is_(None), _A.shelved_until.is_(None))
    return (
        select(_A.id, time)
        .join(TRANSITIONS, steps)
        .where(*wanted, _T.time >= since)
        .group_by(_A.id)
        .order_by(time, _A.id)
    )


def of_flood(tenant: Tenant, flood: str, most: int) -> Select[Any]:
    """The first alarms of a flood."""
    return select(ALARMS).where(_A.tenant == tenant, _A.flood == flood).order_by(_A.raised, _A.id).limit(most)


def in_flood(tenant: Tenant, flood: str, alarms: Sequence[str]) -> Executable:
    """Count alarms to a flood."""
    return update(ALARMS).where(_A.tenant == tenant, _A.id.in_(alarms)).values(flood=flood)


def forgotten(tenant: Tenant, before: int, most: int) -> Sequence[Executable]:
    """Forget alarms that were closed before a moment, their transitions, and floods that ended before it.

    Of an alarm that stays, so many transitions are kept: one that comes and goes may be open for ever.
    """
    old = and_(_A.tenant == tenant, _A.closed.is_(True), _A.changed < before)
    return (
        delete(TRANSITIONS).where(_T.tenant == tenant, _T.alarm.in_(select(_A.id).where(old))),
        delete(ALARMS).where(old),
        delete(TRANSITIONS).where(_T.tenant == tenant, _T.number.in_(_older(_T.tenant == tenant, most))),
        delete(FLOODS).where(
            _F.tenant == tenant,
            or_(_F.ended < before),
            _F.id.not_in(select(_A.flood).where(_A.tenant == tenant, _A.flood.is_not(None))),
        ),
    )


def _older(chosen: ColumnElement[bool], most: int) -> Select[Any]:
    """The numbers of the chosen transitions that have so many newer ones of their alarm."""
    place = func.row_number().over(partition_by=_T.alarm, order_by=_T.number.desc()).label("place")
    placed = select(_T.number, place).where(chosen).subquery()
    return select(placed.c.number).where(placed.c.place > most)


def alarm_of(row: Any) -> Alarm:
    """Return what a row holds."""
    return Alarm(
        id=row.id,
        asset=row.asset,
        channel=row.channel,
        kind=row.kind,
        level=Level(row.level),
        priority=Priority(row.priority),
        value=row.value,
        active=row.active,
        acknowledged=row.acknowledged,
        raised=row.raised,
        changed=row.changed,
        raises=row.raises,
        shelved_until=row.shelved_until,
        closed=row.closed,
        flood=row.flood,
    )


def row_of(tenant: Tenant, alarm: Alarm) -> dict[str, Any]:
    """Return the row of an alarm."""
    return {
        "tenant": tenant,
        "id": alarm.id,
        "asset": alarm.asset,
        "channel": alarm.channel,
        "kind": alarm.kind,
        "level": str(alarm.level),
        "priority": str(alarm.priority),
        "state": str(alarm.state),
        "value": storable(alarm.value) if isinstance(alarm.value, str) else alarm.value,
        "active": alarm.active,
        "acknowledged": alarm.acknowledged,
        "raised": alarm.raised,
        "changed": alarm.changed,
        "raises": alarm.raises,
        "shelved_until": alarm.shelved_until,
        "closed": alarm.closed,
        "flood": alarm.flood,
    }


def transition_of(row: Any) -> Transition:
    """Return what a row holds."""
    return Transition(
        number=row.number,
        alarm=row.alarm,
        action=Action(row.action),
        state=State(row.state),
        level=Level(row.level),
        time=row.time,
        by=row.by,
        comment=row.comment,
    )


def transition_row(tenant: Tenant, step: Transition) -> dict[str, Any]:
    """Return the row of a transition."""
    return {
        "tenant": tenant,
        "number": step.number,
        "alarm": step.alarm,
        "action": str(step.action),
        "state": str(step.state),
        "level": str(step.level),
        "time": step.time,
        "by": storable(step.by),
        "comment": storable(step.comment),
    }


def flood_of(row: Any) -> Flood:
    """Return what a row holds."""
    return Flood(
        id=row.id,
        began=row.began,
        alarms=row.alarms,
        ended=row.ended,
        asked=row.asked,
        causes=tuple(_cause_of(each) for each in row.causes),
        notes=tuple(row.notes),
    )


def flood_row(tenant: Tenant, flood: Flood) -> dict[str, Any]:
    """Return the row of a flood."""
    return {
        "tenant": tenant,
        "id": flood.id,
        "began": flood.began,
        "ended": flood.ended,
        "alarms": flood.alarms,
        "asked": flood.asked,
        "causes": [
            {
                "assets": [*each.assets],
                "score": each.score,
                "explains": each.explains,
                "unexplained": each.unexplained,
                "contradictedBy": each.contradicted_by,
            }
            for each in flood.causes
        ],
        "notes": [*flood.notes],
    }


def _cause_of(document: dict[str, Any]) -> Cause:
    return Cause(
        assets=tuple(document["assets"]),
        score=document["score"],
        explains=document["explains"],
        unexplained=document["unexplained"],
        contradicted_by=document["contradictedBy"],
    )
