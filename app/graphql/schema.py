"""The schema: the contract's types and those of the ontology, answering from rows."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    execute,  # pyright: ignore[reportUnknownVariableType] - its executor class is an open generic
    get_operation_ast,
    print_schema,
)
from graphql import ExecutionResult as CoreResult
from graphql import OperationType as NodeKind
from strawberry.exceptions import MissingQueryError
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.arguments import convert_argument
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from app.graphql.asset_selection import Selections
from app.graphql.context import Context
from app.graphql.execution import (
    LIMITS,
    Completions,
    Documents,
    OperationLimits,
    OverLimit,
    Results,
    SharedEvents,
    check_cost,
    cost_of,
    executor_of,
    gives_passing,
    once,
    shown_errors,
    subscribed,
)
from app.graphql.info import TwinInfo
from app.graphql.inputs import asset_filter
from app.graphql.naming import Naming
from app.graphql.roots import Mutation, Query, Subscription
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

    def __init__(self, ontology: Ontology, *, limits: OperationLimits = LIMITS) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - Strawberry's generics are open
            Query,
            Mutation,
            Subscription,
            config=StrawberryConfig(scalar_map=SCALARS, info_class=TwinInfo, sort_schema=True),
        )
        names = graphql_names(ontology)
        answer_with_rows(self.core, names)
        self.selections = Selections(types={shown: name for name, shown in names.items()})
        self.reader = SelectionReader()
        reads = Reads(selections=self.selections, reader=self.reader)
        self._schema = typed_schema(self.core, ontology, self._read_filter, reads)
        setattr(self._schema, _OWN_NAME, self)
        completions = Completions(schema=self.core, types=self.selections.types)
        self.executor = executor_of(completions)
        self._events = SharedEvents(completions.decided)
        self._limits = limits
        self.naming = Naming(self.core, ontology)
        self._documents = Documents(self.core, limits=limits)
        self._own_documents = Documents(self.core)

    @property
    def core(self) -> GraphQLSchema:
        """The schema as graphql-core has it."""
        return self._schema

    @property
    def limits(self) -> OperationLimits:
        """How much an operation may ask for."""
        return self._limits

    async def cost(self, query: str, variables: Mapping[str, object], operation_name: str | None) -> int:
        """Return what an operation costs; 0 for one that can't be executed, which says so itself."""
        prepared = await self._documents.prepare(query)
        if prepared.document is None or prepared.errors:
            return 0
        operation = get_operation_ast(prepared.document, operation_name)
        return 0 if operation is None else cost_of(prepared.parts(self.core, operation), variables)

    async def lasting(self, query: str, variables: Mapping[str, object] | None) -> bool:
        """Whether an answer to a query stays as it is until the tenant's data or the ontology change."""
        prepared = await self._documents.prepare(query)
        return not (prepared.errors or prepared.passing or gives_passing(variables))

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
        context = cast("Context", context_value)
        begun = await self._begun(query, variable_values, context, operation_name, allowed_operation_types)
        if isinstance(begun, PreExecutionError):
            return begun
        done = await self._executed(
            begun.document,
            context,
            variable_values,
            root_value=root_value,
            operation_name=operation_name,
            operation_extensions=operation_extensions,
        )
        return self._ended(done, context, begun)

    async def answer(self, query: str, variable_values: dict[str, Any], context: Context) -> ExecutionResult:
        """Execute a document of our own for another door, which has limits of its own; nobody's use is noted."""
        prepared = await self._own_documents.prepare(query)
        assert prepared.document is not None, prepared.errors
        if prepared.errors:
            return _refused(prepared.errors, context)
        return _shown(await self._executed(prepared.document, context, variable_values), context, None)

    async def _executed(
        self, document: DocumentNode, context: Context, variables: dict[str, Any] | None, **named: Any
    ) -> CoreResult:
        result = execute(
            self.core,
            document,
            context_value=context,
            variable_values=variables,
            executor_class=self.executor,
            hide_suggestions=not self._limits.introspection,
            **named,
        )
        return await result if inspect.isawaitable(result) else result

    async def stream(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        operation_extensions: dict[str, Any] | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
    ) -> Results:
        """Execute an operation of any type and return its results as they come; otherwise as `execute`."""
        context = cast("Context", context_value)
        begun = await self._begun(query, variable_values, context, operation_name, allowed_operation_types)
        if isinstance(begun, PreExecutionError):
            return once(begun)
        if begun.operation.operation is NodeKind.SUBSCRIPTION:
            return subscribed(
                self.core,
                begun.document,
                context,
                variables=variable_values,
                operation_name=operation_name,
                refused=lambda: self._give_back(begun.cost, context),
                executor=self.executor,
                events=self._events,
                hide_suggestions=not self._limits.introspection,
            )
        done = await self._executed(
            begun.document,
            context,
            variable_values,
            root_value=root_value,
            operation_name=operation_name,
            operation_extensions=operation_extensions,
        )
        return once(self._ended(done, context, begun))

    async def _begun(
        self,
        query: str | None,
        variables: Mapping[str, object] | None,
        context: Context,
        name: str | None,
        allowed: Iterable[OperationType] | None,
    ) -> Begun | PreExecutionError:
        """The operation that is to be executed, or why it is not: a fault of its document, or what it costs.

        Raises BudgetSpent where who asks has spent what they may for now.
        """
        if not query:
            raise MissingQueryError
        prepared = await self._documents.prepare(query)
        if prepared.document is None or prepared.errors:
            return _refused(prepared.errors, context)
        operation = _checked(get_operation_ast(prepared.document, name), name, allowed)
        cost = cost_of(prepared.parts(self.core, operation), variables or {})
        place = operation.name.value if operation.name else operation.operation.value
        try:
            check_cost(cost, self._limits.cost, place=place)
        except OverLimit as over:
            error = GraphQLError(over.message, nodes=operation, original_error=over)
            return _refused([error], context)
        if context.budget is not None:
            context.budget.spend(context.principal, cost)
        if context.usage is not None:
            passed = prepared.passed(self.naming, operation)
            names = (*passed.known, *map(str, self.naming.by_variables(passed, variables or {})))
            context.usage.note(context.principal, prepared.used(self.core, operation), names)
        return Begun(document=prepared.document, operation=operation, cost=cost)

    def _ended(self, result: CoreResult, context: Context, begun: Begun) -> ExecutionResult:
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            self._give_back(begun.cost, context)  # its variables were refused: nothing was asked of anybody
        return _shown(result, context, self._shown_cost(begun.cost, context) if context.show_cost else None)

    def _give_back(self, cost: int, context: Context) -> None:
        if context.budget is not None:
            context.budget.give_back(context.principal, cost)

    def _shown_cost(self, cost: int, context: Context) -> dict[str, Any]:
        shown = {"value": cost, "limit": self._limits.cost}
        if context.budget is not None:
            shown["left"] = context.budget.left(context.principal)
        return {"cost": shown}


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An operation that may run, and what it costs."""

    document: DocumentNode
    operation: OperationDefinitionNode
    cost: int


def build_schema(ontology: Ontology, *, limits: OperationLimits = LIMITS) -> TwinSchema:
    """The GraphQL schema of an ontology. Raises NameClash where a type's name is taken."""
    return TwinSchema(ontology, limits=limits)


def printed(schema: TwinSchema) -> str:
    """The schema's SDL: sorted, with descriptions, the same for the same ontology."""
    return print_schema(schema.core) + "\n"


def _checked(
    operation: OperationDefinitionNode | None, name: str | None, allowed: Iterable[OperationType] | None
) -> OperationDefinitionNode:
    if operation is None:
        raise CannotGetOperationTypeError(name)
    kind = OperationType(operation.operation.value)
    if kind not in (_EVERY if allowed is None else frozenset(allowed)):
        raise InvalidOperationTypeError(kind)
    return operation


def _refused(errors: list[GraphQLError], context: Context) -> PreExecutionError:
    return PreExecutionError(data=None, errors=shown_errors(errors, context.request_id, names=context.names))


def _shown(result: CoreResult, context: Context, extensions: dict[str, Any] | None) -> ExecutionResult:
    errors = shown_errors(result.errors, context.request_id, names=context.names) if result.errors else None
    return ExecutionResult(data=result.data, errors=errors, extensions=extensions)
