"""`twin reconcile`: compares the twin with a source of truth, and repairs it by what the source says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from app.cli.console import print_json, say, tell
from app.cli.data.bulk import Kind
from app.cli.verbs import FOUND, JsonFlag, ServerOption, TokenOption, add
from graph.errors import InvalidInput

if TYPE_CHECKING:
    from app.cli.data.reconciling import Task
    from graph.ontology.model import Json
    from graph.reconciliation import Repair


Sources: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="SOURCE...", help="Files as `twin load` takes them, folders, or an address.")
]
OwnedBy: TypeAlias = Annotated[
    str | None, typer.Option("--owned-by", help="Only assets with an id in this system, or owned by it.")
]
Tolerances: TypeAlias = Annotated[
    list[str] | None, typer.Option("--tolerance", help="A share of the value, or PROPERTY=NUMBER in its unit.")
]


def register(twin: typer.Typer) -> None:
    """Add the verb."""
    add(twin, "reconcile", reconcile)


def reconcile(
    sources: Sources,
    within: Annotated[str | None, typer.Option("--within", help="Only this asset and what it contains.")] = None,
    types: Annotated[str, typer.Option("--types", help="Only these types, with commas between.")] = "",
    owned_by: OwnedBy = None,
    owner: Annotated[str, typer.Option("--owner-property", help="The property that names an owner.")] = "owner",
    exact: Annotated[bool, typer.Option("--exact", help="What the source leaves out should not be there.")] = False,
    tolerance: Tolerances = None,
    apply: Annotated[str, typer.Option("--apply", help="Repair these: missing,different,extra.")] = "",
    write: Annotated[bool, typer.Option("--yes", help="Write the repair; without it nothing is written.")] = False,
    delete_extra: Annotated[bool, typer.Option("--delete-extra", help="What is extra may be deleted.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also more than 10 % of it; needs --reason.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why, for the change record.")] = None,
    key: Annotated[str | None, typer.Option("--idempotency-key", help="Default: made of the repair.")] = None,
    sample: Annotated[int, typer.Option("--sample", min=0, max=1000, help="Cases shown of each kind.")] = 5,
    out: Annotated[Path | None, typer.Option("--out", help="Write all differences to this file (JSON).")] = None,
    every: Annotated[str | None, typer.Option("--every", help="Compare again and again, as PT1H.")] = None,
    folder: Annotated[Path | None, typer.Option("--report", help="Folder of the reports of --every.")] = None,
    keep: Annotated[int, typer.Option("--keep", min=1, max=100_000, help="Reports kept there.")] = 30,
    kind: Annotated[Kind, typer.Option("--format", help="Told from the first bytes unless said.")] = Kind.AUTO,
    mapping: Annotated[Path | None, typer.Option("--map", help="What another format's names are called here.")] = None,
    server: ServerOption = None,
    token: TokenOption = None,
    as_json: JsonFlag = False,
) -> int:
    """Compare assets and relationships with a source of truth; exit 2 where they differ.

    Everything is compared at one revision. Repairs are one change set, which is refused where somebody wrote
    to what it touches meanwhile; without --yes they are only judged.

    Examples:
        twin reconcile registry.ndjson.gz
        twin reconcile assets.csv relationships.csv --within NBR --types Chiller,Pump --out report.json
        twin reconcile https://cmms.example.org --owned-by CMMS --tolerance 1e-6 --tolerance ratedFlow=0.05
        twin reconcile registry.ndjson --apply missing,different --yes
        twin reconcile registry.ndjson --apply extra --delete-extra
        twin reconcile registry.ndjson --every PT1H --report reports --keep 48
    """
    from app.cli.data.reconciling import Task
    from app.reconciliation import tolerance_of
    from graph.reconciliation import Extent, Question

    named = tuple(each.strip() for each in types.split(",") if each.strip())
    extent = Extent(within=within, types=named, owned_by=owned_by, owner_property=owner)
    because = _reason(reason, force=force)
    task = Task(
        sources=tuple(sources),
        question=Question(extent=extent, tolerance=tolerance_of(tolerance or ()), exact=exact),
        repair=_repair(apply, write=write, delete_extra=delete_extra, reason=because, key=key),
        samples=sample,
        out=out,
        format=kind.chosen(),
        mapping=mapping,
        quiet=as_json,
    )
    if every is None and folder is None:
        return _compared(task, server, token, as_json=as_json)
    return _repeated(task, every, folder, keep=keep, alone=server is None and out is None)


def _compared(task: Task, server: str | None, token: str | None, *, as_json: bool) -> int:
    from app.cli.data.reconciling import once, served

    if server is None:
        outcome = asyncio.run(once(task))
        shown, differs = outcome.shown(), outcome.differs
    else:
        shown, differs = asyncio.run(served(task, server, token))
    _print(shown, as_json=as_json)
    return FOUND if differs else 0


def _repeated(task: Task, every: str | None, folder: Path | None, *, keep: int, alone: bool) -> int:
    from app.cli.data.reconciling import repeated

    if every is None or folder is None or not alone:
        raise InvalidInput(
            "Runs at intervals need --every and --report together, and go without --server and --out",
            expected="--every PT1H --report FOLDER",
        )
    asyncio.run(repeated(task, every, folder, keep=keep))
    return 0


def _reason(reason: str | None, *, force: bool) -> str | None:
    if force != (reason is not None):
        raise InvalidInput(
            "--force and --reason belong together",
            expected='--force --reason "why so much is deleted"',
            hint="The reason is kept in the change record",
        )
    return reason


def _repair(groups: str, *, write: bool, delete_extra: bool, reason: str | None, key: str | None) -> Repair | None:
    from app.reconciliation import groups_of
    from graph.reconciliation import Repair

    chosen = groups_of(groups)
    if not chosen:
        if write or delete_extra or reason is not None:
            raise InvalidInput(
                "Nothing is to be repaired", expected="--apply missing,different or extra", hint="Add --apply"
            )
        return None
    return Repair(groups=chosen, delete_extra=delete_extra, reason=reason, write=write, idempotency_key=key)


def _print(shown: dict[str, Json], *, as_json: bool) -> None:
    if as_json:
        print_json(shown)
        return
    say(
        f"{shown['source']}: {shown['sourceAssets']:,} assets and {shown['sourceRelationships']:,} relationships, "
        f"compared with {shown['assets']:,} and {shown['relationships']:,} of the twin at revision {shown['revision']}"
    )
    if left_out := shown["leftOut"]:
        tell("left out: " + ", ".join(f"{count} {what}" for what, count in _pairs(left_out)))
    if shown["unowned"]:
        tell(f"{shown['unowned']:,} assets that both know belong to others and were not compared")
    if shown["refused"]:
        tell(f"{shown['refused']:,} lines of the source can't be compared")
        for problem in _items(shown["problems"])[:5]:
            tell(f"  line {problem['line']}: {problem['code']}: {problem['message']}")
    for each in _items(shown["kinds"]):
        _print_kind(each)
    if owners := shown["owners"]:
        say("owners: " + ", ".join(f"{owner} {count:,}" for owner, count in _pairs(owners)))
    if shown["same"]:
        say("The twin is as the source says")
    else:
        say(f"{shown['missing']:,} missing, {shown['extra']:,} extra, {shown['different']:,} different", style="bold")
    if "repair" in shown:
        _print_repair(shown["repair"])


def _print_kind(each: dict[str, Json]) -> None:
    say(f"{each['kind']} {each['count']:,}", style="bold")
    say(f"  {each['meaning']}")
    samples = _items(each["samples"])
    for sample in samples:
        say(f"    {_sample(sample)}")
    more = int(str(each["count"])) - len(samples)
    if more > 0:
        say(f"    and {more:,} more")


def _sample(sample: dict[str, Json]) -> str:
    link = sample.get("relationship")
    about = f"{sample['asset']} ({sample['type']})"
    if isinstance(link, dict):
        key = f" [{link['key']}]" if link["key"] else ""
        about = f"{link['type']} {link['from']} -> {link['to']}{key}"
    name = f" {sample['property']}" if "property" in sample else ""
    owner = f", owner {sample['owner']}" if "owner" in sample else ""
    if "source" not in sample:
        return f"{about}{owner}"
    return f"{about}{name}: source {_value(sample['source'])}, twin {_value(sample['twin'])}{owner}"


def _print_repair(told: Json) -> None:
    if not isinstance(told, dict):
        return
    if not told["changes"]:
        say("Nothing to repair")
    elif told["written"]:
        again = ", by an earlier run" if told["replayed"] else ""
        say(f"Repaired at revision {told['revision']}: {_receipt(told)}{again}")
    else:
        say(f"It would be repaired so: {_receipt(told)}; --yes writes it")
    if told["left"]:
        tell(f"{told['left']:,} assets are of another type than the source says and stay so; delete and create them")


def _receipt(told: dict[str, Json]) -> str:
    words = [
        f"{told[f'{what}{done}']:,} {what} {done.lower()}"
        for what in ("assets", "relationships")
        for done in ("Created", "Updated", "Deleted")
        if told[f"{what}{done}"]
    ]
    return ", ".join(words) or "nothing changes"


def _value(value: Json) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_value(each)}" for name, each in value.items()) + "}"
    return "none" if value is None else str(value)


def _items(value: Json) -> Sequence[dict[str, Json]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _pairs(value: Json) -> list[tuple[str, Json]]:
    return list(value.items()) if isinstance(value, dict) else []
