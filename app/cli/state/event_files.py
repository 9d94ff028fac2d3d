"""`twin ingest send`: events from a file or a pipe, taken as the service takes them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.cli.console import print_json, say, tell
from app.cli.verbs import FOUND, JsonFlag

if TYPE_CHECKING:
    from app.ingest import Told

SHOWN: Final = 10
"""Refusals that are shown in words."""


def send(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="File of CloudEvents; - reads what is piped in.")],
    as_json: JsonFlag = False,
) -> int | None:
    """Take CloudEvents: NDJSON with an event a line, or JSON with one event or a list of them.

    What is taken is durable; to take the same again changes nothing. Exit code 2 where some were refused.

    Examples:
        twin ingest send events.ndjson
        tail -n 100 sensors.ndjson | twin ingest send - --json
    """
    body = sys.stdin.buffer.read() if str(source) == "-" else source.read_bytes()
    told = asyncio.run(_take(body))
    if as_json:
        print_json(
            {
                "accepted": told.accepted,
                "late": told.late,
                "refused": len(told.problems),
                "stateRevision": told.revision,
                "problems": [{"index": each.change, "code": each.code, "message": str(each)} for each in told.problems],
            }
        )
    else:
        _print(told)
    return FOUND if told.problems else None


def _print(told: Told) -> None:
    late = f", {told.late} of them late" if told.late else ""
    say(f"{_events(told.accepted)} taken{late}")
    if not told.problems:
        return
    tell(f"{_events(len(told.problems))} refused:")
    for each in told.problems[:SHOWN]:
        tell(f"  {each.code}  {each}")
    if len(told.problems) > SHOWN:
        tell(f"  and {len(told.problems) - SHOWN} more: --json lists all")


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count} events"


async def _take(body: bytes) -> Told:
    from app.cli.local import found_endpoint
    from app.ingest import Intake, structured_events
    from app.main import opened_twin
    from app.settings import load_settings
    from graph.access import operator
    from graph.clock import SystemClock
    from graph.identity import parse_tenant

    settings = load_settings()
    lines = body.lstrip()[:1] != b"[" and b"\n" in body.strip()
    decoded = structured_events(body, lines=lines)
    async with opened_twin(settings, find=found_endpoint) as twin:
        intake = Intake(twin.services.states, SystemClock())
        return await intake.take(operator(parse_tenant(settings.tenant)), decoded, transport="file")
