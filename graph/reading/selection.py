"""What a caller wants to see of assets: a checked, frozen tree that the compiler turns into one statement.

A door makes a selection from its own request (a GraphQL operation, a REST query); answers come back as plain rows,
`{"__typename": exact type, <key>: value, ...}`, keyed by the `key` that each field was given.

A connection comes back as a dict with the contract's own names, holding only what was asked for:
`{"nodes": [row, ...], "edges": [{"cursor": text, "node": row}, ...], "pageInfo": {...}, "totalCount": 7}`.

Two selections that differ in page (`first`, `after`) alone are equal: they compile to the same text, and the page
travels as parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from graph.ontology.model import Json
from graph.reading.directions import Direction
from graph.reading.filters import AssetFilter, EdgeFilter, NeighbourOrder
from graph.reading.state_selection import StateSelection

Row: TypeAlias = "dict[str, Json]"


class AssetValue(StrEnum):
    """What an asset holds itself, by the contract's names."""

    ID = "id"
    TYPE = "type"
    NAME = "name"
    PROPERTIES = "properties"
    EXTERNAL_IDS = "externalIds"
    SOURCE_OF = "sourceOf"
    REVISION = "revision"


class RelationshipValue(StrEnum):
    """What a relationship holds itself, by the contract's names."""

    TYPE = "type"
    KEY = "key"
    PROPERTIES = "properties"
    REVISION = "revision"


class End(StrEnum):
    """An end of a relationship; OTHER is the one that the asset it was reached from is not."""

    FROM = "from"
    TO = "to"
    OTHER = "other"


class AssetList(StrEnum):
    """Short lists of assets that come whole."""

    PARENTS = "parents"
    ANCESTORS = "ancestors"


class AssetReach(StrEnum):
    """Lists of assets that come in pages."""

    CHILDREN = "children"
    DESCENDANTS = "descendants"
    DEPENDENCIES = "dependencies"
    DEPENDENTS = "dependents"


class ChangeValue(StrEnum):
    """What a change record holds itself, by the contract's names."""

    REVISION = "revision"
    TIME = "time"
    ACTOR = "actor"
    OPERATION = "operation"
    ENTRY_COUNT = "entryCount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How many, and after which cursor."""

    first: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSelection:
    """What is wanted of a list of assets beside its page: `nodes` and `edges` may want different things."""

    nodes: AssetSelection | None = None
    edges: AssetSelection | None = None
    page: Page = field(default_factory=Page, compare=False)
    want_total: bool = False
    want_page_info: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipConnectionSelection:
    """What is wanted of a list of relationships beside its page."""

    nodes: RelationshipSelection | None = None
    edges: RelationshipSelection | None = None
    page: Page = field(default_factory=Page, compare=False)
    want_total: bool = False
    want_page_info: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourSelection:
    """What is wanted of one relationship to a neighbour: the neighbour, own values, single properties by name."""

    node: AssetSelection | None = None
    values: tuple[RelationshipValue, ...] = ()
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourConnectionSelection:
    """What is wanted of a list of relationships of one type with the assets at their other ends, beside its page.

    An edge comes as `{"cursor", "node", "key", "properties", "revision", <property>: ...}`, with what was asked for.
    """

    nodes: AssetSelection | None = None
    edges: NeighbourSelection | None = None
    page: Page = field(default_factory=Page, compare=False)
    want_total: bool = False
    want_page_info: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeConnectionSelection:
    """What is wanted of a list of changes beside its page."""

    nodes: ChangeSelection | None = None
    edges: ChangeSelection | None = None
    page: Page = field(default_factory=Page, compare=False)
    want_page_info: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueField:
    """A value of the asset itself. `when`: only for these exact types (None: always)."""

    key: str
    value: AssetValue
    when: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyField:
    """One property by its ontology name; null on assets whose type has none of that name."""

    key: str
    property: str
    when: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListField:
    """Parents, or ancestors (nearest first, then by id)."""

    key: str
    list: AssetList
    of: AssetSelection
    when: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachField:
    """Children, descendants, dependencies or dependents, by id.

    `types` counts subtypes in (None: any type). `relationship_types` serves dependencies and dependents alone (None:
    every type that impact travels along). `max_depth` None follows to the end; children and parents have none.
    """

    key: str
    reach: AssetReach
    connection: ConnectionSelection
    types: tuple[str, ...] | None = None
    relationship_types: tuple[str, ...] | None = None
    max_depth: int | None = None
    when: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipsField:
    """The relationships at an asset, by type and then key. `types` None: every type of the ontology."""

    key: str
    connection: RelationshipConnectionSelection
    direction: Direction = Direction.BOTH
    types: tuple[str, ...] | None = None
    when: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighboursField:
    """Relationships of one type at an asset, by the id of the asset at the other end and then key.

    `filter` is of the assets at the other ends; its values are part of the shape, as its text may depend on them.
    `edges` is of the relationships themselves besides. `order` comes before ids and keys.
    """

    key: str
    relationship: str
    direction: Direction
    connection: NeighbourConnectionSelection
    filter: AssetFilter | None = None
    edges: EdgeFilter | None = None
    order: tuple[NeighbourOrder, ...] = ()
    when: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryField:
    """Changes that touched the asset, newest first."""

    key: str
    connection: ChangeConnectionSelection
    when: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveField:
    """What states say of the asset, read for all assets at once after the statement.

    What is wanted of it is no part of the shape, for the statement is the same.
    """

    key: str
    of: StateSelection | HealthSelection = field(compare=False)
    when: frozenset[str] | None = None


class HealthValue(StrEnum):
    """What is known of an asset's health, by the contract's names."""

    LEVEL = "level"
    OPERABILITY = "operability"
    OPERABILITY_BOUNDS = "operabilityBounds"
    OWN = "own"
    BECAUSE = "because"
    WITHIN = "within"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthField:
    """One thing that is known of an asset's health; `of` is what is wanted of the assets behind it."""

    key: str
    value: HealthValue
    of: AssetSelection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSelection:
    """What is wanted of an asset's health. Its rows carry `__typename: "Health"`."""

    fields: tuple[HealthField, ...] = ()


AssetField: TypeAlias = (
    ValueField
    | PropertyField
    | ListField
    | ReachField
    | RelationshipsField
    | NeighboursField
    | HistoryField
    | LiveField
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetSelection:
    """What is wanted of an asset; keys may repeat only between fields whose `when` never meet."""

    fields: tuple[AssetField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipValueField:
    """A value of the relationship itself."""

    key: str
    value: RelationshipValue


@dataclass(frozen=True, slots=True, kw_only=True)
class EndField:
    """An asset at an end of the relationship."""

    key: str
    end: End
    of: AssetSelection


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipSelection:
    """What is wanted of a relationship. Its rows carry `__typename: "Relationship"`."""

    fields: tuple[RelationshipValueField | EndField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeValueField:
    """A value of the change record itself; `time` comes as ISO 8601 text in UTC."""

    key: str
    value: ChangeValue


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesField:
    """Entries of the change record from position `after` on, each `{"kind", "id", "type", "before", "after"}`."""

    key: str
    first: int = field(default=50, compare=False)
    after: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSelection:
    """What is wanted of a change record. Its rows carry `__typename: "Change"`."""

    fields: tuple[ChangeValueField | EntriesField, ...] = ()
