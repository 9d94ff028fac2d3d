"""`twin documents`: what consumers of the interface send, and what they use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app.cli.console import print_json, print_table, say
from app.cli.verbs import JsonFlag, add, group

if TYPE_CHECKING:
    from graph.documents import DocumentStore, Manifest, Usage, UsageLog

T = TypeVar("T")


def application() -> typer.Typer:
    """Return the verbs of `twin documents`."""
    verbs = group("Registered documents of consumers, and what is used.")
    add(verbs, "register", register)
    add(verbs, "list", list_documents)
    add(verbs, "remove", remove)
    add(verbs, "usage", usage)
    return verbs


def register(
    file: Annotated[Path, typer.Argument(help="Manifest as graphql-codegen, Relay or Apollo write it.")],
    consumer: Annotated[str, typer.Option("--consumer", help="Whose documents they are.")],
    owner: Annotated[str, typer.Option("--owner", help="Who answers for it.")],
    contact: Annotated[str, typer.Option("--contact", help="How to reach them.")],
    as_json: JsonFlag = False,
) -> None:
    """Register the documents of a consumer, beside those it has; each must fit the schema in force and its limits.

    Examples:
        twin documents register documents.json --consumer ui --owner "Team Campus" --contact campus@example.org
    """
    from graph.documents import parse_manifest

    manifest = parse_manifest(file.read_bytes(), place=str(file))
    added = asyncio.run(_registered(manifest, consumer=consumer, owner=owner, contact=contact))
    if as_json:
        print_json({"consumer": consumer, "documents": len(manifest.documents), "added": added})
    else:
        say(f"{len(manifest.documents)} documents of {consumer}, {added} of them new")


def list_documents(as_json: JsonFlag = False) -> None:
    """List consumers with their owners, contacts and documents.

    Examples:
        twin documents list
        twin documents list --json
    """
    consumers = asyncio.run(_with_store(lambda store, _: store.consumers()))
    if as_json:
        print_json(
            [
                {
                    "consumer": each.name,
                    "owner": each.owner,
                    "contact": each.contact,
                    "registered": each.registered.isoformat(timespec="seconds"),
                    "documents": dict(each.documents),
                }
                for each in consumers
            ]
        )
        return
    if not consumers:
        say("No documents yet: `twin documents register FILE --consumer NAME ...` registers a manifest")
        return
    rows = [(each.name, each.owner, each.contact, len(each.documents)) for each in consumers]
    print_table("", ("consumer", "owner", "contact", "documents"), rows, numbers=1, wide=("owner", "contact"))


def remove(
    consumer: Annotated[str, typer.Argument(help="As `twin documents list` shows it.")],
    documents: Annotated[
        list[str] | None, typer.Option("--document", help="Only this id; may be given several times.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Forget a consumer with all its documents, or some of them; what others registered too stays theirs.

    Examples:
        twin documents remove old-ui
        twin documents remove ui --document 3c5a8f0b
    """
    removed = asyncio.run(_with_store(lambda store, _: store.remove(consumer, documents or ())))
    if as_json:
        print_json({"consumer": consumer, "removed": removed})
    else:
        say(f"{removed} documents of {consumer} are forgotten")


def usage(
    field: Annotated[str | None, typer.Option("--field", help="Only who uses this, as Pump.ratedFlow.")] = None,
    consumer: Annotated[str | None, typer.Option("--consumer", help="Only this one (the name of a token).")] = None,
    days: Annotated[int, typer.Option("--days", min=1, help="How far back.")] = 30,
    as_json: JsonFlag = False,
) -> None:
    """Show who used which operations, and with --json which fields and names; written down every half minute.

    Examples:
        twin documents usage
        twin documents usage --field Asset.properties --days 7 --json
    """
    found = [
        each
        for each in asyncio.run(_with_store(lambda _, log: _since(log, days)))
        if (field is None or field in each.fields) and (consumer is None or each.consumer == consumer)
    ]
    if as_json:
        print_json([_shown(each) for each in found])
        return
    if not found:
        say("Nothing was used, as far as is known")
        return
    rows = [(each.day, each.tenant, each.consumer, each.operation, each.document[:12], each.count) for each in found]
    print_table(
        "", ("day", "tenant", "consumer", "operation", "document", "uses"), rows, numbers=1, wide=("operation",)
    )


async def _since(log: UsageLog, days: int) -> list[Usage]:
    from datetime import timedelta

    from graph.clock import SystemClock

    return list(await log.since(SystemClock().now().date() - timedelta(days=days - 1)))


async def _registered(manifest: Manifest, *, consumer: str, owner: str, contact: str) -> int:
    from app.cli.opened import opened
    from app.graphql.execution import check_documents
    from app.settings import load_settings

    async with opened(load_settings()) as gateway:
        schema = gateway.twin.editions.current().schema
        await asyncio.to_thread(check_documents, schema.core, manifest.documents, limits=schema.limits)
        return await gateway.twin.documents.register(manifest, consumer=consumer, owner=owner, contact=contact)


async def _with_store(work: Callable[[DocumentStore, UsageLog], Awaitable[T]]) -> T:
    from app.cli.database import bare_database
    from app.settings import load_settings
    from graph.clock import SystemClock
    from graph.documents import DocumentStore, UsageLog

    async with bare_database(load_settings()) as database:
        return await work(DocumentStore(database, SystemClock()), UsageLog(database, SystemClock()))


def _shown(used: Usage) -> dict[str, object]:
    return {
        "day": used.day.isoformat(),
        "tenant": used.tenant,
        "consumer": used.consumer,
        "document": used.document,
        "operation": used.operation,
        "count": used.count,
        "fields": list(used.fields),
        "names": list(used.names),
    }
