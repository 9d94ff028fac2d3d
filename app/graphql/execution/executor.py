"""The default executor: root fields are graphql-core's, what is below them is completed by compiled functions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_leaf_type,
    visit,
)
from graphql.execution.collect_fields import FragmentDetails, collect_subfields
from graphql.execution.values import VariableValues
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.graphql.execution.completion import Compiler, Complete, Nodes, NotCompiled
from app.graphql.execution.documents import is_kept

KEPT: Final = 1_024


@dataclass(slots=True, kw_only=True)
class Completions:
    """Compiled completions of a schema's documents, the latest used; `types` gives object types' ontology names."""

    schema: GraphQLSchema
    types: Mapping[str, str]
    kept: int = KEPT
    compiled: OrderedDict[object, tuple[Node, Complete | None]] = field(
        default_factory=OrderedDict[object, tuple[Node, "Complete | None"]]
    )
    _conditions: OrderedDict[int, tuple[Node, tuple[str, ...]]] = field(
        default_factory=OrderedDict[int, tuple[Node, tuple[str, ...]]]
    )

    def of(self, executor: CompiledExecutor, kind: object, nodes: Nodes) -> Complete | None:
        """Return what completes a root field of the type `kind`; None where only graphql-core can."""
        names = self._conditions_of(executor.operation, executor.fragments)
        values = {name: executor.variable_values.coerced.get(name) for name in names}
        spelled = tuple(id(each.node) for each in nodes)
        key = (id(executor.operation), spelled, tuple(bool(value) for value in values.values()))
        known = self.compiled.get(key)
        if known is not None:
            self.compiled.move_to_end(key)
            return known[1]
        complete = self._compiled(executor, kind, nodes, VariableValues({}, values))
        # The node lasts as long as it is known here, so its identity is nobody else's.
        self.compiled[key] = (nodes[0].node, complete)
        if len(self.compiled) > self.kept:
            self.compiled.popitem(last=False)
        return complete

    def decided(self, executor: Any) -> tuple[bool, ...]:
        """Return what variables decide of what the executor's operation selects."""
        names = self._conditions_of(executor.operation, executor.fragments)
        return tuple(bool(executor.variable_values.coerced.get(name)) for name in names)

    def _compiled(
        self, executor: CompiledExecutor, kind: object, nodes: Nodes, values: VariableValues
    ) -> Complete | None:
        schema, fragments, operation = self.schema, executor.fragments, executor.operation

        def collect(owner: Any, below: Nodes) -> Mapping[str, Nodes]:
            return collect_subfields(schema, fragments, values, operation, owner, below).grouped_field_set

        try:
            return Compiler(schema, self.types, collect).field(kind, nodes)
        except NotCompiled:
            return None

    def _conditions_of(
        self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDetails]
    ) -> tuple[str, ...]:
        """Return the variables that decide what is selected."""
        known = self._conditions.get(id(operation))
        if known is not None:
            return known[1]
        names = _variables_of((operation, *(each.definition for each in fragments.values())))
        self._conditions[id(operation)] = (operation, names)
        if len(self._conditions) > self.kept:
            self._conditions.popitem(last=False)
        return names


class CompiledExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes as its base does; differs in time alone."""

    completions: Completions

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """Complete a root field's rows by the compiled function, anything else as the base does."""
        if path.prev is None and return_type is info.return_type and type(result) in (dict, list):
            complete = self._complete(return_type, field_details_list)
            if complete is not None:
                try:
                    return complete(result)
                except Exception:  # noqa: BLE001, S110 - whatever it is, the base finds it again and tells where
                    pass
        whole: Any = super()
        return whole.complete_value(return_type, field_details_list, info, path, result, position_context)

    def _complete(self, return_type: Any, nodes: Nodes) -> Complete | None:
        source = self.operation.loc
        if is_leaf_type(get_named_type(return_type)) or not is_kept(source.source.body if source else None):
            return None
        return self.completions.of(self, return_type, nodes)


def executor_of(completions: Completions) -> type[CompiledExecutor]:
    """Return the executor of one schema."""
    return type("SchemaExecutor", (CompiledExecutor,), {"completions": completions})


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_directive(self, node: Any, *_: object) -> None:
        values = (argument.value for argument in node.arguments)
        self.found |= {value.name.value for value in values if isinstance(value, VariableNode)}


def _variables_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    finder = _Conditions()
    for node in nodes:
        visit(node, finder)
    return tuple(sorted(finder.found))
