"""Migrations through a running service: an architect needs a token, and no password of the database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from app.cli.console import say, tell
from app.cli.remote import reached, token_of
from app.settings import load_settings


def served_plan(server: str, token: str | None, *, complete: bool, window: int) -> Mapping[str, Any]:
    """Return what a run would do, of the service's own project."""

    async def asked() -> Mapping[str, Any]:
        async with reached(server, token_of(load_settings(), token)) as service:
            return await service.migration_plan(complete=complete, window=window)

    return asyncio.run(asked())


def served_run(verb: str, server: str, token: str | None, **body: object) -> Mapping[str, Any]:
    """Have the service do something, and return what it did when it is done."""

    async def asked() -> Mapping[str, Any]:
        async with reached(server, token_of(load_settings(), token)) as service:
            return await service.migrate(verb, body)

    return asyncio.run(asked())


def print_served_plan(found: Mapping[str, Any]) -> None:
    """Print a plan of a service: versions, steps, commands, what is in the way, and whose operations break."""
    if not found["pending"] and not found["commands"]:
        say(f"Nothing to do: the database is at {found['target']}")
        return
    for revision in found["pending"]:
        say(str(revision))
    for step in found["steps"]:
        say(f"  {step['step']}: {step['objects']:,} assets or relationships")
    for command in found["commands"]:
        say(f"  {command}")
    for channel in found["beginAnew"]:
        say(f"  {channel} begins anew: what was kept of it before is not told any more")
    for problem in (*found["unmet"], *found["inTheWay"], *found["inTheWayOfCompletion"]):
        tell(f"{problem['code']}: {problem['message']} ({problem['actual']})")
    interface = found["interface"]
    if interface is None:
        return
    for change in interface["breaking"]:
        say(f"  - {change['change']}", style="red")
    say(f"{interface['operations']} operations looked at, {len(interface['broken'])} break", style="bold")
    for each in interface["broken"]:
        say(f"  {each['operation']} of {each['consumer']}, {each['owner']} ({each['contact']})", style="bold red")
        for reason in each["reasons"]:
            say(f"    {reason}")
    for each in interface.get("unseen", ()):
        owner = f"{each['owner']} ({each['contact']})"
        tell(f"{each['operation']} of {each['consumer']}, {owner}, may break: {each['reasons'][0]}")
