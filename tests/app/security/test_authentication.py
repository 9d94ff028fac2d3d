from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from starlette.datastructures import Headers

from app.security import (
    ExposedWithoutTokens,
    OpenAuthenticator,
    TokenAuthenticator,
    check_exposure,
    is_loopback,
)
from app.security.authentication import KEPT_SECONDS
from graph.access import Scope, TokenRecord, TokenRefused, Unauthenticated
from graph.errors import Forbidden, ValueInvalid
from graph.identity import Tenant
from tests.app.http.clients import TestClient
from tests.app.http.toy import toy_app

GOOD = "twin_" + "A" * 33
NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Tokens:
    """Knows one token until it is revoked; counts how often it is asked."""

    def __init__(self, *scopes: Scope, expires: datetime | None = None) -> None:
        self.asked = 0
        self.revoked = False
        self.record = TokenRecord(
            id="1",
            name="ui",
            tenant=Tenant("site"),
            scopes=frozenset(scopes or {Scope.READ}),
            created=NOW,
            expires=expires,
            last_used=None,
        )

    async def resolve(self, text: str) -> TokenRecord:
        self.asked += 1
        if text != GOOD or self.revoked:
            raise TokenRefused("no")
        return self.record


class Time:
    """A clock, and seconds that pass when told."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        return self.passed


def bearer(text: str = GOOD) -> Headers:
    return Headers({"authorization": f"Bearer {text}"})


@pytest.mark.anyio
async def test_a_token_names_tenant_and_scopes() -> None:
    time = Time()
    principal = await TokenAuthenticator(Tokens(), time, seconds=time.seconds).principal(bearer())
    assert (principal.name, principal.tenant, principal.scopes) == ("ui", "site", {Scope.READ})


@pytest.mark.anyio
async def test_a_revoked_token_goes_on_for_the_kept_time_at_most() -> None:
    time, tokens = Time(), Tokens()
    authenticator = TokenAuthenticator(tokens, time, seconds=time.seconds)
    await authenticator.principal(bearer())
    await authenticator.principal(bearer())
    assert tokens.asked == 1
    tokens.revoked = True
    time.passed = KEPT_SECONDS
    with pytest.raises(TokenRefused):
        await authenticator.principal(bearer())


@pytest.mark.anyio
async def test_a_kept_token_still_expires_at_its_moment() -> None:
    time = Time()
    authenticator = TokenAuthenticator(Tokens(expires=NOW + timedelta(seconds=1)), time, seconds=time.seconds)
    await authenticator.principal(bearer())
    time.passed = 1.0
    with pytest.raises(TokenRefused):
        await authenticator.principal(bearer())


@pytest.mark.anyio
@pytest.mark.parametrize("headers", [{}, {"authorization": ""}])
async def test_no_token_is_unauthenticated(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        await TokenAuthenticator(Tokens(), Time()).principal(Headers(headers))


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["Basic abc", "Bearer", "Bearer x", f"Bearer {GOOD[:-1]}B", GOOD])
async def test_another_credential_is_refused(text: str) -> None:
    with pytest.raises(TokenRefused):
        await TokenAuthenticator(Tokens(), Time()).principal(Headers({"authorization": text}))


@pytest.mark.anyio
async def test_a_request_can_not_choose_its_tenant() -> None:
    headers = Headers({"authorization": f"Bearer {GOOD}", "Twin-Tenant": "other"})
    with pytest.raises(ValueInvalid):
        await TokenAuthenticator(Tokens(), Time()).principal(headers)
    with pytest.raises(ValueInvalid):
        await OpenAuthenticator(Tenant("site")).principal(Headers({"host": "localhost", "twin-tenant": "x"}))


@pytest.mark.anyio
@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "127.8.9.1"])
async def test_without_tokens_everyone_here_is_the_operator(host: str) -> None:
    principal = await OpenAuthenticator(Tenant("site")).principal(Headers({"host": host}))
    assert (principal.tenant, principal.scopes) == ("site", set(Scope))


@pytest.mark.anyio
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "", "10.0.0.1", "localhost.evil.example"])
async def test_without_tokens_a_foreign_name_reaches_nothing(host: str) -> None:
    with pytest.raises(Forbidden):
        await OpenAuthenticator(Tenant("site")).principal(Headers({"host": host}))


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", True), ("::1", True), ("localhost", True)])
def test_loopback_may_go_without_tokens(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected
    check_exposure(host, tokens=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "example.org", ""])
def test_beyond_loopback_tokens_are_needed(host: str) -> None:
    check_exposure(host, tokens=True)
    with pytest.raises(ExposedWithoutTokens):
        check_exposure(host, tokens=False)


def test_over_http_no_token_is_401_and_a_missing_scope_403() -> None:
    app = toy_app(authenticator=TokenAuthenticator(Tokens(), Time()))
    with TestClient(app) as client:
        nobody = client.post("/graphql", json={"query": "{ hello }"})
        assert (nobody.status_code, nobody.json()["code"]) == (401, "UNAUTHENTICATED")
        assert nobody.headers["www-authenticate"].startswith("Bearer")
        stranger = client.post("/graphql", json={"query": "{ hello }"}, headers=bearer("x" * 38))
        assert (stranger.status_code, stranger.json()["code"]) == (401, "TOKEN_REFUSED")
        assert 'error="invalid_token"' in stranger.headers["www-authenticate"]
        reader = client.post("/v1/things", json={"name": "a"}, headers=bearer())
        assert (reader.status_code, reader.json()["code"]) == (403, "FORBIDDEN")
        assert client.post("/graphql", json={"query": "{ hello }"}, headers=bearer()).status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize(
    "sent",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "http://127.0.0.1.evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)
async def test_without_tokens_a_page_of_another_site_reaches_nothing(sent: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        await OpenAuthenticator(Tenant("site")).principal(Headers({"host": "127.0.0.1:8000", **sent}))


@pytest.mark.anyio
@pytest.mark.parametrize("sent", [{"origin": "http://localhost:3000"}, {"sec-fetch-site": "same-origin"}])
async def test_without_tokens_a_page_of_this_machine_is_answered(sent: dict[str, str]) -> None:
    assert await OpenAuthenticator(Tenant("site")).principal(Headers({"host": "127.0.0.1:8000", **sent}))
