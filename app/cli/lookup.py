"""`twin asset`, `twin tree`, `twin search`: look things up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
import typer

from app.cli.console import print_json, print_table, printable, say
from app.cli.gateway import Answer, ask
from app.cli.verbs import JsonFlag, ServerOption, TokenOption, add
from graph.errors import LimitExceeded, NotFound

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The asset's id.")]
_DEEPEST = 10
_WIDEST = 200
_MOST = 900_000  # what a service bounds the largest answer by unless told otherwise, with room for the assets above

_ASSET = """
query Asset($id: ID!) {
  asset(id: $id) {
    id type name revision properties sourceOf
    externalIds { system id }
    ancestors { id type name }
    children(first: 0) { totalCount }
    dependencies(first: 20) { totalCount nodes { id type name } }
    dependents(first: 20) { totalCount nodes { id type name } }
  }
}
"""
_SEARCH = """
query Search($text: String!, $types: [String!], $first: Int!) {
  search(text: $text, types: $types, first: $first) { score asset { id type name } }
}
"""


def register(twin: typer.Typer) -> None:
    """Add the verbs."""
    add(twin, "asset", asset)
    add(twin, "tree", tree)
    add(twin, "search", search)


def asset(
    asset_id: IdArgument, as_json: JsonFlag = False, server: ServerOption = None, token: TokenOption = None
) -> None:
    """Show an asset: where it is, its properties, what it needs, what needs it.

    Examples:
        twin asset NBR-UPS-A
        twin asset NBR-UPS-A --json
        twin asset NBR-UPS-A --server http://127.0.0.1:8000 --token twin_...
    """
    found = _asset_of(ask(_ASSET, {"id": asset_id}, server, token), asset_id)
    if as_json:
        print_json(found)
        return
    say(f"{found['name']}", style="bold")
    say(f"{found['type']}  {found['id']}")
    path = " › ".join(each["name"] for each in reversed(found["ancestors"]))
    if path:
        say(f"in {path}")
    facts = [(name, _shown(value)) for name, value in found["properties"].items()]
    facts += [(f"{each['system']} id", each["id"]) for each in found["externalIds"]]
    facts += [("source of", kind) for kind in found["sourceOf"]]
    facts += [("contains", f"{found['children']['totalCount']} directly"), ("revision", found["revision"])]
    say()
    print_table("", ("property", "value"), facts, wide=("value",))
    for title, key in (("needs", "dependencies"), ("is needed by", "dependents")):
        _print_neighbours(title, found[key])


def tree(
    asset_id: IdArgument,
    depth: Annotated[int, typer.Option("--depth", help=f"Levels to show, at most {_DEEPEST}.")] = 2,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Show what an asset contains, level by level: up to 200 of each, fewer from three levels on.

    Examples:
        twin tree NBR
        twin tree NBR-DC --depth 3
    """
    if not 1 <= depth <= _DEEPEST:
        raise LimitExceeded(f"--depth is {depth}", expected=f"1 to {_DEEPEST}", hint="Start further down the tree")
    document = f"query Tree($id: ID!) {{ asset(id: $id) {{ {_nested(depth, width=_width(depth))} }} }}"
    found = _asset_of(ask(document, {"id": asset_id}, server, token), asset_id)
    if as_json:
        print_json(found)
        return
    say(_label(found))
    _print_branches(found, "", width=_width(depth))


def search(
    text: Annotated[str, typer.Argument(help="Words of an id, a name or a text property.")],
    types: Annotated[list[str] | None, typer.Option("--type", help="Only this type and its subtypes.")] = None,
    first: Annotated[int, typer.Option("--first", min=1, help="How many at most.")] = 20,
    as_json: JsonFlag = False,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Find assets by words of their id, name or text properties, the best first.

    Examples:
        twin search "chilled water"
        twin search chiller --type Equipment --first 5 --json
    """
    variables = {"text": text, "types": types or None, "first": first}
    hits = ask(_SEARCH, variables, server, token)["search"]
    if as_json:
        print_json(hits)
        return
    rows = [(hit["asset"]["id"], hit["asset"]["type"], hit["asset"]["name"], f"{hit['score']:.2f}") for hit in hits]
    found = f"the best {len(rows)}" if len(rows) == first else f"{len(rows) or 'nothing'} found"
    print_table(found, ("id", "type", "name", "score"), rows, numbers=1, wide=("name",))


def _asset_of(data: Answer, asset_id: str) -> dict[str, Any]:
    found: dict[str, Any] | None = data["asset"]
    if found is None:
        raise NotFound(
            f"There is no asset {asset_id!r}",
            expected="the id of an asset",
            actual=asset_id,
            hint=f'`twin search "{asset_id}"` finds assets by words',
        )
    return found


def _nested(depth: int, *, width: int) -> str:
    own = "id type name"
    if depth == 0:
        return own
    below = _nested(depth - 1, width=width)
    return f"{own} children(first: {width}) {{ nodes {{ {below} }} pageInfo {{ hasNextPage }} }}"


def _width(depth: int) -> int:
    """How many children of each are shown: fewer the deeper, for their largest number is this to the power of depth."""
    return min(_WIDEST, int(_MOST ** (1 / depth)))


def _print_branches(node: Mapping[str, Any], stem: str, *, width: int) -> None:
    children = node.get("children")
    if children is None:
        return
    labels = [(_label(child), child) for child in children["nodes"]]
    if children["pageInfo"]["hasNextPage"]:
        labels.append((f"and more: at this depth `twin tree` shows {width} of each", {}))
    for number, (label, child) in enumerate(labels, 1):
        last = number == len(labels)
        say(f"{stem}{'└── ' if last else '├── '}{label}")
        _print_branches(child, stem + ("    " if last else "│   "), width=width)


def _label(node: Mapping[str, Any]) -> str:
    return printable(f"{node['name']}  ({node['type']} {node['id']})", lines=False)


def _shown(value: object) -> str:
    """Return a property's value: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _print_neighbours(title: str, connection: Mapping[str, Any]) -> None:
    if not connection["totalCount"]:
        return
    rows = [(node["id"], node["type"], node["name"]) for node in connection["nodes"]]
    shown = "" if connection["totalCount"] == len(rows) else f", the first {len(rows)}"
    say()
    print_table(f"{title} {connection['totalCount']}{shown}", ("id", "type", "name"), rows, wide=("name",))
