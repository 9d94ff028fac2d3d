"""Typed filters, orders and groups as they come, into what reading takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, cast

from app.graphql.meanings import Choice
from app.graphql.typed.ends import EndField
from app.graphql.typed.values import scalar_of
from app.graphql.types.words import SortDirection
from graph.errors import ValueInvalid
from graph.ontology.model import Json, Ontology
from graph.reading import (
    AssetFilter,
    Comparison,
    Condition,
    EdgeFilter,
    FieldsCondition,
    ItemsCondition,
    Measure,
    MeasureOf,
    NeighbourOrder,
    OrderBy,
    PropertyCondition,
    Quantifier,
    RelationshipCondition,
)

Given: TypeAlias = "Mapping[str, object]"
ReadGeneric: TypeAlias = "Callable[[object], AssetFilter | None]"


class FilterReader:
    """Reads the filters of an ontology's types; `generic` reads the contract's own, which mixed ends have."""

    def __init__(self, ontology: Ontology, ends: Mapping[str, tuple[EndField, ...]], generic: ReadGeneric) -> None:
        self._types = ontology.asset_types
        self._ends = {name: {field.name: field for field in fields} for name, fields in ends.items()}
        self._generic = generic

    def of_list(self, owner: str, given: Given | None) -> AssetFilter:
        """The filter of a list of an asset type; what is null asks for nothing."""
        return self._read(owner, given or {}, types=(owner,))

    def of_end(self, target: str | None) -> Callable[[object], AssetFilter | None]:
        """What reads the filter of assets at the other ends, which are of the type `target` or mixed."""
        if target is None:
            return self._generic

        def read(given: object) -> AssetFilter | None:
            return self._read(target, cast("Given", given)) if given else None

        return read

    def choice(self, field: EndField) -> Callable[[Given], Choice]:
        """What reads the arguments of relationships of a type."""
        read = self.of_end(field.target)

        def chosen(given: Given) -> Choice:
            if given.keys().isdisjoint(_CHOOSING):
                return _EVERYTHING
            order = cast("Iterable[Given] | None", given.get("orderBy"))
            edges = cast("Given | None", given.get("edgeFilter"))
            return Choice(
                filter=read(given.get("filter")),
                edges=None if edges is None else self._edge(field, edges),
                order=tuple(end_order_of(order or (), mixed=field.target is None)),
            )

        return chosen

    def _read(self, owner: str, given: Given, *, types: tuple[str, ...] | None = None) -> AssetFilter:
        return AssetFilter(
            types=types,
            ids=_ids(cast("Given | None", given.get("id"))),
            name=tuple(_conditions("name", cast("Given", given["name"]))) if given.get("name") else (),
            properties=tuple(self._properties(owner, given)),
            relationships=tuple(self._relationships(owner, given)),
            within=cast("str | None", given.get("within")),
            levels=None if "levels" in self._types[owner].properties else _levels(given.get("levels")),
            every=tuple(self._read(owner, each) for each in cast("Iterable[Given]", given.get("and") or ())),
            either=self._either(owner, cast("Sequence[Given] | None", given.get("or"))),
            negated=self._read(owner, cast("Given", given["not"])) if given.get("not") is not None else None,
        )

    def _either(self, owner: str, given: Sequence[Given] | None) -> tuple[AssetFilter, ...] | None:
        return None if given is None else tuple(self._read(owner, each) for each in given)

    def _properties(self, owner: str, given: Given) -> Iterator[PropertyCondition]:
        properties = self._types[owner].properties
        for name, value in given.items():
            definition = properties.get(name)
            if definition is not None and value is not None:
                yield _property(name, cast("Given", value), owner=definition.declared_by)

    def _relationships(self, owner: str, given: Given) -> Iterator[RelationshipCondition]:
        ends = self._ends[owner]
        for name, value in given.items():
            field = ends.get(name)
            if field is None or value is None:
                continue
            read = self.of_end(field.target)
            for quantifier, wanted in cast("Given", value).items():
                if wanted is None:
                    continue
                of_edges = _OF_EDGES.get(quantifier)
                yield RelationshipCondition(
                    relationship=field.relationship.name,
                    direction=field.direction,
                    quantifier=of_edges or Quantifier(quantifier),
                    fits=(None if of_edges else read(wanted)) or AssetFilter(),
                    edge=self._edge(field, cast("Given", wanted)) if of_edges else None,
                )

    def _edge(self, field: EndField, given: Given) -> EdgeFilter:
        """What must hold of relationships of a type; what is null asks for nothing."""
        properties = field.relationship.properties
        either = cast("Sequence[Given] | None", given.get("or"))
        return EdgeFilter(
            key=tuple(_conditions("key", cast("Given", given["key"]))) if given.get("key") else (),
            properties=tuple(
                _property(name, cast("Given", value))
                for name, value in given.items()
                if name in properties and value is not None
            ),
            node=self.of_end(field.target)(given.get("node")),
            every=tuple(self._edge(field, each) for each in cast("Iterable[Given]", given.get("and") or ())),
            either=None if either is None else tuple(self._edge(field, each) for each in either),
            negated=self._edge(field, cast("Given", given["not"])) if given.get("not") is not None else None,
        )


_OF_EDGES: Final = {"someEdge": Quantifier.SOME, "allEdges": Quantifier.ALL, "noEdge": Quantifier.NONE}
_CHOOSING: Final = frozenset({"filter", "edgeFilter", "orderBy"})
_EVERYTHING: Final = Choice()
_OF_ITEMS: Final = frozenset(Quantifier)


def order_of(given: Iterable[Mapping[str, SortDirection]] | None) -> tuple[OrderBy, ...]:
    """The order that typed inputs mean: each is one field with its direction."""
    return tuple(
        OrderBy(field=field, descending=way == SortDirection.DESC)
        for each in given or ()
        for field, way in each.items()
    )


def end_order_of(given: Iterable[Given], *, mixed: bool) -> Iterator[NeighbourOrder]:
    """The order of relationships that typed inputs mean: each is one field of theirs, or of their other ends.

    Where the other ends are `mixed`, the contract's own order of assets says field and direction apart.
    """
    for each in given:
        for field, wanted in each.items():
            if field != "node":
                yield NeighbourOrder(field=field, descending=wanted == SortDirection.DESC, edge=True)
                continue
            node = cast("Given", wanted)
            parts = ((node["field"], node.get("direction")),) if mixed else node.items()
            for name, way in parts:
                yield NeighbourOrder(field=cast("str", name), descending=way == SortDirection.DESC)


def measures_of(given: Iterable[Mapping[str, str]] | None) -> tuple[MeasureOf, ...]:
    """The measures that typed inputs mean."""
    return tuple(
        MeasureOf(property=name, measure=Measure(measure)) for each in given or () for name, measure in each.items()
    )


def _levels(given: object) -> tuple[str, ...] | None:
    return tuple(str(each) for each in cast("Sequence[object]", given)) if given else None


def _ids(given: Given | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    several = cast("Sequence[str] | None", given.get("in"))
    one = cast("str | None", given.get("eq"))
    if "eq" in given and one is None:
        raise _null("id", "eq")
    if one is None:
        return None if several is None else tuple(several)
    return (one,) if several is None or one in several else ()


def _property(name: str, given: Given, *, owner: str | None = None) -> PropertyCondition:
    items = {each: given[each] for each in _OF_ITEMS if given.get(each) is not None}
    alone = {each: value for each, value in given.items() if each not in _OF_ITEMS and each != "has"}
    has = cast("Given | None", given.get("has"))
    return PropertyCondition(
        name=name,
        owner=owner,
        conditions=tuple(_conditions(name, alone)),
        items=tuple(
            ItemsCondition(quantifier=each, conditions=tuple(_conditions(f"{name}.{each}", cast("Given", value))))
            for each, value in sorted(items.items())
        ),
        has=None
        if has is None
        else FieldsCondition(fields=tuple((each, scalar_of(value)) for each, value in has.items())),
    )


def _conditions(name: str, given: Given) -> Iterator[Condition]:
    for comparison, value in given.items():
        if value is not None:
            yield Condition(comparison=Comparison(comparison), value=_plain(value))
        elif comparison in ("eq", "ne"):
            raise _null(name, comparison)


def _plain(value: object) -> Json:
    """The value as JSON: scalars were read into Python's moments and durations."""
    match value:
        case list():
            return [_plain(each) for each in cast("list[object]", value)]
        case _:
            return scalar_of(value)


def _null(name: str, comparison: str) -> ValueInvalid:
    """Left out silently, it would widen what is asked for to all assets."""
    return ValueInvalid(
        f"{name} is compared with null",
        place=f"filter.{name}.{comparison}",
        expected="a value",
        actual="null",
        hint="Use isNull to find assets with or without a value",
    )
