"""What is known of one request while it runs, and what every response says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from app.http.caller import Caller
    from app.http.service import Service
    from app.telemetry import RequestTrace
    from graph.access import Principal
    from graph.identity import Revision


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request and its answer. Filled in on the way; the outermost layer writes headers, log and metrics from it.

    `code` is that of the error that went out; `revision` one that the answer is at least as new as. `streams`: results
    come one after the other, so how long it takes says nothing, and each error was counted as it went out.
    `cost_left` is what the caller's operations may cost now.
    """

    id: str
    trace: RequestTrace
    caller: Caller
    principal: Principal | None = None
    revision: Revision | None = None
    operation: str | None = None
    code: str | None = None
    status: int = 0
    streams: bool = False
    cost_left: int | None = None


class State(TypedDict):
    """What handlers find in `request.state`: the service, open for as long as the process serves, and the exchange."""

    service: Service
    exchange: Exchange
