"""`twin spof`, `twin cut-sets`, `twin criticality`: what brings an asset down, and whose failure does most."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

import typer

from app.cli.console import print_json, print_table, say
from app.cli.gateway import Answer, ask, gateway
from app.cli.verbs import JsonFlag, ServerOption, TokenOption, add
from graph.errors import ValueInvalid

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The asset's id.")]
SHOWN = 15

_SPOF = """
query SinglePoints($id: ID!, $level: Level, $first: Int!) {
  singlePointsOfFailure(asset: $id, level: $level, first: $first) {
    totalCount nodes { id type name } pageInfo { hasNextPage endCursor }
  }
}
"""
_CUT_SETS = """
query CutSets($id: ID!, $among: AssetFilter, $maxOrder: Int, $first: Int!, $by: String, $time: Duration) {
  cutSets(asset: $id, among: $among, maxOrder: $maxOrder, first: $first, probabilityBy: $by, missionTime: $time) {
    revision count cutSets { id type name } completeToOrder probability probabilityBounds { lower upper }
    truncated { reason limit }
    importance(first: $first) {
      asset { id type name } birnbaum fussellVesely riskAchievementWorth riskReductionWorth
    }
  }
}
"""
_CRITICALITY = """
query Criticality($types: [String!], $by: String, $first: Int!) {
  criticality(types: $types, weightBy: $by, first: $first) {
    totalCount nodes { asset { id type name } impactedCount downCount weight } pageInfo { hasNextPage endCursor }
  }
}
"""


def register(twin: typer.Typer) -> None:
    """Add the verbs."""
    add(twin, "spof", spof)
    add(twin, "cut-sets", cut_sets)
    add(twin, "criticality", criticality)


def spof(
    asset_id: IdArgument,
    level: Annotated[str, typer.Option("--level", help="down (default), or degraded: any fall counts.")] = "down",
    first: Annotated[int, typer.Option("--first", min=1, help="How many at most.")] = 50,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Find single points of failure: what brings an asset down all alone.

    Examples:
        twin spof NBR-R01-S1
        twin spof NBR-R01-S1 --level degraded --first 200
    """
    wanted = _level(level)
    found = ask(_SPOF, {"id": asset_id, "level": wanted, "first": first}, server, token)["singlePointsOfFailure"]
    if as_json:
        print_json(found)
        return
    fate = "brings it down" if wanted == "DOWN" else "makes it fall"
    count = found["totalCount"]
    more = "" if count == len(found["nodes"]) else f", the first {len(found['nodes'])}"
    title = (
        f"{asset_id}: {count} assets of which each {fate} alone{more}" if count else f"{asset_id}: none {fate} alone"
    )
    rows = [(node["id"], node["type"], node["name"]) for node in found["nodes"]]
    print_table(title, ("id", "type", "name"), rows, wide=("name",))


