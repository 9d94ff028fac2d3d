"""From the headers of a request to a principal."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

from app.security.loopback import is_loopback
from graph.access import Principal, TokenRecord, TokenRefused, Unauthenticated, operator
from graph.access.secret import hash_of, looks_like_token
from graph.clock import Clock
from graph.errors import Forbidden, ValueInvalid
from graph.identity import Tenant

KEPT_SECONDS: Final = 2.0
KEPT_TOKENS: Final = 10_000


class Resolver(Protocol):
    """Knows tokens: the token store."""

    async def resolve(self, text: str) -> TokenRecord:
        """Return the record of a token that counts now. Raises TokenRefused."""
        ...


class Authenticator(Protocol):
    """Says who calls."""

    async def principal(self, headers: Mapping[str, str]) -> Principal:
        """Return who calls. `headers` finds names whatever their case. Raises Unauthenticated or Forbidden."""
        ...


@dataclass(frozen=True, slots=True)
class _Kept:
    record: TokenRecord
    until: float


class TokenAuthenticator:
    """Asks for a bearer token. What the store says is kept for 2 seconds: so long a revoked token may go on."""

    def __init__(self, tokens: Resolver, clock: Clock, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._tokens = tokens
        self._clock = clock
        self._seconds = seconds
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def principal(self, headers: Mapping[str, str]) -> Principal:
        """Return whom the token speaks for. Raises Unauthenticated, TokenRefused, ValueInvalid for a tenant header."""
        refuse_tenant_header(headers)
        record = await self._record(_bearer(headers))
        if record.expires is not None and record.expires <= self._clock.now():
            raise TokenRefused("The token has expired", hint="Ask for a new one (`twin token create`)")
        return record.principal

    async def _record(self, text: str) -> TokenRecord:
        # By hash: the cache holds no token, and looking one up takes no time that tells of another.
        key, now = hash_of(text), self._seconds()
        kept = self._kept.get(key)
        if kept is not None and kept.until > now:
            self._kept.move_to_end(key)
            return kept.record
        self._kept.pop(key, None)
        record = await self._tokens.resolve(text)
        self._kept[key] = _Kept(record, now + KEPT_SECONDS)
        if len(self._kept) > KEPT_TOKENS:
            self._kept.popitem(last=False)
        return record


@dataclass(frozen=True, slots=True)
class OpenAuthenticator:
    """Takes everyone for the operator of one tenant; for a service on loopback alone.

    A request must name this machine as its host: so a page of a foreign site whose name was turned to 127.0.0.1
    reaches nothing.
    """

    tenant: Tenant

    async def principal(self, headers: Mapping[str, str]) -> Principal:
        """Return the operator. Raises Forbidden for a request that was meant for another host."""
        refuse_tenant_header(headers)
        host = headers.get("host", "")
        name = host.rpartition("]")[0] if host.startswith("[") else host.partition(":")[0]
        if not is_loopback(name):
            raise Forbidden(
                "Without tokens the service answers to this machine alone",
                expected="Host: localhost or 127.0.0.1",
                actual=host[:80],
                hint="Ask it by http://127.0.0.1, or run it with TWIN_AUTH=token",
            )
        refuse_foreign_page(headers)
        return operator(self.tenant)


def refuse_foreign_page(headers: Mapping[str, str]) -> None:
    """Raise Forbidden for what a browser sends for a page of another site, whether or not the page may read the answer.

    Browsers tell by `Sec-Fetch-Site` and `Origin`, which no script can set; other clients send neither.
    """
    origin = headers.get("origin")
    if (origin is not None and not is_loopback(_host_of(origin))) or headers.get("sec-fetch-site") == "cross-site":
        raise Forbidden(
            "Without tokens the service answers to no page of another site",
            expected="a page of this machine, or no browser",
            actual=f"Origin: {origin[:80]}" if origin else "Sec-Fetch-Site: cross-site",
            hint="Run it with TWIN_AUTH=token to use it from other sites",
        )


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:  # no address at all
        return ""


def refuse_tenant_header(headers: Mapping[str, str]) -> None:
    """Raise ValueInvalid for a request that names a tenant: the token alone does."""
    if "twin-tenant" in headers:
        raise ValueInvalid(
            "A request can't choose its tenant",
            place="header Twin-Tenant",
            hint="The token names the tenant; leave the header out",
        )


def _bearer(headers: Mapping[str, str]) -> str:
    scheme, _, text = headers.get("authorization", "").partition(" ")
    if not scheme:
        raise Unauthenticated(
            "A bearer token is needed",
            expected="Authorization: Bearer twin_...",
            hint="Make one with `twin token create`",
        )
    if scheme.lower() != "bearer" or not looks_like_token(text.strip()):
        raise TokenRefused(
            "The Authorization header holds no token of this service",
            expected="Authorization: Bearer twin_...",
            hint="Make one with `twin token create`",
        )
    return text.strip()
