"""`twin alarms`: what is the matter, who has seen it, and what is out of sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from app.cli.console import print_json, print_table, say
from app.cli.gateway import ask
from app.cli.verbs import JsonFlag, ServerOption, TokenOption, add, group
from graph.errors import ValueInvalid

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="As `twin alarms list` shows it.")]

_ALARM: Final = "id assetId asset { name } channel level priority state raised changed raisedCount shelvedUntil"
_LIST: Final = f"""
query Alarms($filter: AlarmFilter, $first: Int!) {{
  alarms(filter: $filter, first: $first) {{ totalCount nodes {{ {_ALARM} flood {{ id }} }} }}
}}
"""
_SHOW: Final = f"""
query Alarm($id: ID!) {{
  alarm(id: $id) {{
    {_ALARM} assetType value active
    transitions {{ time action state level by comment }}
    flood {{
      id began ended alarmCount notes
      causes {{ assetIds assets {{ id name }} score explainsCount unexplainedCount contradictedByCount }}
    }}
  }}
}}
"""
_ACK: Final = f"""
mutation Acknowledge($ids: [ID!]!, $comment: String) {{
  acknowledgeAlarms(ids: $ids, comment: $comment) {{ {_ALARM} }}
}}
"""
_SHELVE: Final = f"""
mutation Shelve($id: ID!, $until: DateTime!, $reason: String!) {{
  shelveAlarm(id: $id, until: $until, reason: $reason) {{ {_ALARM} }}
}}
"""
_UNSHELVE: Final = f"""
mutation Unshelve($id: ID!, $comment: String) {{ unshelveAlarm(id: $id, comment: $comment) {{ {_ALARM} }} }}
"""


def application() -> typer.Typer:
    """Return the verbs of `twin alarms`."""
    verbs = group("Alarms: what is the matter, who has seen it, and what is out of sight.")
    add(verbs, "list", list_alarms)
    add(verbs, "show", show)
    add(verbs, "ack", acknowledge)
    add(verbs, "shelve", shelve)
    add(verbs, "unshelve", unshelve)
    return verbs


def list_alarms(
    states: Annotated[list[str] | None, typer.Option("--state", help="UNACK, ACKED, RTN_UNACK, SHELVED.")] = None,
    priorities: Annotated[list[str] | None, typer.Option("--priority", help="HIGH, MEDIUM, LOW.")] = None,
    assets: Annotated[list[str] | None, typer.Option("--asset", help="Of this asset.")] = None,
    types: Annotated[list[str] | None, typer.Option("--type", help="Of assets of this type and its subtypes.")] = None,
    within: Annotated[str | None, typer.Option("--within", help="Of this asset and all that it contains.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those that are over too.")] = False,
    first: Annotated[int, typer.Option("--first", min=1, max=1_000, help="How many at most.")] = 50,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """List the alarms that are open, those raised last first.

    Examples:
        twin alarms list
        twin alarms list --state UNACK --priority HIGH --within NBR-DC --json
    """
    wanted = {
        "open": None if every else True,
        "states": _upper(states),
        "priorities": _upper(priorities),
        "assets": assets or None,
        "types": types or None,
        "within": within,
    }
    found = ask(_LIST, {"filter": wanted, "first": first}, server, token)["alarms"]
    if as_json:
        print_json(found)
        return
    _print(found["nodes"], found["totalCount"])


def show(
    alarm_id: IdArgument, as_json: JsonFlag = False, server: ServerOption = None, token: TokenOption = None
) -> None:
    """Show an alarm, all that happened to it, and what may be behind the flood that it came in.

    Examples:
        twin alarms show 6c1f0e9f5a0b4d7c8e21a3f4
        twin alarms show 6c1f0e9f5a0b4d7c8e21a3f4 --json
    """
    found = ask(_SHOW, {"id": alarm_id}, server, token)["alarm"]
    if found is None:
        from graph.alarms import UnknownAlarm

        raise UnknownAlarm("There is no such alarm", actual=repr(alarm_id[:80]), hint="`twin alarms list --all`")
    if as_json:
        print_json(found)
        return
    say(f"{_name(found)}  {found['assetType']} {found['assetId']}", style="bold")
    said = "" if found["channel"] is None else f"{found['channel']} is {found['value']}: "
    say(f"{said}{found['level']}  priority {found['priority']}  {found['state']}{_shelf(found)}")
    say()
    columns = ("time", "action", "state", "by", "comment")
    steps = [tuple(each[name] for name in columns) for each in found["transitions"]]
    print_table("", columns, steps, wide=("comment",))
    if found["flood"] is not None:
        _print_flood(found["flood"])


def acknowledge(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As `twin alarms list` shows them.")],
    comment: Annotated[str | None, typer.Option("--comment", help="What you say to it.")] = None,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Say that alarms were seen; those that have returned to normal are over then.

    Examples:
        twin alarms ack 6c1f0e9f5a0b4d7c8e21a3f4 --comment 'on my way'
    """
    found = ask(_ACK, {"ids": ids, "comment": comment}, server, token)["acknowledgeAlarms"]
    _done(found, as_json=as_json)


