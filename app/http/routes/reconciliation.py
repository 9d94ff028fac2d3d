"""`/v1/reconcile`: the twin compared with the lines in the body, and `/v1/reconcile/repair`, which follows them."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from app.http.errors import BodyInvalid
from app.http.exchange import State
from app.http.routes.bulk import JSON, TAKEN, RefusedLine, check_media_type, flag, received
from app.http.routes.operation import Operation, Parameter
from app.reconciliation import Outcome, groups_of, tolerance_of
from graph.access import Principal, Scope
from graph.bulk import Refusals, opened
from graph.reconciliation import SAMPLES, Extent, Given, Question, Repair

_MOST_SAMPLES: Final = 1_000


class _Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class KindFound(_Answer):
    """One kind of difference: what it means, how many there are by type, and the first of them."""

    kind: str
    group: Annotated[str, Field(description="missing, extra or different: what `apply` calls it")]
    meaning: str
    count: int
    types: dict[str, int]
    samples: list[dict[str, Any]]


class RepairDone(_Answer):
    """What the repair did; `left` differences of type nothing repairs."""

    written: bool
    changes: int
    left: int
    revision: int | None = None
    assets_created: int | None = None
    assets_updated: int | None = None
    assets_deleted: int | None = None
    relationships_created: int | None = None
    relationships_updated: int | None = None
    relationships_deleted: int | None = None
    replayed: bool | None = None


class ReconcileAnswer(_Answer):
    """How the twin differs from the source, at one revision."""

    revision: int
    same: bool
    differs: Annotated[bool, Field(description="Whether anything differs still, after the repair where there was one")]
    lines: int
    refused: Annotated[int, Field(description="Lines that could not be compared; `problems` are the first of them")]
    problems: list[RefusedLine]
    source_assets: int
    source_relationships: int
    assets: int
    relationships: int
    unowned: int
    missing: int
    extra: int
    different: int
    kinds: list[KindFound]
    owners: dict[str, int]
    repair: RepairDone | None = None


async def compare(request: Request[State], principal: Principal) -> Response:
    """Compare the twin with the lines in the body, which are kept in a file until all have arrived."""
    return await _answer(request, principal, None)


async def repair(request: Request[State], principal: Principal) -> Response:
    """Compare, and take differences away by one change set."""
    asked = request.query_params
    wish = Repair(
        groups=groups_of(asked.get("apply", "")),
        delete_extra=flag(request, "deleteExtra"),
        reason=asked.get("reason"),
        write=flag(request, "write"),
        idempotency_key=asked.get("idempotencyKey"),
    )
    if not wish.groups:
        raise BodyInvalid("Nothing is to be repaired", place="apply", expected="missing, different or extra")
    return await _answer(request, principal, wish)


async def _answer(request: Request[State], principal: Principal, wish: Repair | None) -> Response:
    check_media_type(request)
    question, samples = _question(request), _samples(request)
    service = request.state["service"]
    reconciler, most = service.edition().services.reconciler, service.limits.reconcile
    async with AsyncExitStack() as stack:
        stack.enter_context(reconciler.turn(principal.tenant))
        path = await stack.enter_async_context(received(request, reconciler.folder, most=most))
        given = Given(stack.enter_context(opened(path, most=most)), stack.enter_context(Refusals(None)))
        compared = await stack.enter_async_context(reconciler.compared(principal, [given], question, samples=samples))
        repaired = None if wish is None else await reconciler.repair(principal, compared, wish)
    outcome = Outcome(report=compared.report, repaired=repaired)
    shown = {**outcome.shown(), "differs": outcome.differs, "source": "the body"}
    return Response(orjson.dumps(shown), media_type=JSON)


def _question(request: Request[State]) -> Question:
    asked = request.query_params
    extent = Extent(
        within=asked.get("within"),
        types=tuple(each for each in asked.get("types", "").split(",") if each),
        owned_by=asked.get("ownedBy"),
        owner_property=asked.get("ownerProperty", Extent().owner_property),
    )
    tolerance = tolerance_of([each for each in asked.get("tolerance", "").split(",") if each])
    return Question(extent=extent, tolerance=tolerance, exact=flag(request, "exact"))


def _samples(request: Request[State]) -> int:
    text = request.query_params.get("samples", str(SAMPLES))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= _MOST_SAMPLES):
        raise BodyInvalid("Not a number of samples", place="samples", expected="0 to 1000", actual=repr(text[:40]))
    return int(text)


_PARAMETERS: Final = (
    Parameter(name="within", where="query", meaning="Only this asset and what it contains", example="NBR"),
    Parameter(name="types", where="query", meaning="Only these types, with commas between"),
    Parameter(name="ownedBy", where="query", meaning="Only assets with an id in this system, or owned by it"),
    Parameter(name="ownerProperty", where="query", meaning="The property that names an owner; `owner` unless said"),
    Parameter(name="exact", where="query", meaning="What the source leaves out should not be there", kind="boolean"),
    Parameter(
        name="tolerance",
        where="query",
        meaning="A share of the value, or PROPERTY=NUMBER in its unit; several with commas between",
    ),
    Parameter(name="samples", where="query", meaning="Differences shown of each kind, 5 unless said", kind="integer"),
)
_CODES: Final = (
    "REQUEST_INVALID",
    "MEDIA_TYPE_UNSUPPORTED",
    "BULK_INPUT_BROKEN",
    "UNKNOWN_TYPE",
    "UNKNOWN_ASSET",
    "VALUE_INVALID",
    "RECONCILE_UNSETTLED",
    "LIMIT_EXCEEDED",
    "TOO_BUSY",
)

RECONCILE: Final = Operation(
    path="/v1/reconcile",
    method="POST",
    summary="Compare with a source of truth",
    description=(
        "The body is what POST /v1/bulk takes. It is kept in a file and compared page by page; it may have "
        "`TWIN_RECONCILE_LIMIT` bytes, unpacked too, and a tenant has one comparison at a time. Everything is compared "
        "at one revision, which the answer names."
    ),
    handler=compare,
    scope=Scope.READ,
    takes=TAKEN,
    answers={JSON: ReconcileAnswer},
    parameters=_PARAMETERS,
    codes=_CODES,
)

REPAIR: Final = Operation(
    path="/v1/reconcile/repair",
    method="POST",
    summary="Repair by a source of truth",
    description=(
        "Compares as POST /v1/reconcile does, and takes differences away by one change set, which is refused where "
        "somebody wrote to what it touches meanwhile. Without `write` it is judged and not written."
    ),
    handler=repair,
    scope=Scope.WRITE,
    takes=TAKEN,
    answers={JSON: ReconcileAnswer},
    parameters=(
        *_PARAMETERS,
        Parameter(name="apply", where="query", meaning="What is repaired: missing, different, extra"),
        Parameter(name="write", where="query", meaning="Write the repair", kind="boolean"),
        Parameter(name="deleteExtra", where="query", meaning="What is extra may be deleted", kind="boolean"),
        Parameter(name="reason", where="query", meaning="Why more than a tenth may be deleted, for the change record"),
        Parameter(name="idempotencyKey", where="query", meaning="Made of the repair unless said"),
    ),
    codes=(
        *_CODES,
        "RECONCILE_REFUSED",
        "CHANGES_REJECTED",
        "REVISION_CONFLICT",
        "IDEMPOTENCY_MISMATCH",
    ),
    writes=True,
)
