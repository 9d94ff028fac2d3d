"""`twin impact`: what happens if this fails."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, cast

import orjson
import typer

from app.cli.console import print_json, print_table, say
from app.cli.gateway import Answer, Gateway, gateway
from app.cli.verbs import JsonFlag, ServerOption, TokenOption, add
from graph.errors import NotFound, TwinError, ValueInvalid

SHOWN = 15
_CHANGES = ("failures", "removedRelationships", "addedRelationships", "maintenance")
_NEAR = """
query Near($text: String!) { search(text: $text, first: 5) { asset { id type name } } }
"""


def register(twin: typer.Typer) -> None:
    """Add the verb."""
    add(twin, "impact", impact)


def impact(
    failed: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID...", help="ID, or ID=0.5 or ID@PT10M."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            help="Take away a relationship: 'TYPE FROM TO', ids quoted where they hold blanks.",
            metavar="'TYPE FROM TO'",
        ),
    ] = None,
    maintenance: Annotated[list[str] | None, typer.Option("--maintenance", help="Planned down.", metavar="ID")] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", help="What is compared with: nominal (default) or live.")
    ] = None,
    horizon: Annotated[str | None, typer.Option("--horizon", help="Leave out what falls later, as PT1H.")] = None,
    question: Annotated[Path | None, typer.Option("--question", help="File with a body of POST /v1/impact.")] = None,
    first: Annotated[int, typer.Option("--first", min=1, help="How many of each list at most.")] = 100,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Say what happens if assets fail: counts, then the worst, then why.

    ID=0.5 falls to half its operability, ID@PT10M after ten minutes; ids that hold blanks are quoted.
    A --question is a JSON file as POST /v1/impact takes it; what the command line names is added to it.

    Examples:
        twin impact NBR-UPS-A
        twin impact NBR-CH-1 NBR-CH-2@PT30M --json
        twin impact NBR-R01-S1 --maintenance NBR-R02-S1
        twin impact --without 'POWERS NBR-MSB-A NBR-ATS-M'
        twin impact --question hot-day.json
    """
    asked = read_question(question) if question is not None else {}
    asked |= {
        "failures": [*asked.get("failures", []), *(failure_of(each) for each in failed or [])],
        "removedRelationships": [*asked.get("removedRelationships", []), *(supply_of(each) for each in without or [])],
        "maintenance": [*asked.get("maintenance", []), *(maintenance or [])],
    }
    if not any(asked.get(key) for key in _CHANGES):
        raise ValueInvalid(
            "Nothing fails in this question",
            expected="an asset's id, --without, --maintenance or --question",
            hint="`twin impact --help` has examples",
        )
    asked |= {name: value for name, value in (("baseline", baseline), ("horizon", horizon)) if value is not None}
    asked |= {"baseline": str(asked["baseline"]).upper()} if "baseline" in asked else {}
    answer = asyncio.run(_ask(asked, first, server, token))
    if as_json:
        print_json(answer)
    else:
        print_impact(answer)


def print_impact(answer: Answer) -> None:
    """Print an answer: what failed, how many are hit, by level and type, the worst, and the proof of each."""
    say(f"{_subject(answer)}, at revision {answer['revision']}:")
    levels = ", ".join(f"{each['count']} {each['level']}" for each in answer["byLevel"])
    _print_counts(answer, levels)
    if answer["byType"]:
        say()
        print_table(
            "impacted by type", ("type", "count"), [(r["type"], r["count"]) for r in answer["byType"]], numbers=1
        )
    nodes: list[dict[str, Any]] = answer["impacted"]["nodes"]
    if nodes:
        rows = [_row(node) for node in nodes[:SHOWN]]
        more = answer["impactedCount"] - len(rows)
        columns = ("asset", "name", "level", "left", "after", "because")
        title = f"the worst {len(rows)} ({more} more)" if more > 0 else "the impacted, worst first"
        say()
        print_table(title, columns, rows, wide=("name", "because"))
    for assumption in answer["assumptions"]:
        say(f"assumed: {assumption}", style="dim")
    if answer["truncated"]:
        say(f"cut: {answer['truncated']['reason']} (limit {answer['truncated']['limit']})", style="bold")


def _subject(answer: Answer) -> str:
    failed = [f"{each['name']} ({each['id']})" for each in answer["failed"]]
    if not failed:
        return "With these changes and no failure"
    return f"If {', '.join(failed)} {'fails' if len(failed) == 1 else 'fail'}"


