"""`twin token`: bearer tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app.cli.console import print_json, print_table, say, tell
from app.cli.verbs import JsonFlag, add, group
from graph.errors import ValueInvalid
from graph.identity import parse_tenant

if TYPE_CHECKING:
    from graph.access import TokenRecord, TokenStore

T = TypeVar("T")


class ScopeName(StrEnum):
    """The scopes by name: their own module would make every verb wait for the database's driver."""

    READ = "read"
    WRITE = "write"
    OPERATE = "operate"
    ARCHITECT = "architect"


def application() -> typer.Typer:
    """Return the verbs of `twin token`."""
    verbs = group("Bearer tokens for the service.")
    add(verbs, "create", create)
    add(verbs, "list", list_tokens)
    add(verbs, "revoke", revoke)
    return verbs


def create(
    name: Annotated[str, typer.Argument(help="Whose token it is; written into change records.")],
    scopes: Annotated[list[ScopeName], typer.Option("--scope", help="What it may do; may be given several times.")],
    tenant: Annotated[str | None, typer.Option("--tenant", help="Default TWIN_TENANT.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", help="After how long, as P90D. Default: never.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a token; it is shown once.

    Examples:
        twin token create ui --scope read --expires P90D
        twin token create importer --scope read --scope write --json
    """
    from app.settings import load_settings
    from graph.access import Scope
    from graph.clock import SystemClock

    owner = parse_tenant(tenant or load_settings().tenant)
    moment = None if expires is None else SystemClock().now() + _duration(expires)
    wanted = frozenset(Scope(scope.value) for scope in scopes)
    text, record = asyncio.run(
        _with_store(lambda store: store.create(name, tenant=owner, scopes=wanted, expires=moment))
    )
    if as_json:
        print_json({"token": text, **_shown(record)})
        return
    say(text)
    tell(f"Token {record.id} of tenant {record.tenant}. It is not kept and can't be shown again")


def list_tokens(as_json: JsonFlag = False) -> None:
    """List all tokens of all tenants, not their text.

    Examples:
        twin token list
        twin token list --json
    """
    records = asyncio.run(_with_store(lambda store: store.list()))
    if as_json:
        print_json([_shown(record) for record in records])
        return
    if not records:
        say("No tokens yet: `twin token create NAME --scope read` makes one")
        return
    columns = ("id", "name", "tenant", "scopes", "created", "expires", "last used")
    print_table("", columns, [_row(record) for record in records], wide=("name", "scopes"))


def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As `twin token list` shows it.")],
    as_json: JsonFlag = False,
) -> None:
    """Take a token back; it stops counting within seconds.

    Examples:
        twin token revoke 4f7d0c2a
    """
    asyncio.run(_with_store(lambda store: store.revoke(token_id)))
    if as_json:
        print_json({"revoked": token_id})
    else:
        say(f"Token {token_id} is revoked")


async def _with_store(work: Callable[[TokenStore], Awaitable[T]]) -> T:
    from app.cli.database import bare_database
    from app.settings import load_settings
    from graph.access import TokenStore
    from graph.clock import SystemClock

    async with bare_database(load_settings()) as database:
        return await work(TokenStore(database, SystemClock()))


def _duration(text: str) -> timedelta:
    from graph.ontology.temporal import parse_duration

    try:
        return parse_duration(text)
    except ValueInvalid as error:
        raise ValueInvalid(
            f"--expires {text!r} is no duration", expected="an ISO 8601 duration, as P90D", actual=text
        ) from error


def _shown(record: TokenRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "name": record.name,
        "tenant": record.tenant,
        "scopes": sorted(scope.value for scope in record.scopes),
        "created": _moment(record.created),
        "expires": _moment(record.expires),
        "lastUsed": _moment(record.last_used),
    }


def _row(record: TokenRecord) -> tuple[object, ...]:
    moments = [each and each.strftime("%Y-%m-%d") for each in (record.created, record.expires, record.last_used)]
    return (record.id, record.name, record.tenant, ", ".join(sorted(each.value for each in record.scopes)), *moments)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds")
