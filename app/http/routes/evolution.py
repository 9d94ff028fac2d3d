"""`/v1/ontology/...`: plan, apply, complete and approve migrations without a password of the database."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.answers.bodies import Body
from app.evolution import Verb, Wish, outlook_document, run_document
from app.http.bodies import read_model
from app.http.exchange import State
from app.http.routes.asking import document
from app.http.routes.forms import JSON, wanted_form
from app.http.routes.operation import Operation, Parameter
from app.http.routes.parameters import flag, number
from graph.access import Principal, Scope
from migrations.gate import WINDOW_DAYS, Force

Window = Annotated[int, Field(ge=0, le=3660, description="Days back in which use of operations counts; 0 counts none")]


class CompletionBody(Body):
    """How a version is completed."""

    force: bool = Field(default=False, description="Although operations of consumers break; needs a reason")
    reason: str = Field(default="", description="Why it is forced; stays in the ledger")
    window: Window = WINDOW_DAYS


class RetreatBody(Body):
    """How far the database is taken back."""

    to: str | None = Field(default=None, description="The version it is taken back to; left out, the one before")
    erase: bool = Field(default=False, description="Let go what was written into properties that go")


class AbortionBody(Body):
    """What becomes of what was written since."""

    erase: bool = Field(default=False, description="Let go what was written into properties that go")


class PauseAnswer(Body):
    """The version that stops after the page it is at."""

    paused: str


class ApprovalBody(Body):
    """Which version the caller approves, as its file is."""

    revision: str


class ApprovalAnswer(Body):
    """An approval as the ledger has it; `entry` is its number in the chain."""

    revision: str
    by: str
    entry: int
    checksum: str


class StepAnswer(Body):
    """How many assets or relationships a step over data changes."""

    revision: str
    step: str
    objects: int


class PlanAnswer(Body):
    """What applying (or completing) would do to data, and to consumers."""

    pending: list[str]
    commands: list[str]
    target: str | None
    steps: list[StepAnswer]
    begin_anew: list[str]
    unmet: list[dict[str, Any]]
    in_the_way: list[dict[str, Any]]
    in_the_way_of_completion: list[dict[str, Any]]
    interface: dict[str, Any] | None


class RunAnswer(Body):
    """What a run did; `waiting` is the version that waits to be completed."""

    revision: str | None
    applied: list[str]
    rolled_back: list[str]
    commands: int
    objects: int
    waiting: str | None


async def tell_plan(request: Request[State], principal: Principal) -> Response:
    """Answer with what a run would do."""
    wanted_form(request, (JSON,))
    completing = flag(request, "complete")
    window = number(request, "window", WINDOW_DAYS)
    evolution = request.state["service"].evolution
    return document(outlook_document(await evolution.plan(principal, complete=completing, window=window)))


async def apply(request: Request[State], principal: Principal) -> Response:
    """Bring the database to the project's head, and answer when that is done."""
    return await _ran(request, principal, Verb.APPLY, Wish())


async def complete(request: Request[State], principal: Principal) -> Response:
    """Complete what waits for it, and answer when that is done."""
    body = await read_model(request, CompletionBody)
    force = Force(reason=body.reason) if body.force else None
    return await _ran(request, principal, Verb.COMPLETE, Wish(force=force, window=body.window))


async def rollback(request: Request[State], principal: Principal) -> Response:
    """Take the database back, and answer when that is done."""
    body = await read_model(request, RetreatBody)
    return await _ran(request, principal, Verb.ROLLBACK, Wish(to=body.to, erase=body.erase))


async def abort(request: Request[State], principal: Principal) -> Response:
    """Take back the version whose application did not end, and answer when that is done."""
    body = await read_model(request, AbortionBody)
    return await _ran(request, principal, Verb.ABORT, Wish(erase=body.erase))


async def resume(request: Request[State], principal: Principal) -> Response:
    """Let go on what was paused or left, and answer when that is done."""
    return await _ran(request, principal, Verb.RESUME, Wish())


async def pause(request: Request[State], principal: Principal) -> Response:
    """Let what is under way stop."""
    return document({"paused": await request.state["service"].evolution.pause(principal)})


async def _ran(request: Request[State], principal: Principal, verb: Verb, wish: Wish) -> Response:
    done = await request.state["service"].evolution.begin(principal, verb, wish).ended()
    assert done is not None, "it was waited for"
    return document(run_document(done))


async def approve(request: Request[State], principal: Principal) -> Response:
    """Record that the caller approves a version."""
    body = await read_model(request, ApprovalBody)
    entry = await request.state["service"].evolution.approve(principal, body.revision)
    said = {"revision": entry.revision, "by": entry.by, "entry": entry.number, "checksum": entry.said["checksum"]}
    return document(said)


