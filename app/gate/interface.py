"""GraphQL as the gate asks it: the schemas of two ontologies, and operations between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graphql import GraphQLSchema

from app.gate.changes import by_element, changes, unit_changes
from app.gate.names import NameJudge
from app.gate.operations import Registered, faults_of, lost, registered
from app.graphql import NameClash, build_schema
from app.graphql.naming import Named
from graph.ontology.model import Ontology
from migrations.gate import (
    BrokenOperation,
    ChangeLevel,
    Consumer,
    InterfaceChange,
    Operation,
    Use,
    Verdict,
)

_UNKNOWN = "nobody registered it"


class GraphqlInterface:
    """What the gate knows of GraphQL; an `Interface` of `migrations.gate`."""

    def judge(self, before: Ontology, after: Ontology, consumers: Sequence[Consumer], uses: Sequence[Use]) -> Verdict:
        """Return how the schema changes from one ontology to the other, and which operations break.

        A registered operation breaks where it is valid now and not afterwards, or where a field it asks for becomes
        something else, units included, or where it passes a name that means nothing or something else then. One that
        was only seen in use is known by its fields and by the names it passed.
        """
        naming = build_schema(before).naming
        old = naming.schema
        try:
            new = build_schema(after).core
        except NameClash as clash:
            return _without_schema(clash, [each for one in consumers for each in registered(one, naming)], uses)
        found = (*changes(old, new), *unit_changes(before, after))
        breaking = by_element(found)
        known = [each for consumer in consumers for each in registered(consumer, naming)]
        use_of = _uses_of(known, uses)
        unregistered = [each for each in uses if each.document not in {one.text_hash for one in known}]
        working = [each for each in known if not each.faults]
        names = NameJudge(before, after)
        return Verdict(
            changes=found,
            broken=(
                *_broken(working, use_of, breaking, names, (old, new)),
                *_broken_uses(unregistered, consumers, breaking, names, old),
            ),
            unseen=tuple(_unseen(working, use_of, names)),
            stale=tuple(
                BrokenOperation(operation=_operation(each, use_of), reasons=each.faults)
                for each in known
                if each.faults
            ),
            looked_at=len(known) + len(unregistered),
        )


def _without_schema(clash: NameClash, known: Sequence[Registered], uses: Sequence[Use]) -> Verdict:
    """Where there can be no schema, whatever works now breaks."""
    use_of = _uses_of(known, uses)
    broken = (
        BrokenOperation(operation=_operation(each, use_of), reasons=(str(clash),)) for each in known if not each.faults
    )
    return Verdict(changes=(_clash(clash),), broken=tuple(broken), looked_at=len(known))


def _clash(clash: NameClash) -> InterfaceChange:
    return InterfaceChange(level=ChangeLevel.BREAKING, element="schema", says=f"There can be no schema: {clash}")


def _broken(
    known: Sequence[Registered],
    use_of: Mapping[tuple[str, str], Use],
    breaking: Mapping[str, list[str]],
    names: NameJudge,
    schemas: tuple[GraphQLSchema, GraphQLSchema],
) -> Iterator[BrokenOperation]:
    for each in known:
        assert each.parsed is not None, "it works now"
        assert each.passed is not None, "it works now"
        old, new = schemas
        use = use_of.get((each.text_hash, each.name))
        reasons = faults_of(each.parsed, new) or lost(each.fields, breaking, old)
        reasons += names.lost((*each.passed.named, *_seen(use)))
        if reasons:
            yield BrokenOperation(operation=_operation(each, use_of), reasons=reasons)


def _unseen(
    known: Sequence[Registered], use_of: Mapping[tuple[str, str], Use], names: NameJudge
) -> Iterator[BrokenOperation]:
    for each in known:
        assert each.passed is not None, "it works now"
        use = use_of.get((each.text_hash, each.name))
        reasons = names.unseen(each.passed.open, () if use is not None and use.more else _seen(use))
        if reasons:
            yield BrokenOperation(operation=_operation(each, use_of), reasons=reasons)


def _seen(use: Use | None) -> tuple[Named, ...]:
    """Return the names that an operation was seen to pass."""
    found = () if use is None else (Named.parsed(each) for each in use.names)
    return tuple(each for each in found if each is not None)


def _broken_uses(
    uses: Sequence[Use],
    consumers: Sequence[Consumer],
    breaking: Mapping[str, list[str]],
    names: NameJudge,
    old: GraphQLSchema,
) -> Iterator[BrokenOperation]:
    by_name = {each.name: each for each in consumers}
    for use in uses:
        reasons = lost(use.fields, breaking, old) + names.lost(_seen(use))
        if reasons:
            owner = by_name.get(use.consumer)
            yield BrokenOperation(
                operation=Operation(
                    consumer=use.consumer,
                    owner=owner.owner if owner else _UNKNOWN,
                    contact=owner.contact if owner else f"token {use.consumer!r}",
                    operation=use.operation,
                    document=use.document,
                    registered=False,
                    uses=use.count,
                    last_used=use.last,
                ),
                reasons=reasons,
            )


def _operation(each: Registered, use_of: Mapping[tuple[str, str], Use]) -> Operation:
    use = use_of.get((each.text_hash, each.name))
    return Operation(
        consumer=each.consumer.name,
        owner=each.consumer.owner,
        contact=each.consumer.contact,
        operation=each.name,
        document=each.document,
        registered=True,
        uses=use.count if use else 0,
        last_used=use.last if use else None,
    )


def _uses_of(known: Sequence[Registered], uses: Sequence[Use]) -> dict[tuple[str, str], Use]:
    """Uses of registered documents, by the hash of their text and by operation; of several consumers together."""
    hashes = {each.text_hash for each in known}
    found: dict[tuple[str, str], Use] = {}
    for use in uses:
        if use.document in hashes:
            key = (use.document, use.operation)
            found[key] = _together(found[key], use) if key in found else use
    return found


def _together(one: Use, other: Use) -> Use:
    return Use(
        consumer=one.consumer,
        tenant=one.tenant,
        document=one.document,
        operation=one.operation,
        count=one.count + other.count,
        last=max(one.last, other.last),
        fields=one.fields,
        names=tuple(sorted({*one.names, *other.names})),
        more=one.more or other.more,
    )