def cut_sets(
    asset_id: IdArgument,
    types: Annotated[list[str] | None, typer.Option("--type", help="Only these and their subtypes may fail.")] = None,
    within: Annotated[str | None, typer.Option("--within", help="Only what this asset contains.", metavar="ID")] = None,
    max_order: Annotated[int, typer.Option("--max-order", min=1, help="The largest size of a set.")] = 3,
    probability_by: Annotated[
        str | None,
        typer.Option(
            "--probability-by", help="Float property: probability of failure, or failures per time.", metavar="PROPERTY"
        ),
    ] = None,
    mission_time: Annotated[
        str | None, typer.Option("--mission-time", help="For failures per time: how long, as P30D.", metavar="DURATION")
    ] = None,
    first: Annotated[int, typer.Option("--first", min=1, help="How many sets at most.")] = 50,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Find minimal cut sets: the smallest sets of assets that bring an asset down together.

    Examples:
        twin cut-sets NBR-R01-S1
        twin cut-sets NBR-R01-S1 --type Ups --type Generator --max-order 2 --json
    """
    among = {name: value for name, value in (("types", types), ("within", within)) if value}
    variables = {
        "id": asset_id,
        "among": among or None,
        "maxOrder": max_order,
        "first": first,
        "by": probability_by,
        "time": mission_time,
    }
    found = ask(_CUT_SETS, variables, server, token)["cutSets"]
    if as_json:
        print_json(found)
        return
    _print_sets(asset_id, found, max_order)
    if found["probability"] is not None:
        _print_importance(found)
    if found["truncated"]:
        _print_what_is_proven(found)


def criticality(
    types: Annotated[list[str] | None, typer.Option("--type", help="Only these and their subtypes.")] = None,
    weight_by: Annotated[
        str | None,
        typer.Option("--weight-by", help="Number that weighs what goes down, instead of 1.", metavar="PROPERTY"),
    ] = None,
    first: Annotated[int, typer.Option("--first", min=1, help="How many at most.")] = 20,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Rank assets by what their failure alone takes down, the most critical first.

    All of them are counted first, which takes a while for a large estate. Ctrl-C keeps what is counted: run it again
    to go on from there.

    Examples:
        twin criticality
        twin criticality --type Ups --type Chiller --first 5
        twin criticality --weight-by area --json
    """
    variables = {"types": types or None, "by": weight_by, "first": first}
    found = asyncio.run(_ranked(variables, server, token))["criticality"]
    if as_json:
        print_json(found)
        return
    weighed = () if weight_by is None else (weight_by,)
    rows = [
        (
            *(node["asset"][name] for name in ("id", "type", "name")),
            node["impactedCount"],
            node["downCount"],
            *(f"{node['weight']:g}" for _ in weighed),
        )
        for node in found["nodes"]
    ]
    title = f"the most critical {len(rows)} of {found['totalCount']} assets"
    columns = ("id", "type", "name", "impacted", "down", *weighed)
    print_table(title, columns, rows, numbers=2 + len(weighed), wide=("name",))


async def _ranked(variables: Mapping[str, object], server: str | None, token: str | None) -> Answer:
    from app.cli.analysis.counting import wait_until_counted

    async with gateway(server, token) as opened:
        await wait_until_counted(opened, cast("str | None", variables["by"]))
        return await opened.graphql(_CRITICALITY, variables)


def _level(text: str) -> str:
    """Return the level as GraphQL writes it."""
    if text.upper() not in ("DOWN", "DEGRADED"):
        raise ValueInvalid("No such level here", place="--level", expected="down or degraded", actual=text)
    return text.upper()


def _print_sets(asset_id: str, found: Mapping[str, Any], max_order: int) -> None:
    sets: Sequence[Sequence[Mapping[str, Any]]] = found["cutSets"]
    count = found["count"] or "an unknown number of"
    shown = "" if found["count"] == str(len(sets)) else f", the first {len(sets)}"
    title = f"{asset_id}: {count} minimal cut sets of at most {max_order}{shown}, at revision {found['revision']}"
    rows = [
        (len(each), ", ".join(asset["id"] for asset in each), ", ".join(asset["name"] for asset in each))
        for each in sets
    ]
    print_table(title, ("size", "assets", "names"), rows, wide=("names", "assets"))


def _print_what_is_proven(found: Mapping[str, Any]) -> None:
    say(f"cut: {found['truncated']['reason']} (limit {found['truncated']['limit']})", style="bold")
    if found["completeToOrder"] is not None:
        say(f"none of at most {found['completeToOrder']} is missing but for those after the first")
    if found["probability"] is None and (bounds := found["probabilityBounds"]) is not None:
        say(f"probability from {bounds['lower']:.6g} to {bounds['upper']:.6g}")


def _print_importance(found: Mapping[str, Any]) -> None:
    say()
    say(f"probability {found['probability']:.6g}")
    rows = [
        (each["asset"]["id"], each["asset"]["name"], f"{each['fussellVesely']:.4g}", f"{each['birnbaum']:.4g}")
        for each in found["importance"][:SHOWN]
    ]
    columns = ("asset", "name", "Fussell-Vesely", "Birnbaum")
    print_table("what matters most", columns, rows, numbers=2, wide=("name",))
