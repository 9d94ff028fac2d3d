"""The schema: the contract's types and those of the ontology, answering from rows."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, Final, cast

import strawberry
from graphql import ExecutionResult as CoreResult
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    execute,  # pyright: ignore[reportUnknownVariableType] - its executor class is an open generic
    get_operation_ast,
    print_schema,
)
from strawberry.exceptions import MissingQueryError
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.arguments import convert_argument
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from app.graphql.asset_selection import Selections
from app.graphql.context import Context
from app.graphql.documents import Documents
from app.graphql.errors import shown_errors
from app.graphql.executor import Completions, executor_of
from app.graphql.filters import asset_filter
from app.graphql.info import TwinInfo
from app.graphql.mutation import Mutation
from app.graphql.query import Query
from app.graphql.rows import answer_with_rows
from app.graphql.scalars import SCALARS
from app.graphql.selection import SelectionReader
from app.graphql.typed import Reads, graphql_names, typed_schema
from app.graphql.types import inputs
from graph.ontology.model import Ontology
from graph.reading import AssetFilter

_OWN_NAME: Final = "_strawberry_schema"
"""The attribute by which Strawberry finds its schema from graphql-core's."""

_EVERY: Final = frozenset(OperationType)


class TwinSchema(strawberry.Schema):
    """Strawberry's schema for one ontology, with parsed and validated documents kept.

    Executes without Strawberry's extensions, of which it has none: with them a point read takes twice as long.
    """

    def __init__(self, ontology: Ontology) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - Strawberry's generics are open
            Query,
            Mutation,
            config=StrawberryConfig(scalar_map=SCALARS, info_class=TwinInfo, sort_schema=True),
        )
        names = graphql_names(ontology)
        answer_with_rows(self.core, names)
        self.selections = Selections(types={shown: name for name, shown in names.items()})
        self.reader = SelectionReader()
        reads = Reads(selections=self.selections, reader=self.reader)
        self._schema = typed_schema(self.core, ontology, self._read_filter, reads)
        setattr(self._schema, _OWN_NAME, self)
        self.executor = executor_of(Completions(schema=self.core, types=self.selections.types))
        self._documents = Documents(self.core)

    @property
    def core(self) -> GraphQLSchema:
        """The schema as graphql-core has it."""
        return self._schema

    def _read_filter(self, given: object) -> AssetFilter | None:
        """Read the contract's filter of assets where it stands in a typed one."""
        registry = self.schema_converter.scalar_registry
        return asset_filter(
            cast("inputs.AssetFilter", convert_argument(given, inputs.AssetFilter, registry, self.config))
        )

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Execute an operation; `context_value` is a `Context`. Errors come as the caller is to see them."""
        if not query:
            raise MissingQueryError
        prepared = await self._documents.prepare(query)
        context = cast("Context", context_value)
        if prepared.document is None or prepared.errors:
            return PreExecutionError(data=None, errors=shown_errors(prepared.errors, context.request_id))
        operation = get_operation_ast(prepared.document, operation_name)
        _check_operation(operation, operation_name, allowed_operation_types)
        result = execute(
            self.core,
            prepared.document,
            root_value=root_value,
            context_value=context,
            variable_values=variable_values,
            operation_name=operation_name,
            executor_class=self.executor,
            operation_extensions=operation_extensions,
        )
        done = await result if inspect.isawaitable(result) else result
        return _shown(done, context)


def build_schema(ontology: Ontology) -> TwinSchema:
    """The GraphQL schema of an ontology. Raises NameClash where a type's name is taken."""
    return TwinSchema(ontology)


def printed(schema: TwinSchema) -> str:
    """The schema's SDL: sorted, with descriptions, the same for the same ontology."""
    return print_schema(schema.core) + "\n"


def _check_operation(
    operation: OperationDefinitionNode | None, name: str | None, allowed: Iterable[OperationType] | None
) -> None:
    if operation is None:
        raise CannotGetOperationTypeError(name)
    kind = OperationType(operation.operation.value)
    if kind not in (_EVERY if allowed is None else frozenset(allowed)):
        raise InvalidOperationTypeError(kind)


def _shown(result: CoreResult, context: Context) -> ExecutionResult:
    errors = shown_errors(result.errors, context.request_id) if result.errors else None
    return ExecutionResult(data=result.data, errors=errors)
