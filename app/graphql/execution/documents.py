"""Documents, parsed and validated once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
)

from app.graphql.execution.ceilings import (
    LIMITS,
    OperationLimits,
    OverLimit,
    check_length,
    check_size,
    too_deep,
    too_many_tokens,
)
from app.graphql.execution.costs import Part, check_cost, cost_of, parts_of
from app.graphql.execution.lasting import names_passing
from app.graphql.execution.used_fields import used_by
from app.graphql.naming import Naming, Passed
from graph.documents import DocumentsInvalid, Used
from graph.errors import Problem, TwinError

KEPT: Final = 1_024
LONGEST_KEPT: Final = 16_384
"""Characters: longer documents are rare, and a parsed one takes hundreds of bytes a character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that may be executed, or what is wrong with it; `passing` if it names what no revision tells."""

    document: DocumentNode | None
    errors: list[GraphQLError]
    uses: dict[str | None, Used] = field(default_factory=dict[str | None, Used], repr=False)
    costs: dict[str | None, tuple[Part, ...]] = field(default_factory=dict[str | None, tuple[Part, ...]], repr=False)
    passing: bool = False
    names: dict[str | None, Passed] = field(default_factory=dict[str | None, Passed], repr=False)

    def parts(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> tuple[Part, ...]:
        """Return what of one of its operations costs something; read off it once."""
        name = operation.name.value if operation.name else None
        known = self.costs.get(name)
        if known is None:
            known = self.costs[name] = parts_of(schema, operation, self._fragments())
        return known

    def used(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> Used:
        """Return what one of its operations uses; read off it once."""
        name = operation.name.value if operation.name else None
        known = self.uses.get(name)
        if known is None:
            known = self.uses[name] = used_by(schema, operation, self._fragments())
        return known

    def passed(self, naming: Naming, operation: OperationDefinitionNode) -> Passed:
        """Return which names of the ontology one of its operations passes; read off it once."""
        name = operation.name.value if operation.name else None
        known = self.names.get(name)
        if known is None:
            known = self.names[name] = naming.passed(operation, self._fragments())
        return known

    def _fragments(self) -> dict[str, FragmentDefinitionNode]:
        assert self.document is not None, "an operation has a document"
        return {each.name.value: each for each in self.document.definitions if isinstance(each, FragmentDefinitionNode)}


class Documents:
    """Prepares documents for one schema, and keeps the last valid ones."""

    def __init__(self, schema: GraphQLSchema, *, kept: int = KEPT, limits: OperationLimits = LIMITS) -> None:
        self._schema = schema
        self._limits = limits
        self._most = kept
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    async def prepare(self, query: str) -> Prepared:
        """The document of `query`. A new one is validated in a thread, for that may take long."""
        known = self._kept.get(query)
        if known is not None:
            self._kept.move_to_end(query)
            return known
        prepared = await asyncio.to_thread(self.checked, query)
        if is_kept(query) and not prepared.errors:
            # Another request may have prepared the same meanwhile; selections are remembered for the one kept.
            prepared = self._kept.setdefault(query, prepared)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return prepared

    def checked(self, query: str) -> Prepared:
        """The document of `query`, parsed and validated now. May take long."""
        try:
            check_length(query, self._limits)
            document = parse(query, max_tokens=self._limits.tokens)
            check_size(document, self._limits)
        except GraphQLError as error:
            return Prepared(document=None, errors=[_told(error, self._limits)])
        except TwinError as error:
            return Prepared(document=None, errors=[GraphQLError(str(error), original_error=error)])
        # "Did you mean" tells name by name what the schema has.
        hidden = not self._limits.introspection
        errors = validate(self._schema, document, hide_suggestions=hidden)
        return Prepared(document=document, errors=errors, passing=names_passing(document))


def check_documents(schema: GraphQLSchema, documents: Mapping[str, str], *, limits: OperationLimits = LIMITS) -> None:
    """Raise DocumentsInvalid, with all problems, where documents (by id) are not within the limits or don't fit.

    An operation costs what it does without variables: a page that a variable sizes counts as its default.
    """
    prepare = Documents(schema, limits=limits).checked
    problems = tuple(
        Problem(code="DOCUMENTS_INVALID", message=message, place=name)
        for name, text in documents.items()
        for message in _wrong(schema, prepare(text), limits)
    )
    if problems:
        raise DocumentsInvalid(
            "Documents that can't be executed", problems, hint="Build the client against `twin sdl` of this service"
        )


def _wrong(schema: GraphQLSchema, prepared: Prepared, limits: OperationLimits) -> Iterator[str]:
    if prepared.document is None or prepared.errors:
        yield from (error.message for error in prepared.errors)
        return
    for operation in prepared.document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            cost = cost_of(prepared.parts(schema, operation), {})
            try:
                check_cost(cost, limits.cost, place=operation.name.value if operation.name else "")
            except OverLimit as over:
                yield str(over)


def _told(error: GraphQLError, limits: OperationLimits) -> GraphQLError:
    """The error, as one of ours where the parser gave up on its size."""
    if "nested too deeply" in error.message:
        over = too_deep(limits)
    elif "tokens" in error.message and str(limits.tokens) in error.message:
        over = too_many_tokens(limits)
    else:
        return error
    return GraphQLError(over.message, source=error.source, positions=error.positions, original_error=over)


def is_kept(query: str | None) -> bool:
    """Whether a document of this text is kept, if it is valid."""
    return query is not None and len(query) <= LONGEST_KEPT
