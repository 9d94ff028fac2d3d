"""Who raises alarms in a process that serves."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket

from app.inforce import Editions
from app.settings import Settings
from graph.alarms import AlarmBoard, AlarmWatch, FloodRule, Surroundings
from graph.clock import SystemClock
from graph.identity import parse_tenant
from graph.state import Listeners, StateStore


def raise_alarms(
    settings: Settings, board: AlarmBoard, editions: Editions, *, states: StateStore, listeners: Listeners
) -> asyncio.Task[None] | None:
    """Begin to raise alarms by the edition that is served; None where this process is not to. Cancel it to end it."""
    if not settings.alarms:
        return None
    around = Surroundings(
        board=board,
        sources=editions.current,
        clock=SystemClock(),
        holder=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
        rule=FloodRule(alarms=settings.alarm_flood, seconds=settings.alarm_flood_seconds),
    )
    watch = AlarmWatch(around, own=parse_tenant(settings.tenant), stateful=states.stateful)
    listeners.add(watch.took)
    return asyncio.create_task(watch.run())
