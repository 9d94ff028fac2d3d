"""Operations of documents, one by one, and what of a schema each needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    separate_operations,
    validate,
)

from app.graphql.execution import Documents, used_by
from app.graphql.naming import Naming, Passed
from migrations.gate import Consumer


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """An operation of a registered document; `document` is its id, `text_hash` the SHA-256 of the document's text.

    `faults` is what keeps it from working now, `fields` what it asks for, `passed` the names of the ontology it passes.
    """

    consumer: Consumer
    document: str
    text_hash: str
    name: str
    parsed: DocumentNode | None
    fields: tuple[str, ...] = ()
    passed: Passed | None = None
    faults: tuple[str, ...] = field(default=())


def registered(consumer: Consumer, naming: Naming) -> Iterator[Registered]:
    """Yield the operations of a consumer as they stand to the schema that is served now."""
    prepare = Documents(naming.schema).checked
    for name, text in consumer.documents.items():
        digest = hashlib.sha256(text.encode()).hexdigest()
        prepared = prepare(text)
        if prepared.document is None:
            faults = tuple(error.message for error in prepared.errors)
            yield Registered(
                consumer=consumer, document=name, text_hash=digest, name="(none)", parsed=None, faults=faults
            )
            continue
        yield from _each(consumer, name, digest, prepared.document, naming)


def _each(consumer: Consumer, document: str, digest: str, parsed: DocumentNode, naming: Naming) -> Iterator[Registered]:
    for alone in separate_operations(parsed).values():
        faults = faults_of(alone, naming.schema)
        (operation,) = (each for each in alone.definitions if isinstance(each, OperationDefinitionNode))
        yield Registered(
            consumer=consumer,
            document=document,
            text_hash=digest,
            name=operation.name.value if operation.name else operation.operation.value,
            parsed=alone,
            fields=() if faults else used_by(naming.schema, operation, _fragments(alone)).fields,
            passed=None if faults else naming.passed(operation, _fragments(alone)),
            faults=faults,
        )


def faults_of(document: DocumentNode, schema: GraphQLSchema) -> tuple[str, ...]:
    """Return what keeps a document from being executed by a schema."""
    return tuple(dict.fromkeys(error.message for error in validate(schema, document)))


def lost(fields: tuple[str, ...], breaking: Mapping[str, list[str]], schema: GraphQLSchema) -> tuple[str, ...]:
    """Return what breaks of the fields that an operation asks for: they and the inputs they take.

    `schema` is the one that is served now. What is given by a variable is not known: of inputs, only a field that
    must be given newly breaks for sure.
    """
    found: list[str] = []
    for name in fields:
        of_type = breaking.get(name.partition(".")[0], ())
        found += breaking.get(name, ()) or [says for says in of_type if says.endswith(" was removed")]
        for taken in _inputs(name, schema):
            found += [says for element, said in breaking.items() for says in said if _asked(element, taken, says)]
    return tuple(dict.fromkeys(found))


def _asked(element: str, taken: str, says: str) -> bool:
    newly = says.startswith("A required field ") or (says.startswith("Field ") and says.endswith("!"))
    return newly and element.partition(".")[0] == taken


def _inputs(name: str, schema: GraphQLSchema) -> Iterator[str]:
    owner, _, field_name = name.partition(".")
    mutations = schema.mutation_type
    if mutations is None or owner != mutations.name or field_name not in mutations.fields:
        return
    for argument in mutations.fields[field_name].args.values():
        named = cast("GraphQLNamedType", get_named_type(argument.type))
        if isinstance(named, GraphQLInputObjectType):
            yield named.name


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
