"""Which assets are meant: a frozen tree as the contract has it. `graph.reading.predicates` makes Cypher of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from graph.ontology.model import Json
from graph.reading.directions import Direction


class Comparison(StrEnum):
    """How a value is compared; all but IS_NULL hold only where there is a value."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    STARTS_WITH = "startsWith"
    CONTAINS = "contains"
    IS_NULL = "isNull"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Condition:
    """One comparison; `value` is a list for IN, a boolean for IS_NULL, and as the doors show it otherwise.

    Two are the same by what they are written as: selections are kept by the filters in them, so that values must be
    hashable, lists and objects too, and 1 must not pass for true.
    """

    comparison: Comparison
    value: Json

    def __eq__(self, other: object) -> bool:
        """Whether the other asks for the same, written the same."""
        return isinstance(other, Condition) and self._written == other._written

    def __hash__(self) -> int:
        """The hash of how it is written."""
        return hash(self._written)

    @property
    def _written(self) -> tuple[Comparison, str]:
        return self.comparison, repr(self.value)


class Quantifier(StrEnum):
    """How many of the assets at the other ends, or of a list's items, must fit; ALL holds where there are none."""

    SOME = "some"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsCondition:
    """What holds of the items of a list: of so many of them, all `conditions` at once. A missing list never fits."""

    quantifier: Quantifier
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsCondition:
    """What fields of an object must be, by name; None is one without a value. A missing object never fits."""

    fields: tuple[tuple[str, Json], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyCondition:
    """All `conditions` hold for the property called `name`, `items` for one that is a list, `has` for an object.

    `owner` is the asset type whose property is meant (None: that of any type which has one of this name).
    """

    name: str
    conditions: tuple[Condition, ...]
    items: tuple[ItemsCondition, ...] = ()
    has: FieldsCondition | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipCondition:
    """What holds of relationships of one type, followed in one direction.

    `fits` is of the assets at their other ends, `edge` of themselves besides.
    """

    relationship: str
    direction: Direction
    quantifier: Quantifier
    fits: AssetFilter
    edge: EdgeFilter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFilter:
    """Which relationships of one type are meant: by their own key and properties, and the assets at their other ends.

    All that is given must hold. `key` allows what the name of an asset does; one without a key has the empty text.
    """

    key: tuple[Condition, ...] = ()
    properties: tuple[PropertyCondition, ...] = ()
    node: AssetFilter | None = None
    every: tuple[EdgeFilter, ...] = ()
    either: tuple[EdgeFilter, ...] | None = None
    negated: EdgeFilter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Assets by id: those meant, or all but these."""

    ids: tuple[str, ...]
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFilter:
    """All that is given must hold; None asks for nothing, an empty list for what can't be.

    `types` counts subtypes in; `name` allows EQ, NE, IN, STARTS_WITH and CONTAINS; `relationships` are conditions over
    the assets at their other ends; `within` is the id of an asset in
    whose containment subtree (itself not counted) the wanted ones are. `levels` are those of their health now; `among`
    the assets which that means, found out when it is asked: it is no part of the question.
    """

    ids: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    name: tuple[Condition, ...] = ()
    properties: tuple[PropertyCondition, ...] = ()
    relationships: tuple[RelationshipCondition, ...] = ()
    within: str | None = None
    levels: tuple[str, ...] | None = None
    among: Among | None = field(default=None, compare=False, repr=False)
    every: tuple[AssetFilter, ...] = ()
    either: tuple[AssetFilter, ...] | None = None
    negated: AssetFilter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourOrder:
    """What relationships of one type are sorted by: something of the asset at the other end, or (`edge`) of their own.

    `field` of an edge is key or a property. What has no value comes last either way; the other end's id, and then an
    order of our own, break ties.
    """

    field: str
    descending: bool = False
    edge: bool = False
