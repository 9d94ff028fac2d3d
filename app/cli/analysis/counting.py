"""Waiting for a count of criticality, with progress on standard error where somebody watches."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Final

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from app.cli.console import tell, watched
from app.cli.gateway import Gateway

_PROGRESS: Final = """
query Progress($by: String) { criticalityProgress(weightBy: $by) { done total perSecond secondsLeft complete } }
"""
_LOOK_SECONDS: Final = 0.25


async def wait_until_counted(gateway: Gateway, weight_by: str | None) -> None:
    """Return when the count of the newest revision is done, however long it takes.

    Raises what the count does. Who ends it by Ctrl-C is told that what is counted is kept.
    """
    with ExitStack() as stack:
        bar = _Bar(stack)
        try:
            while not (told := await _progress(gateway, weight_by))["complete"]:
                bar.show(told)
                await asyncio.sleep(_LOOK_SECONDS)
        except asyncio.CancelledError:
            if watched() is not None:
                tell("what is counted is kept: the same command goes on from there")
            raise


async def _progress(gateway: Gateway, weight_by: str | None) -> Mapping[str, Any]:
    return (await gateway.graphql(_PROGRESS, {"by": weight_by}))["criticalityProgress"]


class _Bar:
    """A bar that appears with the first progress, on a terminal alone."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._bar: Progress | None = None

    def show(self, told: Mapping[str, Any]) -> None:
        """Show how far it is."""
        console = watched()
        if console is None:
            return
        if self._bar is None:
            columns = (TextColumn("counting"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[pace]}"))
            self._bar = self._stack.enter_context(Progress(*columns, console=console, transient=True))
            self._bar.add_task("counting", total=told["total"], pace="")
        (task,) = self._bar.task_ids
        self._bar.update(task, completed=told["done"], total=told["total"], pace=_pace(told))


def _pace(told: Mapping[str, Any]) -> str:
    left = told["secondsLeft"]
    return f"{told['done']:,} of {told['total']:,}" + ("" if left is None else f", {left:,.0f} s left")
