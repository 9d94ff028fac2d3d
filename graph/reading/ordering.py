"""In which order a list of assets comes, and how that is said in Cypher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from graph.database import quoted
from graph.errors import InvalidInput, ValueInvalid
from graph.ontology.model import Datatype, PropertyDefinition, RelationshipType
from graph.reading.declarations import declarations_of
from graph.reading.filters import NeighbourOrder
from graph.reading.kinds import Vocabulary
from graph.reading.limits import LIMITS, Limits, within_limit


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
    property gives the order, None where none does. `crowded`: few values, so most pages end among equals.
    """

    field: str
    expression: str
    descending: bool
    nullable: bool
    types: tuple[type, ...]
    shown: str
    parameter: str = "{}"
    index: str | None = None
    crowded: bool = False

    @property
    def after(self) -> str:
        """The operator between a value that comes later and one that came."""
        return "<" if self.descending else ">"

    @property
    def way(self) -> str:
        """What follows the expression in ORDER BY."""
        return " DESC" if self.descending else ""


COMPARED: Final = 1_000
"""Characters of a text without an index that it is sorted by; they travel in cursors."""

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
        keys.append(_sort_key(wanted, types, vocabulary, "n"))
        if wanted.field == "id":
            return tuple(keys)
    return (*keys, _text("id", "n._id", descending=False, index="Asset"))


def neighbour_keys(
    order: tuple[NeighbourOrder, ...],
    relationship: RelationshipType,
    vocabulary: Vocabulary,
    variables: tuple[str, str],
    *,
    types: tuple[str, ...],
) -> tuple[SortKey, ...]:
    """Return what relationships of a type are sorted by, ties broken; `variables` are theirs and the other end's.

    `types` are those that may stand at the other end. Raises what `sort_keys` raises.
    """
    within_limit(len(order), LIMITS.order_fields, place="orderBy", what="The number of fields to order by")
    r, other = variables
    keys: list[SortKey] = []
    for position, wanted in enumerate(order):
        if any((wanted.field, wanted.edge) == (each.field, each.edge) for each in order[:position]):
            raise InvalidInput(
                f"Ordered by {wanted.field} twice", place="orderBy", expected="each field once", actual=wanted.field
            )
        if not wanted.edge:
            by = OrderBy(field=wanted.field, descending=wanted.descending)
            keys.append(_sort_key(by, types, vocabulary, other))
        elif wanted.field == "key":
            keys.append(_text("key", f"coalesce({r}.key, '')", descending=wanted.descending))
        else:
            definition = relationship.properties.get(wanted.field)
            keys.append(_of_values(wanted, () if definition is None else (definition,), r))
    ids = [] if any(not each.edge and each.field == "id" for each in order) else [f"{other}._id"]
    return (*keys, *(_text("id", expression, descending=False) for expression in (*ids, f"{r}._key")))


def _sort_key(wanted: OrderBy, types: tuple[str, ...] | None, vocabulary: Vocabulary, variable: str) -> SortKey:
    match wanted.field:
        case "id":
            return _text("id", f"{variable}._id", descending=wanted.descending, index="Asset")
        case "name":
            index = _index_of_names(types, vocabulary)
            return _text("name", f"{variable}.name", descending=wanted.descending, index=index)
        case "type":
            return _text("type", type_expression(vocabulary, variable), descending=wanted.descending)
        case name:
            return _of_values(wanted, declarations_of(vocabulary, name, types, place="orderBy"), variable)


def _index_of_names(types: tuple[str, ...] | None, vocabulary: Vocabulary) -> str:
    """Concrete types have an index of their own by name: in that of all, a page would read what is between."""
    if types is not None and len(types) == 1 and not vocabulary.ontology.asset_type(types[0]).abstract:
        return types[0]
    return "Asset"


def _text(field: str, expression: str, *, descending: bool, index: str | None = None) -> SortKey:
    return SortKey(
        field=field,
        expression=expression,
        descending=descending,
        nullable=False,
        types=(str,),
        shown=expression,
        index=index,
    )


def _of_values(wanted: OrderBy | NeighbourOrder, declared: tuple[PropertyDefinition, ...], variable: str) -> SortKey:
    forms = {(definition.datatype, definition.unit, definition.scale) for definition in declared}
    native = _NATIVE.get(declared[0].datatype) if declared else None
    if len(forms) > 1 or native is None:
        raise ValueInvalid(
            f"Nothing can be ordered by {wanted.field}",
            place="orderBy",
            expected="a property with an order, the same datatype and unit on every type that has it",
            actual=", ".join(f"{definition.declared_by}: {definition.datatype.value}" for definition in declared),
            hint="Lists, maps, objects, points and durations have no order",
        )
    expression = f"{variable}.{quoted(wanted.field)}"
    kinds, shown, parameter = native
    indexed = len(declared) == 1 and (declared[0].indexed or declared[0].unique)
    if declared[0].datatype is Datatype.STRING and not all(each.indexed or each.unique for each in declared):
        expression = f"left({expression}, {COMPARED})"
    return SortKey(
        field=wanted.field,
        expression=expression,
        descending=wanted.descending,
        nullable=True,
        types=(*kinds, type(None)),
        shown=shown.format(expression),
        parameter=parameter,
        index=declared[0].declared_by if indexed else None,
        crowded=indexed and declared[0].listed,
    )


def type_expression(vocabulary: Vocabulary, variable: str = "n") -> str:
    """Return Cypher for the exact type of an asset: supertypes are labels too, so what is deepest is asked first."""
    kinds = [kind for kind in vocabulary.ontology.asset_types.values() if not kind.abstract]
    deepest_first = sorted(kinds, key=lambda kind: (-len(kind.supertypes), kind.name))
    cases = " ".join(f"WHEN {variable}:{quoted(kind.name)} THEN '{kind.name}'" for kind in deepest_first)
    return f"CASE {cases} END" if cases else "''"
