"""One REST operation, described once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from app.http.admission import admit, note_write
from app.http.conditional import tag_of, tagged, unchanged
from app.http.exchange import State
from app.http.routes.parameters import demand_known
from graph.access import Principal, Scope

Handler: TypeAlias = Callable[[Request[State], Principal], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter in the path or the query of the URL."""

    name: str
    where: str  # path or query
    meaning: str
    kind: str = "string"  # of JSON Schema
    example: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A path with a method: who may, what goes in, what comes out, what may go wrong.

    `handler` is called with the request and its principal, after admission. `answers` gives the answer's model by
    media type (None: not described further); `takes` names the forms of a body that isn't JSON;
    `codes` are those of problem+json beyond what every operation may give. `conditional`: the answer depends on the
    tenant's revision, the ontology and the URL alone, so it has an ETag unless it is a stream.
    """

    path: str
    method: str
    summary: str
    handler: Handler
    scope: Scope
    answers: Mapping[str, type[BaseModel] | None]
    body: type[BaseModel] | None = None
    takes: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    codes: tuple[str, ...] = ()
    description: str | None = None
    examples: Mapping[str, object] = field(default_factory=dict[str, object])
    writes: bool = False
    conditional: bool = False

    @property
    def described_path(self) -> str:
        """The path as OpenAPI writes it: `{id:path}`, which takes ids with a slash, is `{id}` there."""
        return self.path.replace(":path}", "}")

    @property
    def route(self) -> Route:
        """The route that admits and then answers."""
        known = {each.name: each for each in self.parameters if each.where == "query"}

        async def endpoint(request: Request[State]) -> Response:
            principal = await admit(request, self.scope)
            demand_known(request, known)
            if self.conditional and (same := await unchanged(request, principal)):
                return same
            tag = tag_of(request, principal) if self.conditional else None
            answering = self.handler(request, principal)
            # What writes goes on to its end: who hung up may have sent it in good faith.
            response = await (answering if self.writes else request.state["exchange"].caller.while_there(answering))
            if self.writes:
                await note_write(request, principal)
            # A stream may break on its way, and its lines are then no answer that may be kept.
            return response if tag is None or isinstance(response, StreamingResponse) else tagged(response, tag)

        return Route(self.path, endpoint, methods=[self.method], name=self.summary)