def _print_counts(answer: Answer, levels: str) -> None:
    say(f"  {'impacted':22}{answer['impactedCount']:>7}" + (f"   {levels}" if levels else ""))
    for label, key in (
        ("at risk", "atRiskCount"),
        ("lowered by maintenance", "loweredByMaintenanceCount"),
        ("improved", "improvedCount"),
        ("unsupplied anyway", "unsuppliedCount"),
        ("down before", "alreadyDownCount"),
    ):
        if answer[key] or key == "atRiskCount":
            say(f"  {label:22}{answer[key]:>7}")


def _row(node: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        node["asset"]["id"],
        node["asset"]["name"],
        node["level"],
        f"{node['operability']:.0%}",
        node["timeToImpact"],
        decided_by(node["because"]),
    )


def decided_by(proof: Mapping[str, Any]) -> str:
    """Say which group decided: its only member by id, else its name and how many of how many it lost."""
    kind, group, members = proof["relationshipType"] or "", proof["group"], proof["members"]
    if proof["memberCount"] == 1 and members:
        return f"{kind} {members[0]['asset']['id']}".strip()
    named = kind if group.startswith(kind) else f"{kind} {group}"
    return f"{named}: {proof['lostCount']} of {proof['memberCount']} lost"


def read_question(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file. Raises ValueInvalid."""
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ValueInvalid(f"{path} holds no question", expected="a JSON object", actual=str(error)) from error
    if not isinstance(found, dict):
        raise ValueInvalid(f"{path} holds no question", expected="a JSON object", actual=type(found).__name__)
    return cast("dict[str, Any]", found)


def failure_of(text: str) -> dict[str, object]:
    """Return ID, ID=0.5, ID@PT10M or ID=0.5@PT10M as a failure; an id with = or @ goes into a question file."""
    rest, _, at = text.rpartition("@") if "@P" in text else (text, "", "")
    asset, equals, operability = rest.rpartition("=")
    found: dict[str, object] = {"asset": asset if equals and _is_number(operability) else rest}
    if equals and _is_number(operability):
        found["operability"] = float(operability)
    if at:
        found["at"] = at
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def supply_of(text: str, option: str = "--without") -> dict[str, object]:
    """Return 'TYPE FROM TO' or 'TYPE FROM TO KEY' as a relationship. Raises ValueInvalid for anything else."""
    parts = words_of(text, option)
    if len(parts) not in (3, 4):
        raise ValueInvalid(
            f"{option} {text!r} names no relationship",
            expected="TYPE FROM TO, and its key where there are several",
            actual=f"{len(parts)} words",
            hint=f"Quote the whole, and ids that hold blanks: {option} 'POWERS \"UPS A\" R1-PDU-A'",
        )
    supply: dict[str, object] = {"type": parts[0], "from": parts[1], "to": parts[2]}
    return {**supply, "key": parts[3]} if len(parts) == 4 else supply


def words_of(text: str, option: str) -> list[str]:
    """Return the words of an option as a shell reads them. Raises ValueInvalid for a quote that isn't closed."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ValueInvalid(
            f"{option} {text!r} can't be read", expected="words, quoted where they hold blanks", actual=str(error)
        ) from error


async def _ask(question: Mapping[str, object], first: int, server: str | None, token: str | None) -> Answer:
    async with gateway(server, token) as opened:
        try:
            return await opened.impact(question, first=first)
        except TwinError as error:
            if error.code != NotFound.code:
                raise
            raise await suggested(error, opened) from error


async def suggested(error: TwinError, opened: Gateway) -> TwinError:
    """Return the refusal of an unknown id with the ids that come near it."""
    asset = error.actual or ""
    near = ", ".join([f"{each['id']} ({each['name']})" for each in await _near(asset, opened)])
    advice = f'`twin search "{asset or "words"}"` finds assets by words'
    return NotFound(
        error.message,
        place=error.place,
        expected=error.expected,
        actual=error.actual,
        hint=f"Did you mean {near}? {advice}" if near else advice,
    )


async def _near(asset: str, opened: Gateway) -> list[Mapping[str, Any]]:
    """Return assets whose words begin as those of `asset` do, fewer words with each try."""
    words = [word for word in re.split(r"[\W_]+", asset) if word]
    while words:
        hits = (await opened.graphql(_NEAR, {"text": " ".join(words)}))["search"]
        if hits:
            return [hit["asset"] for hit in hits]
        words.pop()
    return []
