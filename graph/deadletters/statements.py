"""The statements on dead letters; SQLite and PostgreSQL take the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Executable, and_, delete, func, literal, select, tuple_, update

from graph.deadletters.model import PAYLOAD_BYTES, DeadLetter, Parked
from graph.deadletters.tables import LETTERS
from graph.identity import Tenant
from graph.sql import insert_of, storable

_C: Final = LETTERS.c


def put(connection: Connection, tenant: Tenant, letters: Sequence[DeadLetter]) -> None:
    """Keep letters; one that came before counts once more, and waits again."""
    insert = insert_of(connection)(LETTERS)
    new = insert.excluded
    again = insert.on_conflict_do_update(
        index_elements=[_C.tenant, _C.id],
        set_={
            "times": _C.times + 1,
            "replayed": None,
            **{name: new[name] for name in ("code", "message", "trace", "received", "sent")},
        },
    )
    connection.execute(again, [_row(tenant, letter) for letter in letters])


def cut(tenant: Tenant, *, most: int, since: int) -> Sequence[Executable]:
    """Forget what a tenant has beyond its newest `most`, and what came before a moment."""
    newest_first = (_C.received.desc(), _C.id.desc())
    beyond = select(_C.id).where(_C.tenant == tenant).order_by(*newest_first).offset(most)
    return (
        delete(LETTERS).where(_C.tenant == tenant, _C.received < since),
        delete(LETTERS).where(_C.tenant == tenant, _C.id.in_(beyond)),
    )


def waiting(tenant: Tenant, code: str | None, *, replayed: bool) -> ColumnElement[bool]:
    """The condition that a letter waits, or was replayed, for one reason or any."""
    chosen = and_(_C.tenant == tenant, _C.replayed.is_not(None) if replayed else _C.replayed.is_(None))
    return chosen if code is None else and_(chosen, _C.code == code)


def newest(chosen: ColumnElement[bool], *, first: int, after: tuple[Any, ...] | None) -> Executable:
    """The `first` of the chosen, newest first."""
    if after is not None:
        chosen = and_(chosen, tuple_(_C.received, _C.id) < tuple_(*map(literal, after)))
    return select(LETTERS).where(chosen).order_by(_C.received.desc(), _C.id.desc()).limit(first)


def number_of(chosen: ColumnElement[bool]) -> Executable:
    """How many are chosen."""
    return select(func.count()).select_from(LETTERS).where(chosen)


def numbers_by_code(tenant: Tenant) -> Executable:
    """How many wait, by reason."""
    return (
        select(_C.code, func.count()).where(waiting(tenant, None, replayed=False)).group_by(_C.code).order_by(_C.code)
    )


def named(tenant: Tenant, ids: Sequence[str]) -> Executable:
    """Letters by their ids."""
    return select(LETTERS).where(_C.tenant == tenant, _C.id.in_(ids))


def dropped(tenant: Tenant, ids: Sequence[str]) -> Executable:
    """Forget letters."""
    return delete(LETTERS).where(_C.tenant == tenant, _C.id.in_(ids))


def marked(tenant: Tenant, ids: Sequence[str], now: int) -> Executable:
    """Note that letters were taken."""
    waits = and_(_C.tenant == tenant, _C.id.in_(ids), _C.replayed.is_(None))
    return update(LETTERS).where(waits).values(replayed=now)


def parked_of(row: Any) -> Parked:
    """Return what a row holds."""
    letter = DeadLetter(
        code=row.code,
        message=row.message,
        transport=row.transport,
        source=row.source,
        received=row.received,
        payload=bytes(row.payload),
        offset=row.place,
        trace=row.trace,
        media=row.media,
        time=row.sent,
    )
    return Parked(id=row.id, letter=letter, times=row.times, size=row.size, replayed=row.replayed)


def _row(tenant: Tenant, letter: DeadLetter) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "id": letter.id_in(tenant),
        "code": letter.code,
        "message": storable(letter.message),
        "transport": letter.transport,
        "source": storable(letter.source),
        "place": storable(letter.offset),
        "trace": storable(letter.trace),
        "media": storable(letter.media),
        "received": letter.received,
        "payload": letter.payload[:PAYLOAD_BYTES],
        "size": len(letter.payload) if letter.size is None else letter.size,
        "times": 1,
        "replayed": None,
        "sent": letter.time,
    }
