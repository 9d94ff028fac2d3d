"""In which order a list of assets comes, and how that is said in Cypher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from graph.database import quoted
from graph.errors import InvalidInput, ValueInvalid
from graph.ontology.model import Datatype
from graph.reading.kinds import Vocabulary
from graph.reading.limits import Limits, within_limit
from graph.reading.predicates import declarations_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBy:
    """`field` is id, name, type or a property; assets without a value come last either way. The id breaks ties."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """One thing that a list is sorted by.

    `expression` is what Cypher compares; `shown` what comes back for the cursor; `parameter` turns that into what
    `expression` compares with (a format with one place). `index` is the label whose index on tenant and this
    property gives the order, None where none does.
    """

    field: str
    expression: str
    descending: bool
    nullable: bool
    types: tuple[type, ...]
    shown: str
    parameter: str = "{}"
    index: str | None = None

    @property
    def after(self) -> str:
        """The operator between a value that comes later and one that came."""
        return "<" if self.descending else ">"

    @property
    def way(self) -> str:
        """What follows the expression in ORDER BY."""
        return " DESC" if self.descending else ""


_NATIVE: Final[dict[Datatype, tuple[tuple[type, ...], str, str]]] = {
    Datatype.STRING: ((str,), "{}", "{}"),
    Datatype.ENUM: ((str,), "{}", "{}"),
    Datatype.BOOLEAN: ((bool,), "{}", "{}"),
    Datatype.INT: ((int, float), "{}", "{}"),
    Datatype.FLOAT: ((int, float), "{}", "{}"),
    Datatype.DECIMAL: ((int, float), "{}", "{}"),
    Datatype.DATE: ((str,), "toString({})", "date({})"),
    Datatype.DATETIME: ((int,), "{}.epochMillis", "datetime({{epochMillis: {}}})"),
}


def sort_keys(
    order: tuple[OrderBy, ...], types: tuple[str, ...] | None, vocabulary: Vocabulary, limits: Limits
) -> tuple[SortKey, ...]:
    """Return what to sort by, the id always last.

    Raises:
        UnknownProperty: a field that no wanted type has.
        ValueInvalid: a property without an order, or one that differs between types.
    """
    within_limit(len(order), limits.order_fields, place="orderBy", what="The number of fields to order by")
    keys: list[SortKey] = []
    for wanted in order:
        if any(key.field == wanted.field for key in keys):
            raise InvalidInput(
                f"Ordered by {wanted.field} twice", place="orderBy", expected="each field once", actual=wanted.field
            )
        keys.append(_sort_key(wanted, types, vocabulary))
        if wanted.field == "id":
            return tuple(keys)
    return (*keys, _by_id(descending=False))


def _sort_key(wanted: OrderBy, types: tuple[str, ...] | None, vocabulary: Vocabulary) -> SortKey:
    match wanted.field:
        case "id":
            return _by_id(descending=wanted.descending)
        case "name":
            return SortKey(
                field="name",
                expression="n.name",
                descending=wanted.descending,
                nullable=False,
                types=(str,),
                shown="n.name",
                index="Asset",
            )
        case "type":
            expression = type_expression(vocabulary)
            return SortKey(
                field="type",
                expression=expression,
                descending=wanted.descending,
                nullable=False,
                types=(str,),
                shown=expression,
            )
        case _:
            return _by_property(wanted, types, vocabulary)


def _by_id(*, descending: bool) -> SortKey:
    return SortKey(
        field="id",
        expression="n._id",
        descending=descending,
        nullable=False,
        types=(str,),
        shown="n._id",
        index="Asset",
    )


def _by_property(wanted: OrderBy, types: tuple[str, ...] | None, vocabulary: Vocabulary) -> SortKey:
    declared = declarations_of(vocabulary, wanted.field, types, place="orderBy")
    forms = {(definition.datatype, definition.unit, definition.scale) for definition in declared}
    native = _NATIVE.get(declared[0].datatype)
    if len(forms) > 1 or native is None:
        raise ValueInvalid(
            f"Assets can't be ordered by {wanted.field}",
            place="orderBy",
            expected="a property with an order, the same datatype and unit on every type that has it",
            actual=", ".join(f"{definition.declared_by}: {definition.datatype.value}" for definition in declared),
            hint="Lists, maps, objects, points and durations have no order",
        )
    expression = f"n.{quoted(wanted.field)}"
    kinds, shown, parameter = native
    indexed = len(declared) == 1 and (declared[0].indexed or declared[0].unique)
    return SortKey(
        field=wanted.field,
        expression=expression,
        descending=wanted.descending,
        nullable=True,
        types=(*kinds, type(None)),
        shown=shown.format(expression),
        parameter=parameter,
        index=declared[0].declared_by if indexed else None,
    )


def type_expression(vocabulary: Vocabulary) -> str:
    """Return Cypher for the exact type of `n`: supertypes are labels too, so what is deepest is asked first."""
    kinds = [kind for kind in vocabulary.ontology.asset_types.values() if not kind.abstract]
    deepest_first = sorted(kinds, key=lambda kind: (-len(kind.supertypes), kind.name))
    cases = " ".join(f"WHEN n:{quoted(kind.name)} THEN '{kind.name}'" for kind in deepest_first)
    return f"CASE {cases} END" if cases else "''"
