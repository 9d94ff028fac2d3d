"""`twin root-cause`: what may be behind symptoms."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from app.cli.console import print_json, print_table, say
from app.cli.gateway import Answer, gateway
from app.cli.verbs import JsonFlag, ServerOption, TokenOption, add

NAMED = 3
"""Of the assets that a cell of the table is about, how many are named."""

_COLUMNS = ("causes", "name", "score", "explains", "leaves", "against")


def register(twin: typer.Typer) -> None:
    """Add the verb."""
    add(twin, "root-cause", root_cause)


def root_cause(
    symptoms: Annotated[list[str], typer.Argument(metavar="ID...", help="ID, or ID@2026-03-01T10:05Z.")],
    healthy: Annotated[
        list[str] | None, typer.Option("--healthy", help="Known to work; may be repeated.", metavar="ID")
    ] = None,
    max_causes: Annotated[int, typer.Option("--max-causes", min=1, help="Causes of one candidate at most.")] = 3,
    first: Annotated[int, typer.Option("--first", min=1, help="How many candidates at most.")] = 10,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Rank what may be behind symptoms: what each cause explains, and what speaks against it.

    ID@SINCE says since when an asset suffers, in ISO 8601 with offset from UTC: the order of onset tells causes apart.
    A symptom that a candidate leaves counts as a false alarm. With --json every explained symptom has its proof.

    Examples:
        twin root-cause NBR-R01-PDU-A NBR-R02-PDU-A
        twin root-cause NBR-R01-S1 NBR-R02-S1 --healthy NBR-CRAH-1
        twin root-cause NBR-CRAH-1@2026-03-01T10:05Z NBR-DC-HALL@2026-03-01T10:20Z --json
    """
    question = {
        "symptoms": [_symptom(each) for each in symptoms],
        "healthy": healthy or [],
        "maxCauses": max_causes,
        "first": first,
    }
    answer = asyncio.run(_ask(question, server, token))
    if as_json:
        print_json(answer)
    else:
        print_root_causes(answer, len(symptoms))


def print_root_causes(answer: Answer, symptoms: int) -> None:
    """Print an answer: a row for each candidate, best first, and what was left out of the search."""
    candidates: Sequence[Mapping[str, Any]] = answer["candidates"]
    told = "1 symptom" if symptoms == 1 else f"{symptoms} symptoms"
    if candidates:
        say(f"What may be behind {told}, at revision {answer['revision']}:")
        say()
        rows = [_row(each, symptoms) for each in candidates]
        print_table("likeliest first", _COLUMNS, rows, wide=("name", "leaves", "against"))
    else:
        say(f"Nothing can be behind {told}, at revision {answer['revision']}")
    for note in answer["notes"]:
        say(f"note: {note}", style="dim")


def _row(candidate: Mapping[str, Any], symptoms: int) -> tuple[str, ...]:
    return (
        " + ".join(each["id"] for each in candidate["causes"]),
        " + ".join(each["name"] for each in candidate["causes"]),
        f"{candidate['score']:.2f}",
        f"{candidate['explainsCount']} of {symptoms}",
        _some(candidate["unexplained"], candidate["unexplainedCount"]),
        _some(candidate["contradictedBy"], candidate["contradictedByCount"]),
    )


def _some(assets: Sequence[Mapping[str, Any]], count: int) -> str:
    """Return some ids, and how many more there are."""
    named = [each["id"] for each in assets[:NAMED]]
    return ", ".join(named) + (f" and {count - len(named)} more" if count > len(named) else "")


def _symptom(text: str) -> dict[str, object]:
    """Return ID or ID@SINCE as a symptom; where no moment follows the last @, it belongs to the id."""
    asset, _, since = text.rpartition("@")
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        return {"asset": text}
    return {"asset": asset, "since": moment.isoformat()} if asset else {"asset": text}


async def _ask(question: Mapping[str, object], server: str | None, token: str | None) -> Answer:
    async with gateway(server, token) as opened:
        return await opened.root_cause(question)
