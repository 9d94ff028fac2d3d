"""The token store: makes, lists, revokes and resolves bearer tokens. Tokens belong to the database as a whole."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from graph.access.errors import TokenRefused, UnknownToken
from graph.access.principal import Principal, Scope
from graph.access.secret import Entropy, hash_of, looks_like_token, new_id, new_token
from graph.clock import Clock, epoch_millis, from_epoch_millis
from graph.database import Database, ReadUnit, Row, WriteUnit
from graph.errors import LimitExceeded, ValueInvalid
from graph.identity import Tenant
from queries import named

NAME_LENGTH: Final = 100
_USE_NOTED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """What is known of a token; not the token. `last_used` is kept to the hour, `expires` None means never."""

    id: str
    name: str
    tenant: Tenant
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime | None
    last_used: datetime | None

    @property
    def principal(self) -> Principal:
        """Who calls with this token."""
        return Principal(name=self.name, tenant=self.tenant, scopes=self.scopes)


class TokenStore:
    """Bearer tokens in the database. `entropy` gives random bytes."""

    def __init__(self, database: Database, clock: Clock, *, entropy: Entropy = secrets.token_bytes) -> None:
        self._database = database
        self._clock = clock
        self._entropy = entropy

    async def create(
        self, name: str, *, tenant: Tenant, scopes: frozenset[Scope], expires: datetime | None = None
    ) -> tuple[str, TokenRecord]:
        """Make a token; its text is returned here and never again.

        `name` is written into change records as the actor. Raises ValueInvalid for an empty name, no scope or an
        expiry that has passed, LimitExceeded for a name over 100 characters.
        """
        now = self._clock.now()
        _check(name, scopes, expires, now=now)
        text = new_token(self._entropy)
        record = TokenRecord(
            id=new_id(self._entropy),
            name=name,
            tenant=tenant,
            scopes=scopes,
            created=now,
            expires=expires,
            last_used=None,
        )
        await self._database.write(None, lambda unit: _create(unit, record, hash_of(text)))
        return text, record

    async def list(self) -> tuple[TokenRecord, ...]:
        """Return all tokens, of all tenants, newest first."""
        rows = await self._database.rows(None, named("access/list_tokens"))
        return tuple(_record(row) for row in rows)

    async def revoke(self, token_id: str) -> None:
        """Delete a token. Raises UnknownToken."""

        async def work(unit: WriteUnit) -> int:
            return (await unit.write(named("access/delete_token"), {"id": token_id}))[0][0]

        if not await self._database.write(None, work):
            raise UnknownToken(
                "There is no such token", actual=repr(token_id[:80]), hint="`twin token list` shows the ids of all"
            )

    async def resolve(self, text: str) -> TokenRecord:
        """Return the record of a token that counts now. Raises TokenRefused."""
        if not looks_like_token(text):
            raise _refused()
        row = await self._database.read(None, lambda unit: _find(unit, hash_of(text)))
        if row is None:
            raise _refused()
        record = _record(row)
        now = self._clock.now()
        if record.expires is not None and record.expires <= now:
            raise _refused()
        if record.last_used is None or now - record.last_used >= _USE_NOTED:
            await self._database.write(None, lambda unit: _touch(unit, record.id, epoch_millis(now)))
        return record


def _check(name: str, scopes: frozenset[Scope], expires: datetime | None, *, now: datetime) -> None:
    if len(name) > NAME_LENGTH:
        raise LimitExceeded("The token's name is too long", expected=f"{NAME_LENGTH} characters", actual=str(len(name)))
    if not name.strip() or not name.isprintable():
        raise ValueInvalid("A token needs a name", expected="printable text", actual=repr(name))
    if not scopes:
        raise ValueInvalid("A token needs a scope", expected=", ".join(Scope), actual="none")
    if expires is not None and expires <= now:
        raise ValueInvalid("The token would have expired already", expected=f"after {now}", actual=str(expires))


def _refused() -> TokenRefused:
    return TokenRefused(
        "The token is not one of this service, or no longer",
        hint="Ask for a new one (`twin token create`)",
    )


async def _create(unit: WriteUnit, record: TokenRecord, hashed: str) -> None:
    await unit.write(
        named("access/create_token"),
        {
            "hash": hashed,
            "id": record.id,
            "name": record.name,
            "owner": record.tenant,
            "scopes": sorted(record.scopes),
            "created": epoch_millis(record.created),
            "expires": None if record.expires is None else epoch_millis(record.expires),
        },
    )


async def _find(unit: ReadUnit, hashed: str) -> Row | None:
    rows = await unit.rows(named("access/find_token"), {"hash": hashed})
    return rows[0] if rows else None


async def _touch(unit: WriteUnit, token_id: str, now: int) -> None:
    await unit.write(named("access/touch_token"), {"id": token_id, "now": now})


def _record(row: Row) -> TokenRecord:
    token_id, name, tenant, scopes, created, expires, last_used = row
    return TokenRecord(
        id=token_id,
        name=name,
        tenant=Tenant(tenant),
        scopes=frozenset(Scope(scope) for scope in scopes),
        created=from_epoch_millis(created),
        expires=None if expires is None else from_epoch_millis(expires),
        last_used=None if last_used is None else from_epoch_millis(last_used),
    )