def shelve(
    alarm_id: IdArgument,
    until: Annotated[str, typer.Option("--until", help="A date and time, or for how long, as PT8H.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Put an alarm out of sight for a time, at most 30 days; it comes back by itself.

    Examples:
        twin alarms shelve 6c1f0e9f5a0b4d7c8e21a3f4 --until PT8H --reason 'sensor is being replaced'
    """
    variables = {"id": alarm_id, "until": _moment(until), "reason": reason}
    _done([ask(_SHELVE, variables, server, token)["shelveAlarm"]], as_json=as_json)


def unshelve(
    alarm_id: IdArgument,
    comment: Annotated[str | None, typer.Option("--comment", help="What you say to it.")] = None,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Bring a shelved alarm back: to be looked at anew where it is active, over where it isn't.

    Examples:
        twin alarms unshelve 6c1f0e9f5a0b4d7c8e21a3f4
    """
    found = ask(_UNSHELVE, {"id": alarm_id, "comment": comment}, server, token)["unshelveAlarm"]
    _done([found], as_json=as_json)


def _done(found: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        _print(found, len(found))


def _print(found: Sequence[Mapping[str, Any]], total: int) -> None:
    if not found:
        say("No alarms")
        return
    columns = ("id", "raised", "priority", "state", "level", "asset", "name", "channel")
    rows = [
        (
            each["id"],
            each["raised"][:19] + "Z",
            each["priority"],
            each["state"] + _shelf(each),
            each["level"],
            each["assetId"],
            _name(each),
            each["channel"] or "(health)",
        )
        for each in found
    ]
    print_table("1 alarm" if total == 1 else f"{total} alarms", columns, rows, wide=("name",))
    if total > len(found):
        say(f"... and {total - len(found)} more")


def _print_flood(flood: Mapping[str, Any]) -> None:
    say()
    say(f"one of {flood['alarmCount']} alarms that came together at {flood['began'][:19]}Z; behind them may be")
    rows = [
        (
            " + ".join(each["assetIds"]),
            " + ".join(asset["name"] for asset in each["assets"]),
            f"{each['score']:.2f}",
            each["explainsCount"],
            each["unexplainedCount"],
            each["contradictedByCount"],
        )
        for each in flood["causes"]
    ]
    if rows:
        columns = ("causes", "name", "score", "explains", "leaves", "against")
        print_table("", columns, rows, numbers=4, wide=("name",))
    for note in flood["notes"]:
        say(f"note: {note}", style="dim")


def _name(alarm: Mapping[str, Any]) -> str:
    return "(deleted)" if alarm["asset"] is None else alarm["asset"]["name"]


def _shelf(alarm: Mapping[str, Any]) -> str:
    return "" if alarm["shelvedUntil"] is None else f" until {alarm['shelvedUntil'][:19]}Z"


def _upper(values: Sequence[str] | None) -> list[str] | None:
    return [each.upper() for each in values] if values else None


def _moment(text: str) -> str:
    from graph.ontology.temporal import parse_datetime, parse_duration

    try:
        moment = datetime.now(UTC) + parse_duration(text) if text.startswith("P") else parse_datetime(text)
    except (ValueInvalid, OverflowError) as error:
        raise ValueInvalid(
            "Not a moment", place="--until", expected="a date and time, as 2026-06-03T12:00Z, or for how long, as PT8H",
            actual=repr(text[:80]),
        ) from error  # fmt: skip
    return moment.isoformat()
