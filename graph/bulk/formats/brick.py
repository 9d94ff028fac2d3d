"""Brick in Turtle: things of Brick's classes become assets, Brick's relationships become relationships.

RDF has no order, so the whole graph is in memory, about 1 kB a statement. What comes out is sorted by IRI: the same
for the same statements, whatever their order. https://brickschema.org
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.cells import parsed
from graph.bulk.formats.conversion import Item
from graph.bulk.formats.lines import AssetSource, Body, LineMaker, LinkSource, RowFault, fault, value_fault
from graph.bulk.formats.naming import ASSET_NAME, IdForm
from graph.bulk.formats.spelling import last_segment
from graph.bulk.formats.turtle import LABEL, Statements
from graph.bulk.formats.vocabulary import RELATIONSHIPS, is_class, is_own
from graph.bulk.inputs import Input
from graph.errors import ValueInvalid
from graph.ontology.model import Datatype, Json, PropertyDefinition


class Brick:
    """A Brick model. Its lines are numbered in the order of the things' IRIs, relationships after them."""

    def __init__(self, source: Input, maker: LineMaker) -> None:
        self._source = source
        self._maker = maker
        self._count = 0

    @property
    def left_out(self) -> Mapping[str, int]:
        """What was skipped so far."""
        return self._maker.left_out

    def items(self) -> Iterator[Item]:
        """Yield an item for each thing and each relationship. Raises BulkInputBroken and FormatNeedsExtra."""
        statements = Statements(self._source)
        if blank := statements.blank_nodes():
            self._maker.left_out["blank nodes"] += blank
        things = _things(statements)
        self._refuse_same_ids(things)
        for iri, kinds in things.items():
            yield from self._attempt(iri, partial(self._asset, iri, kinds, statements.literals(iri)))
        for source, predicate, target in self._links(statements, things):
            yield from self._attempt(source, partial(self._relationship, source, predicate, target))

    def _attempt(self, iri: str, make: Callable[[], Body | None]) -> Iterator[Item]:
        try:
            body = make()
        except RowFault as broken:
            self._count += 1
            yield Item(number=self._count, thing=iri, raw=iri.encode(), problems=broken.problems)
            return
        if body is not None:
            self._count += 1
            yield Item(number=self._count, thing=iri, body=body)

    # ---- things ------------------------------------------------------------------------------------------------------

    def _asset(self, iri: str, kinds: Sequence[str], literals: Mapping[str, Sequence[_Text]]) -> Body | None:
        kind = self._one_of(kinds)
        labels = literals.get(LABEL)
        return self._maker.asset(
            AssetSource(
                id=self._id(iri),
                type=kind,
                name=labels[0][0] if labels else None,
                properties=self._properties(kind, literals),
                extra={},
            )
        )

    def _one_of(self, kinds: Sequence[str]) -> str:
        """Return the one class among several that the ontology has and that no other of them is a subtype of."""
        ontology = self._maker.ontology.asset_types
        names = dict.fromkeys(last_segment(kind) for kind in kinds)
        if len(names) == 1:
            return next(iter(names))
        targets = {name: self._maker.asset_type(name) or "" for name in names}
        known = {name: ontology[target] for name, target in targets.items() if target in ontology}
        above = {supertype for kind in known.values() for supertype in kind.supertypes}
        lowest = [name for name, kind in known.items() if kind.name not in above]
        if len(lowest) > 1:
            raise fault(
                "A thing of several classes",
                place="rdf:type",
                expected="one class, or one that is a subtype of the others in the ontology",
                actual=", ".join(lowest),
                hint="Name the others under `skip` in the mapping file",
            )
        return next(iter(lowest or names))

    def _properties(self, kind: str, literals: Mapping[str, Sequence[_Text]]) -> Mapping[str, Json]:
        """Return the literals that the ontology has a property for; RDF may say any number of other things."""
        owner = self._maker.ontology.asset_types.get(self._maker.asset_type(kind) or "")
        found: dict[str, Json] = {}
        for predicate, texts in literals.items():
            name = last_segment(predicate)
            target = (
                self._maker.property_name(name, kind, owner) if predicate != LABEL or self._is_mapped(name) else None
            )
            if target == ASSET_NAME:
                found[name] = texts[0][0]
            elif owner is not None and target is not None and target in owner.properties:
                found[name] = _value(texts, owner.properties[target], name)
            elif predicate != LABEL:
                self._maker.left_out[f"texts {name}"] += len(texts)
        return found

    def _is_mapped(self, name: str) -> bool:
        return name in self._maker.names.properties

    # ---- relationships -----------------------------------------------------------------------------------------------

    def _links(self, statements: Statements, things: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
        """Yield statements between things that are relationships; each relationship once, whichever way it is told."""
        told: set[tuple[str, str, str]] = set()
        for source, predicate, target in statements.links():
            name = last_segment(predicate)
            ours = (is_own(predicate) and name in RELATIONSHIPS) or name in self._maker.names.relationships
            if not ours or is_own(target):
                if source in things and not is_own(target) and (is_own(predicate) or target in things):
                    self._maker.left_out[f"statements {name}"] += 1
                continue
            to = self._maker.relationship_type(name, RELATIONSHIPS.get(name))
            if to is not None:
                ends = (target, source) if to.reverse else (source, target)
                kind = self._maker.ontology.relationship_types.get(to.type)
                if kind is not None and kind.symmetric:
                    ends = (min(ends), max(ends))
                if (to.type, *ends) in told:
                    continue
                told.add((to.type, *ends))
            yield source, name, target

    def _relationship(self, source: str, name: str, target: str) -> Body | None:
        return self._maker.relationship(
            LinkSource(
                name=name,
                canonical=RELATIONSHIPS.get(name),
                source=self._id(source),
                target=self._id(target),
                properties={},
            )
        )

    # ---- ids ---------------------------------------------------------------------------------------------------------

    def _id(self, iri: str) -> str:
        return iri if self._maker.names.ids.form is IdForm.IRI else last_segment(iri) or iri

    def _refuse_same_ids(self, things: Mapping[str, object]) -> None:
        seen: dict[str, str] = {}
        for iri in things:
            first = seen.setdefault(self._id(iri), iri)
            if first != iri:
                raise BulkInputBroken(
                    f"Two things of {self._source.name} would have the id {self._id(iri)!r}",
                    expected="local names that differ",
                    actual=f"{first} and {iri}",
                    hint="Take whole IRIs as ids: `ids: {form: iri}` in the mapping file",
                )


_Text = tuple[str, str | None]


def _things(statements: Statements) -> dict[str, tuple[str, ...]]:
    """Return all things that are of Brick's classes, with these; a class of the file's own counts by its supertypes."""
    ours: dict[str, bool] = {}

    def is_ours(kind: str) -> bool:
        if kind not in ours:
            ours[kind] = is_class(kind) or (not is_own(kind) and any(map(is_own, statements.supertypes(kind))))
        return ours[kind]

    typed = statements.typed()
    found = {iri: tuple(filter(is_ours, kinds)) for iri, kinds in typed.items() if not is_own(iri)}
    return {iri: kinds for iri, kinds in found.items() if kinds}


def _value(texts: Sequence[_Text], definition: PropertyDefinition, name: str) -> Json:
    if definition.datatype is Datatype.LIST and definition.items is not None:
        return [_parsed(text, definition.items, name) for text, _ in texts]
    if len({text for text, language in texts if language is None}) > 1:
        raise fault(f"Several values of {name}", place=name, expected="one value", actual=f"{len(texts)} values")
    return _parsed(texts[0][0], definition, name)


def _parsed(text: str, definition: PropertyDefinition, name: str) -> Json:
    try:
        return parsed(text, definition)
    except ValueInvalid as error:
        raise RowFault(value_fault(error, name, name)) from error
