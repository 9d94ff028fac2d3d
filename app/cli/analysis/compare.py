"""`twin compare`: what a planned change does to what happens if something fails."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from app.cli.analysis.impact import decided_by, failure_of, read_question, suggested, supply_of
from app.cli.console import print_json, print_table, say
from app.cli.gateway import Answer, gateway
from app.cli.verbs import JsonFlag, ServerOption, TokenOption, add
from graph.errors import NotFound, TwinError, ValueInvalid

SHOWN: Final = 10
"""Assets of each list that the tables show."""

_LISTS: Final = {
    "newlyImpacted": "newly impacted",
    "noLongerImpacted": "no longer impacted",
    "worse": "worse",
    "better": "better",
    "sooner": "sooner",
    "later": "later",
}
_COUNTED: Final = {
    **_LISTS,
    "newlyAtRisk": "newly at risk",
    "noLongerAtRisk": "no longer at risk",
    "newlyLoweredByMaintenance": "newly lowered by maintenance",
    "noLongerLoweredByMaintenance": "no longer lowered by maintenance",
    "newlyImproved": "newly improved",
    "noLongerImproved": "no longer improved",
}
_RELIEF: Final = ("noLongerImpacted", "better")


def register(twin: typer.Typer) -> None:
    """Add the verb."""
    add(twin, "compare", compare)


def compare(
    failed: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID...", help="Fails either way: ID, or ID=0.5 or ID@PT10M."),
    ] = None,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", help="Change: put a relationship in.", metavar="'TYPE FROM TO'"),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="Change: take a relationship away.", metavar="'TYPE FROM TO'"),
    ] = None,
    maintenance: Annotated[
        list[str] | None, typer.Option("--maintenance", help="Change: planned down.", metavar="ID")
    ] = None,
    failing: Annotated[list[str] | None, typer.Option("--failing", help="Change: fails as well.", metavar="ID")] = None,
    before: Annotated[Path | None, typer.Option("--before", help="File with a body of POST /v1/impact.")] = None,
    after: Annotated[Path | None, typer.Option("--after", help="The same; by default --before.")] = None,
    first: Annotated[int, typer.Option("--first", min=1, help="How many of each list at most.")] = 100,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Compare what happens if assets fail without a planned change and with it, or any two questions.

    The IDs fail in both; --with, --without, --maintenance and --failing are the change. --before and --after are JSON
    files as POST /v1/impact takes them; what the command line names is added to them. Both are answered at the same
    revision.

    Examples:
        twin compare NBR-ATS-M --with 'POWERS NBR-ATS-A NBR-MCC'
        twin compare NBR-CH-1 --maintenance NBR-CH-2
        twin compare --maintenance NBR-UPS-A
        twin compare --before today.json --after planned.json --json
    """
    first_question = read_question(before) if before is not None else {}
    second_question = read_question(after) if after is not None else first_question
    common = {"failures": [failure_of(each) for each in failed or []]}
    change = {
        "failures": [failure_of(each) for each in failing or []],
        "removedRelationships": [supply_of(each) for each in without or []],
        "addedRelationships": [supply_of(each, "--with") for each in with_ or []],
        "maintenance": list(maintenance or []),
    }
    questions = {
        "before": _more(first_question, common),
        "after": _more(_more(second_question, common), change),
    }
    if questions["before"] == questions["after"]:
        raise ValueInvalid(
            "Both questions are the same",
            expected="a change: --with, --without, --maintenance, --failing or --after",
            hint="`twin compare --help` has examples",
        )
    answer = asyncio.run(_ask(questions, first, server, token))
    if as_json:
        print_json(answer)
    else:
        print_comparison(answer)


def print_comparison(answer: Answer) -> None:
    """Print an answer: the numbers of both sides, how many fare differently in which way, and the worst of each."""
    failed = [f"{each['name']} ({each['id']})" for each in answer["before"]["failed"]]
    subject = f"If {', '.join(failed)} {'fails' if len(failed) == 1 else 'fail'}" if failed else "With no failure"
    say(f"{subject}, without the change and with it, at revision {answer['revision']}:")
    print_table("", ("", "without", "with"), list(_numbers(answer)), numbers=2)
    say()
    counts = [(label, answer[f"{name}Count"]) for name, label in _COUNTED.items() if answer[f"{name}Count"]]
    if not counts:
        say("nothing fares differently")
    for label, count in counts:
        say(f"  {label:33}{count:>7}")
    for name, label in _LISTS.items():
        _print_list(name, label, answer[name])
    for assumption in dict.fromkeys([*answer["before"]["assumptions"], *answer["after"]["assumptions"]]):
        say(f"assumed: {assumption}", style="dim")


def _numbers(answer: Answer) -> Iterable[tuple[str, int, int]]:
    """Return the rows of what is counted of both answers."""
    before, after = answer["before"], answer["after"]
    yield "impacted", before["impactedCount"], after["impactedCount"]
    for each in answer["byLevel"]:
        yield f"  {each['level']}", each["before"], each["after"]
    yield "at risk", before["atRiskCount"], after["atRiskCount"]
    for label, name in (
        ("lowered by maintenance", "loweredByMaintenanceCount"),
        ("improved", "improvedCount"),
    ):
        if before[name] or after[name]:
            yield label, before[name], after[name]


def _print_list(name: str, label: str, listed: Mapping[str, Any]) -> None:
    nodes: Sequence[Mapping[str, Any]] = listed["nodes"][:SHOWN]
    if not nodes:
        return
    more = listed["totalCount"] - len(nodes)
    say()
    columns = ("asset", "name", "without", "with", "falls after", "because")
    rows = [_row(node, relief=name in _RELIEF) for node in nodes]
    print_table(f"{label} ({more} more)" if more else label, columns, rows, wide=("name", "because"))


def _row(node: Mapping[str, Any], *, relief: bool) -> tuple[str, ...]:
    proof = node["becauseBefore"] if relief else node["because"]
    times = [node["timeToImpactBefore"], node["timeToImpact"]]
    told = times if None not in times and times[0] != times[1] else [each for each in times if each is not None][:1]
    return (
        node["asset"]["id"],
        node["asset"]["name"],
        f"{node['levelBefore']} {node['operabilityBefore']:.0%}",
        f"{node['level']} {node['operability']:.0%}",
        ", then ".join(told),
        decided_by(proof) if proof else "",
    )


def _more(question: Mapping[str, Any], named: Mapping[str, Sequence[object]]) -> dict[str, Any]:
    """Return a question with what the command line names added to it."""
    added = {key: [*question.get(key, []), *values] for key, values in named.items() if values}
    return {**question, **added}


async def _ask(questions: Mapping[str, object], first: int, server: str | None, token: str | None) -> Answer:
    async with gateway(server, token) as opened:
        try:
            return await opened.compare(questions, first=first)
        except TwinError as error:
            if error.code != NotFound.code:
                raise
            raise await suggested(error, opened) from error
