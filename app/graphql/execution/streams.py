"""Operations whose results come one after the other: subscriptions, and all others as a stream of one."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, TypeAlias, cast

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    create_source_event_stream,  # pyright: ignore[reportUnknownVariableType] - its executor is an open generic
    located_error,
    map_source_to_response_event,  # pyright: ignore[reportUnknownVariableType] - its executor is an open generic
)
from graphql import ExecutionResult as CoreResult
from strawberry.types.execution import ExecutionResult, PreExecutionError

from app.graphql.context import Context
from app.graphql.execution.errors import shown_errors
from app.graphql.execution.executor import CompiledExecutor
from app.graphql.execution.shared_events import SharedEvents

Results: TypeAlias = AsyncGenerator[ExecutionResult | PreExecutionError]
"""What a stream yields: a PreExecutionError ends it, for nothing more can come."""


async def once(result: ExecutionResult | PreExecutionError) -> Results:
    """Yield the one result of a query or mutation."""
    yield result


async def subscribed(
    schema: GraphQLSchema,
    document: DocumentNode,
    context: Context,
    *,
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    refused: Callable[[], None],
    executor: type[CompiledExecutor],
    events: SharedEvents,
    hide_suggestions: bool = False,
) -> Results:
    """Yield the results of a subscription. What its source refuses, or breaks by, comes as the last of them.

    `refused` is called where it can't begin, for its variables are not what it takes. `hide_suggestions`: errors name
    nothing of the schema that the caller didn't.
    """
    built: Any = cast("Any", executor).build(
        schema,
        document,
        context_value=context,
        raw_variable_values=None if variables is None else dict(variables),
        operation_name=operation_name,
        operation_extensions=None,
        hide_suggestions=hide_suggestions,
    )
    if isinstance(built, list):
        refused()
        yield _ended(cast("list[GraphQLError]", built), context)
        return
    opened: Any = create_source_event_stream(built)
    found = await opened if inspect.isawaitable(opened) else opened
    if isinstance(found, CoreResult):
        yield _ended(found.errors or [], context)
        return
    source = map_source_to_response_event(built, found, events.execute)
    async with aclosing(_until_failure(source, lambda error: _ended([error], context))) as results:
        async for result in results:
            yield result if isinstance(result, PreExecutionError) else _shown(result, context)


async def _until_failure(
    source: AsyncIterator[CoreResult], ended: Callable[[GraphQLError], PreExecutionError]
) -> AsyncGenerator[CoreResult | PreExecutionError]:
    try:
        async for result in source:
            yield result
    except GraphQLError as error:
        yield ended(error)
    except Exception as error:  # noqa: BLE001 - it is shown where it is expected, logged and masked where not
        yield ended(located_error(error))
    finally:
        close = getattr(source, "aclose", None)
        if close is not None:
            await close()


def _ended(errors: list[GraphQLError], context: Context) -> PreExecutionError:
    return PreExecutionError(data=None, errors=shown_errors(errors, context.request_id, names=context.names))


def _shown(result: CoreResult, context: Context) -> ExecutionResult:
    errors = shown_errors(result.errors, context.request_id, names=context.names) if result.errors else None
    return ExecutionResult(data=result.data, errors=errors)