_REFUSED: Final = (
    "PROJECT_INVALID",
    "MIGRATION_INVALID",
    "HISTORY_INVALID",
    "FOREIGN_DATABASE",
    "MIGRATION_EDITED",
    "MIGRATION_REFUSED",
)
_RUN: Final = (
    *_REFUSED,
    "VERSION_DRAFT",
    "APPROVAL_MISSING",
    "DATA_IN_THE_WAY",
    "SCHEMA_COMMAND_FAILED",
    "LEASE_HELD",
    "LEASE_LOST",
    "MIGRATION_INTERRUPTED",
    "MIGRATIONS_STOPPING",
)

PLAN: Final = Operation(
    path="/v1/ontology/plan",
    method="GET",
    summary="See what a migration would do",
    description="What `twin ontology plan` says, of the service's own project; changes nothing.",
    handler=tell_plan,
    scope=Scope.ARCHITECT,
    answers={JSON: PlanAnswer},
    parameters=(
        Parameter(name="complete", where="query", meaning="Of `complete` instead of `apply`", kind="boolean"),
        Parameter(
            name="window",
            where="query",
            meaning=f"Days back in which use of operations counts, {WINDOW_DAYS} unless told",
            kind="integer",
            example=WINDOW_DAYS,
        ),
    ),
    codes=(*_REFUSED, "OPERATIONS_INVALID", "LIMIT_EXCEEDED", "NOT_ACCEPTABLE"),
)
APPLY: Final = Operation(
    path="/v1/ontology/apply",
    method="POST",
    summary="Apply migrations",
    description=(
        "Brings the database to the head of the service's project, as `twin ontology apply` does; safe to ask again. "
        "The answer comes when it is done, which may take long; who hangs up doesn't end it, and "
        "`migrations` in GraphQL tells how far it is. The ledger names the caller."
    ),
    handler=apply,
    scope=Scope.ARCHITECT,
    answers={JSON: RunAnswer},
    codes=(*_RUN, "REQUIREMENT_UNMET"),
    writes=True,
)
COMPLETE: Final = Operation(
    path="/v1/ontology/complete",
    method="POST",
    summary="Complete a migration",
    description=(
        "Takes away what the version applied last no longer needs, as `twin ontology complete` does. Refused while "
        "operations would break that consumers registered or use, unless `force` comes with a `reason`."
    ),
    handler=complete,
    scope=Scope.ARCHITECT,
    body=CompletionBody,
    answers={JSON: RunAnswer},
    codes=(*_RUN, "OPERATIONS_BROKEN", "OPERATIONS_INVALID", "VALUE_INVALID"),
    examples={
        "if nobody is harmed": {},
        "all the same": {"force": True, "reason": "Team Campus shuts its old app down today"},
    },
    writes=True,
)
APPROVE: Final = Operation(
    path="/v1/ontology/approve",
    method="POST",
    summary="Approve a version",
    description="Records that the caller (the name of the token) agrees to a version as its file is; never its author.",
    handler=approve,
    scope=Scope.ARCHITECT,
    body=ApprovalBody,
    answers={JSON: ApprovalAnswer},
    codes=(*_REFUSED, "UNKNOWN_VERSION", "VERSION_DRAFT", "APPROVAL_REFUSED"),
    examples={"a version": {"revision": "0007_split_pump"}},
    writes=True,
)
ROLLBACK: Final = Operation(
    path="/v1/ontology/rollback",
    method="POST",
    summary="Take versions back",
    description="Takes the database back to an earlier version, with the data as it was: `twin ontology rollback`.",
    handler=rollback,
    scope=Scope.ARCHITECT,
    body=RetreatBody,
    answers={JSON: RunAnswer},
    codes=_RUN,
    examples={"by one version": {}, "to a version": {"to": "0004_add_zone"}},
    writes=True,
)
ABORT: Final = Operation(
    path="/v1/ontology/abort",
    method="POST",
    summary="Take back what was half applied",
    description="Takes back the version whose application did not end: `twin ontology abort`.",
    handler=abort,
    scope=Scope.ARCHITECT,
    body=AbortionBody,
    examples={"nothing was written since": {}},
    answers={JSON: RunAnswer},
    codes=_RUN,
    writes=True,
)
RESUME: Final = Operation(
    path="/v1/ontology/resume",
    method="POST",
    summary="Let a migration go on",
    description="Lets go on what was paused, or left by a run that died, in its direction: `twin ontology resume`.",
    handler=resume,
    scope=Scope.ARCHITECT,
    answers={JSON: RunAnswer},
    codes=_RUN,
    writes=True,
)
PAUSE: Final = Operation(
    path="/v1/ontology/pause",
    method="POST",
    summary="Pause a migration",
    description="Lets the migration that is under way stop after the page it is at: `twin ontology pause`.",
    handler=pause,
    scope=Scope.ARCHITECT,
    answers={JSON: PauseAnswer},
    codes=("MIGRATION_REFUSED",),
    writes=True,
)
