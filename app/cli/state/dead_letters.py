"""`twin dlq`: dead letters, what came in and could not be taken."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from app.cli.console import print_json, print_table, say
from app.cli.state.moments import shown_moment
from app.cli.verbs import FOUND, JsonFlag, add, group

if TYPE_CHECKING:
    from app.ingest import Replay, Replayer
    from graph.deadletters import DeadLetters, Parked
    from graph.identity import Tenant

T = TypeVar("T")

Ids = Annotated[list[str] | None, typer.Argument(metavar="ID...", help="As `twin dlq list` shows them.")]
CodeOption = Annotated[str | None, typer.Option("--code", help="Only those with this reason, as UNKNOWN_ASSET.")]
AllFlag = Annotated[bool, typer.Option("--all", help="All that wait, instead of ids.")]

_SHOWN_BYTES: Final = 2_000


def application() -> typer.Typer:
    """Return the verbs of `twin dlq`."""
    verbs = group("Dead letters: what came in and could not be taken.")
    add(verbs, "list", list_letters)
    add(verbs, "show", show)
    add(verbs, "replay", replay)
    add(verbs, "drop", drop)
    return verbs


def list_letters(
    code: CodeOption = None,
    replayed: Annotated[
        bool, typer.Option("--replayed", help="Those that were replayed, not those that wait.")
    ] = False,
    first: Annotated[int, typer.Option("--first", min=1, max=1_000, help="How many at most.")] = 50,
    as_json: JsonFlag = False,
) -> None:
    """List dead letters, the newest first.

    Examples:
        twin dlq list
        twin dlq list --code UNKNOWN_ASSET --json
    """
    page = _run(lambda letters, tenant: letters.page(tenant, first=first, code=code, replayed=replayed))
    if as_json:
        print_json({"total": page.total, "letters": [_document(each) for each in page.letters]})
        return
    if not page.letters:
        say("No dead letters")
        return
    columns = ("id", "received", "code", "transport", "source", "offset", "times")
    print_table(
        f"{page.total} dead letters", columns, [_row(each) for each in page.letters], numbers=1, wide=("source",)
    )
    if page.more:
        say(f"... and {page.total - len(page.letters)} more")


def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="As `twin dlq list` shows it.")],
    payload: Annotated[bool, typer.Option("--payload", help="Write the payload's bytes alone, as they came.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show a dead letter with its reason and payload.

    Examples:
        twin dlq show 6c1f0e9f5a0b4d7c8e21a3f4
        twin dlq show 6c1f0e9f5a0b4d7c8e21a3f4 --payload > event.json
    """
    (found,) = _run(lambda letters, tenant: letters.get(tenant, [letter_id]))
    if payload:
        sys.stdout.buffer.write(found.letter.payload)
        return
    document = _document(found)
    if as_json:
        print_json({**document, "payload": _text(found)})
        return
    for name, value in document.items():
        say(f"{name:10}{'' if value is None else value}")
    text = _text(found)
    say()
    say(text[:_SHOWN_BYTES])
    if len(text) > _SHOWN_BYTES or not found.whole:
        say(f"... of {found.size} bytes")


def replay(
    ids: Ids = None,
    code: CodeOption = None,
    every: AllFlag = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would become of them.")] = False,
    as_json: JsonFlag = False,
) -> int:
    """Send dead letters again, once what was wrong is put right; those of which all is taken wait no longer.

    Events that were taken before change nothing. Exit code 2 where something is refused still.

    Examples:
        twin dlq replay --all --code UNKNOWN_ASSET --dry-run
        twin dlq replay 6c1f0e9f5a0b4d7c8e21a3f4
    """
    replays = asyncio.run(_replayed(ids or (), code=code, every=every, dry_run=dry_run))
    refused = [each for each in replays if each.problems]
    if as_json:
        print_json({"dryRun": dry_run, "letters": [_replay_document(each) for each in replays]})
    else:
        for each in refused:
            say(f"{each.id}  {each.problems[0]}")
        events = sum(each.accepted for each in replays)
        verb = "would be taken" if dry_run else "are taken"
        say(f"{events} events of {len(replays)} dead letters {verb}; of {len(refused)} something is refused")
    return FOUND if refused else 0


def drop(ids: Ids = None, code: CodeOption = None, every: AllFlag = False, as_json: JsonFlag = False) -> None:
    """Forget dead letters: by their ids, or all that wait, or all of one reason.

    Examples:
        twin dlq drop 6c1f0e9f5a0b4d7c8e21a3f4
        twin dlq drop --all --code UNKNOWN_ASSET
    """
    from app.ingest import Choice, LetterDesk
    from graph.access import operator

    choice = Choice(ids=tuple(ids or ()), every=every, code=code)

    async def work(letters: DeadLetters, tenant: Tenant) -> int:
        return await LetterDesk(lambda: letters, _no_replays).drop(operator(tenant), choice)

    dropped = _run(work)
    if as_json:
        print_json({"dropped": dropped})
    else:
        say(f"{dropped} dead letters are forgotten")


def _run(work: Callable[[DeadLetters, Tenant], Awaitable[T]]) -> T:
    from app.settings import load_settings
    from app.stores import opened_stores
    from graph.identity import parse_tenant

    settings = load_settings()

    async def run() -> T:
        async with opened_stores(settings) as stores:
            return await work(stores.dead_letters, parse_tenant(settings.tenant))

    return asyncio.run(run())


async def _replayed(ids: Sequence[str], *, code: str | None, every: bool, dry_run: bool) -> list[Replay]:
    from app.cli.local import found_endpoint
    from app.ingest import Choice
    from app.main import opened_twin
    from app.settings import load_settings
    from graph.access import operator
    from graph.identity import parse_tenant

    settings = load_settings()
    principal = operator(parse_tenant(settings.tenant))
    choice = Choice(ids=tuple(ids), every=every, code=code)
    found: list[Replay] = []
    async with opened_twin(settings, find=found_endpoint) as twin:
        after: str | None = None
        while True:
            page = await twin.services.letters.replay(principal, choice, after=after, dry_run=dry_run)
            found += page.letters
            if page.cursor is None:
                return found
            after = page.cursor


def _no_replays() -> Replayer:
    raise AssertionError("nothing is replayed without the graph")


def _replay_document(each: Replay) -> dict[str, object]:
    return {"id": each.id, "accepted": each.accepted, "problems": list(each.problems)}


def _row(each: Parked) -> tuple[object, ...]:
    letter = each.letter
    moment = shown_moment(letter.received, seconds=True)
    return (each.id, moment, letter.code, letter.transport, letter.source, letter.offset, each.times)


def _document(each: Parked) -> dict[str, object]:
    letter = each.letter
    return {
        "id": each.id,
        "code": letter.code,
        "message": letter.message,
        "transport": letter.transport,
        "source": letter.source,
        "offset": letter.offset,
        "trace": letter.trace,
        "media": letter.media,
        "received": shown_moment(letter.received),
        "replayed": None if each.replayed is None else shown_moment(each.replayed),
        "times": each.times,
        "size": each.size,
    }


def _text(each: Parked) -> str:
    return each.letter.payload.decode("utf-8", "replace")
