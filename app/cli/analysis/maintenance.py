"""`twin maintenance-check`: which planned works don't go together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from app.cli.analysis.impact import suggested
from app.cli.analysis.works import read_works, work_of
from app.cli.console import print_json, print_table, say
from app.cli.gateway import Answer, gateway
from app.cli.verbs import FOUND, JsonFlag, ServerOption, TokenOption, add
from graph.errors import NotFound, TwinError, ValueInvalid

NAMED: Final = 3
"""Of the assets that a row of a table is about, how many are named."""


def register(twin: typer.Typer) -> None:
    """Add the verb."""
    add(twin, "maintenance-check", maintenance_check)


def maintenance_check(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Works in JSON or CSV.")] = None,
    works: Annotated[
        list[str] | None,
        typer.Option("--work", help="A work more; names and ids quoted.", metavar="'NAME START/END ID...'"),
    ] = None,
    level: Annotated[str | None, typer.Option("--level", help="down (default), or degraded: any fall counts.")] = None,
    types: Annotated[list[str] | None, typer.Option("--type", help="Only these and their subtypes count.")] = None,
    weight_by: Annotated[
        str | None,
        typer.Option("--weight-by", help="Number that weighs what goes down, instead of 1.", metavar="PROPERTY"),
    ] = None,
    max_order: Annotated[int | None, typer.Option("--max-order", help="Works of a combination at most: 3.")] = None,
    first: Annotated[int, typer.Option("--first", min=1, help="How many combinations at most.")] = 50,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> int:
    """Check planned works against each other: which of them, in progress at once, take down more than any of them does.

    A work is {name, assets, start, end}, or with a duration instead of the end. A JSON file holds a list of works, or
    a body of POST /v1/maintenance-check; a CSV file has these columns, with several assets separated by semicolons.
    Exit code 0: all of them go together; 2: some don't, or the search was cut short.

    Examples:
        twin maintenance-check works.csv
        twin maintenance-check works.json --level degraded --type Room --weight-by area
        twin maintenance-check --work 'A 2026-12-01T08:00Z/PT8H NBR-UPS-A' --work 'B 2026-12-01T12:00Z/PT2H NBR-UPS-B'
    """
    question: dict[str, Any] = read_works(file) if file is not None else {}
    question = question | {"works": [*question.get("works", []), *map(work_of, works or [])]}
    if not question["works"]:
        raise ValueInvalid(
            "There is nothing to check",
            expected="a file of works, or --work",
            hint="`twin maintenance-check --help` has examples",
        )
    named = {"level": level and level.upper(), "types": types or None, "weightBy": weight_by, "maxOrder": max_order}
    question |= {name: value for name, value in named.items() if value is not None}
    answer = asyncio.run(_ask(question, first, server, token))
    if as_json:
        print_json(answer)
    else:
        print_check(answer, str(question.get("level", "DOWN")), question.get("weightBy"))
    return FOUND if answer["count"] or answer["truncated"] else 0


def print_check(answer: Answer, level: str, weight_by: str | None = None) -> None:
    """Print an answer: the combinations, the heaviest first, and what each work does alone."""
    fate = "down" if level == "DOWN" else "lowered"
    works: Sequence[Mapping[str, Any]] = answer["works"]
    combinations: Sequence[Mapping[str, Any]] = answer["combinations"]
    count = answer["count"]
    more = f", the first {len(combinations)}" if count > len(combinations) else ""
    found = f"{count} combinations do what" if count != 1 else "1 combination does what"
    told = f"{found} none of its works does with fewer{more}" if count else "none does more with others than alone"
    planned = "1 planned work" if len(works) == 1 else f"{len(works)} planned works"
    say(f"{planned}, at revision {answer['revision']}: {told}")
    weighed = () if weight_by is None else (weight_by,)
    columns = ("works", "from", "until", fate, *weighed, "assets")
    for title, rows in (("together", combinations), ("each alone", works)):
        if rows:
            say()
            print_table(title, columns, [_row(each, weighed=bool(weighed)) for each in rows], wide=("works", "assets"))
    if answer["truncated"]:
        say(f"cut: {answer['truncated']['reason']} (limit {answer['truncated']['limit']})", style="bold")


def _row(impact: Mapping[str, Any], *, weighed: bool) -> tuple[object, ...]:
    count = impact["assetCount"]
    named = [each["asset"]["id"] for each in impact["assets"][:NAMED]]
    more = f" and {count - len(named)} more" if count > len(named) else ""
    return (
        " + ".join(impact["works"]),
        _moment(impact["start"]),
        _moment(impact["end"]),
        count,
        *([f"{impact['weight']:g}"] if weighed else []),
        ", ".join(named) + more,
    )


def _moment(text: str) -> str:
    """Return a moment in UTC without the parts of a second that are nothing."""
    return text.removesuffix("Z").removesuffix(".000").removesuffix(":00").replace("T", " ") + "Z"


async def _ask(question: Mapping[str, object], first: int, server: str | None, token: str | None) -> Answer:
    async with gateway(server, token) as opened:
        try:
            return await opened.check_maintenance(question, first=first)
        except TwinError as error:
            if error.code != NotFound.code:
                raise
            raise await suggested(error, opened) from error
