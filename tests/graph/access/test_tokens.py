from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from graph.access import Scope, TokenRefused, TokenStore, UnknownToken
from graph.access.secret import base62, looks_like_token, new_token
from graph.database import Database
from graph.errors import InvalidInput, LimitExceeded
from graph.identity import Tenant

pytestmark = pytest.mark.anyio

SCHEMA = (
    "CREATE CONSTRAINT IF NOT EXISTS FOR (t:_Token) REQUIRE t.hash IS UNIQUE",
    "CREATE CONSTRAINT IF NOT EXISTS FOR (t:_Token) REQUIRE t.id IS UNIQUE",
)
READ = frozenset({Scope.READ})


class SetClock:
    """Tells the time it was set to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def tokens(database: Database, clock: SetClock, tenant: Tenant) -> AsyncIterator[TokenStore]:
    await database.execute_schema(SCHEMA)
    store = TokenStore(database, clock)
    yield store
    for record in await store.list():
        if record.tenant == tenant:
            await store.revoke(record.id)


def test_a_token_has_the_promised_form() -> None:
    assert new_token(lambda n: b"\xff" * n) == "twin_" + base62(2**192 - 1, width=33)
    assert looks_like_token(new_token(lambda n: b"\0" * n))
    assert not looks_like_token("twin_short")
    assert not looks_like_token(new_token(lambda n: b"\1" * n) + "\n")


@pytest.mark.neo4j
async def test_a_token_resolves_to_its_principal(tokens: TokenStore, tenant: Tenant) -> None:
    text, record = await tokens.create("ui", tenant=tenant, scopes=frozenset({Scope.READ, Scope.WRITE}))
    found = await tokens.resolve(text)
    assert found.principal == record.principal
    assert (found.name, found.tenant, found.scopes) == ("ui", tenant, {Scope.READ, Scope.WRITE})


@pytest.mark.neo4j
async def test_only_the_hash_is_stored(tokens: TokenStore, database: Database, tenant: Tenant) -> None:
    from graph.database import Statement

    text, record = await tokens.create("ui", tenant=tenant, scopes=READ)
    statement = Statement(
        name="test", text="MATCH (t:_Token {id: $id}) RETURN properties(t)", parameters={"id": record.id}
    )
    rows = await database.read(None, lambda unit: unit.compiled(statement))
    assert rows[0][0]["hash"] == hashlib.sha256(text.encode()).hexdigest()
    assert text not in str(rows)


@pytest.mark.neo4j
async def test_a_revoked_token_is_refused_at_once(tokens: TokenStore, tenant: Tenant) -> None:
    text, record = await tokens.create("ui", tenant=tenant, scopes=READ)
    await tokens.revoke(record.id)
    with pytest.raises(TokenRefused):
        await tokens.resolve(text)
    with pytest.raises(UnknownToken):
        await tokens.revoke(record.id)


@pytest.mark.neo4j
async def test_a_token_expires_at_its_moment(tokens: TokenStore, clock: SetClock, tenant: Tenant) -> None:
    expires = clock.now() + timedelta(days=1)
    text, _ = await tokens.create("ui", tenant=tenant, scopes=READ, expires=expires)
    clock.time = expires - timedelta(milliseconds=1)
    await tokens.resolve(text)
    clock.time = expires
    with pytest.raises(TokenRefused):
        await tokens.resolve(text)


@pytest.mark.neo4j
async def test_use_is_noted_to_the_hour(tokens: TokenStore, clock: SetClock, tenant: Tenant) -> None:
    text, record = await tokens.create("ui", tenant=tenant, scopes=READ)
    first = clock.now()

    async def last_used() -> datetime | None:
        return next(listed.last_used for listed in await tokens.list() if listed.id == record.id)

    assert await last_used() is None
    await tokens.resolve(text)
    clock.time = first + timedelta(minutes=59)
    await tokens.resolve(text)
    assert await last_used() == first
    clock.time = first + timedelta(minutes=60)
    await tokens.resolve(text)
    assert await last_used() == clock.now()


@pytest.mark.neo4j
@pytest.mark.parametrize("text", ["", "twin_", "nonsense", "twin_" + "0" * 33, "twin_" + "é" * 33])
async def test_what_was_never_given_is_refused(tokens: TokenStore, text: str) -> None:
    with pytest.raises(TokenRefused):
        await tokens.resolve(text)


@pytest.mark.neo4j
async def test_a_token_without_name_scope_or_future_is_refused(
    tokens: TokenStore, clock: SetClock, tenant: Tenant
) -> None:
    with pytest.raises(InvalidInput):
        await tokens.create(" ", tenant=tenant, scopes=READ)
    with pytest.raises(InvalidInput):
        await tokens.create("a\nb", tenant=tenant, scopes=READ)
    with pytest.raises(InvalidInput):
        await tokens.create("ui", tenant=tenant, scopes=frozenset())
    with pytest.raises(InvalidInput):
        await tokens.create("ui", tenant=tenant, scopes=READ, expires=clock.now())
    with pytest.raises(LimitExceeded):
        await tokens.create("x" * 101, tenant=tenant, scopes=READ)
    assert tenant not in [record.tenant for record in await tokens.list()]
