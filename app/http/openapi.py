"""The OpenAPI 3.1 description, made from the operations and their pydantic models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.http.health import Live, Ready
from app.http.routes import Operation, Parameter
from app.http.version import served_version
from graph.codes import meaning_of

_SCHEMAS: Final = "#/components/schemas/"
_ALWAYS: Final = ("REQUEST_INVALID", "UNAUTHENTICATED", "FORBIDDEN", "REVISION_NOT_REACHED", "INTERNAL")
_WITH_BODY: Final = ("BODY_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED", "BODY_REFUSED")


class GraphQLBody(BaseModel):
    """A GraphQL request: the text of its document, or the id of a registered one."""

    query: str | None = None
    documentId: str | None = None  # noqa: N815 - the name that GraphQL over HTTP gives it
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 - the name that GraphQL over HTTP gives it
    extensions: dict[str, Any] | None = None


class GraphQLAnswer(BaseModel):
    """A GraphQL response; `data` is absent where the operation never began."""

    data: dict[str, Any] | None = None
    errors: list[dict[str, Any]] | None = None


class ProblemDetails(BaseModel):
    """A refusal or breakdown (RFC 9457). `code` is stable; `/docs` says what it means and what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    requestId: str  # noqa: N815 - JSON
    place: str | None = None
    expected: str | None = None
    actual: str | None = None
    hint: str | None = None
    problems: list[dict[str, Any]] | None = None


def openapi(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the description of the whole service."""
    served = tuple(operations)
    paths: dict[str, dict[str, Any]] = _fixed_paths()
    for operation in served:
        paths.setdefault(operation.described_path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "twin-topology",
            "version": served_version(),
            "summary": "What contains what, what depends on what, and what happens if this fails.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": _components(served),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "twin_..."}},
        },
        "security": [{"token": []}],
    }


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "description": "\n\n".join(
            part for part in (operation.description, f"Needs scope `{operation.scope.value}`.") if part
        ),
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": {
            "200": {
                "description": "The answer",
                "content": {media_type: _content(model) for media_type, model in operation.answers.items()},
            },
            **_problems((*_ALWAYS, *(_WITH_BODY if operation.body else ()), *operation.codes)),
        },
    }
    if operation.conditional:
        described["responses"]["304"] = {"description": "The answer is still that of the ETag in If-None-Match"}
    if operation.body is not None:
        content = _content(operation.body)
        if operation.examples:
            content["examples"] = {name: {"value": value} for name, value in operation.examples.items()}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    if operation.takes:
        described["requestBody"] = {"required": True, "content": {media_type: {} for media_type in operation.takes}}
    return described


def _fixed_paths() -> dict[str, dict[str, Any]]:
    return {
        "/graphql": {
            "post": {
                "summary": "Execute a GraphQL operation",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            **_content(GraphQLBody),
                            "examples": {"look": {"value": {"query": "{ revision }"}}},
                        }
                    },
                },
                "responses": {**_graphql_answers(), **_problems((*_ALWAYS, *_WITH_BODY))},
            },
            "get": {
                "summary": "Execute a GraphQL query, or get GraphiQL in a browser",
                "parameters": [
                    _parameter(Parameter(name=name, where="query", meaning=meaning))
                    for name, meaning in (
                        ("query", "The document"),
                        ("documentId", "The id of a registered document, instead of `query`"),
                        ("variables", "Variables, as a JSON object"),
                        ("operationName", "Which operation of the document"),
                    )
                ],
                "responses": {
                    **_graphql_answers(),
                    "304": {"description": "The answer is still that of the ETag in If-None-Match"},
                    **_problems(_ALWAYS),
                },
            },
        },
        "/health/live": {"get": _open("Whether the process runs", {"200": Live})},
        "/health/ready": {"get": _open("Whether the service can answer", {"200": Ready, "503": Ready})},
    }


def _graphql_answers() -> dict[str, Any]:
    kinds = ("application/graphql-response+json", "application/json")
    return {"200": {"description": "Executed", "content": {kind: _content(GraphQLAnswer) for kind in kinds}}}


def _open(summary: str, answers: dict[str, type[BaseModel]]) -> dict[str, Any]:
    responses = {
        status: {"description": model.__doc__ or summary, "content": {"application/json": _content(model)}}
        for status, model in answers.items()
    }
    return {"summary": summary, "security": [], "responses": responses}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.where == "path",
        "description": parameter.meaning,
        "schema": {"type": parameter.kind},
    }
    return described if parameter.example is None else {**described, "example": parameter.example}


def _problems(codes: Iterable[str]) -> dict[str, Any]:
    by_status: dict[str, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(str(meaning_of(code).http_status), []).append(code)
    return {
        status: {
            "description": "; ".join(f"`{code}`: {meaning_of(code).meaning}" for code in found),
            "content": {"application/problem+json": _content(ProblemDetails)},
        }
        for status, found in by_status.items()
    }


def _content(model: type[BaseModel] | None) -> dict[str, Any]:
    return {} if model is None else {"schema": {"$ref": f"{_SCHEMAS}{model.__name__}"}}


def _components(operations: Iterable[Operation]) -> dict[str, Any]:
    models: list[type[BaseModel]] = [GraphQLBody, GraphQLAnswer, ProblemDetails, Live, Ready]
    for operation in operations:
        models += [model for model in (operation.body, *operation.answers.values()) if model is not None]
    _, schemas = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)], ref_template=_SCHEMAS + "{model}"
    )
    return schemas["$defs"]
