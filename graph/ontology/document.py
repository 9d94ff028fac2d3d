"""The ontology document as its author writes it: shapes alone, checked by pydantic.

What the parts mean together (supertypes, units, ranges, clashes of names) is judged by `graph.ontology.checking`.
The published JSON Schema is made from these classes, so every description here is read by authors in their editors.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from graph.ontology.model import Classification, Datatype, ImpactDirection, ImpactKind
from graph.ontology.names import CAMEL, PASCAL, UPPER_SNAKE

FORMAT = "twin-ontology/1"

Compatibility = Literal[
    "NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE"
]
Text = Annotated[str, Field(max_length=10_000)]
Id = Annotated[str, Field(min_length=1, max_length=200, description="Stable id, kept when the name changes.")]
Name = Annotated[str, Field(min_length=1, max_length=63)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


def _keys(pattern: str) -> dict[str, JsonValue]:
    """JSON Schema for the keys of a mapping; the keys themselves are judged with the other names."""
    return {"propertyNames": {"pattern": pattern}}


def _day(value: str) -> str:
    try:
        found = date.fromisoformat(value).isoformat()
    except ValueError:
        found = None
    if found != value:
        raise PydanticCustomError("day", "Input should be a day such as 2027-06-30")
    return value


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Day = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
Count = Annotated[
    str,
    BeforeValidator(_as_text),
    Field(
        max_length=32,
        description='How many: "1", "0..2", "1..*".',
        json_schema_extra={"type": ["string", "integer"], "pattern": r"^[0-9]+(\.\.([0-9]+|\*))?$"},
    ),
]


class Element(BaseModel):
    """What every part of a document has in common: no unknown fields, nothing converted quietly."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )

    @model_serializer(mode="wrap")
    def without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not there, so that absent and null are one."""
        return {key: value for key, value in handler(self).items() if value is not None}


class DeprecationDocument(Element):
    """Since when an element should not be used, why, and what to use instead."""

    since: Text = Field(description="Revision or date since which it is deprecated.")
    message: Text | None = Field(default=None, description="Why.")
    replacement: Text | None = Field(default=None, description="What to use instead.")
    until: Day | None = Field(default=None, description="Day on which it goes at the earliest, e.g. 2027-06-30.")


class EnumDocument(Element):
    """A named list of values."""

    id: Id | None = None
    values: list[str] = Field(
        min_length=1,
        max_length=10_000,
        description="UPPER_SNAKE_CASE values, in the order people should see them.",
        json_schema_extra={"items": {"type": "string", "pattern": UPPER_SNAKE}, "uniqueItems": True},
    )
    description: Text | None = None
    replaced: dict[str, str] | None = Field(
        default=None, description="Values that are on their way out, each with the one that is stored in its place."
    )


class ItemDocument(Element):
    """What a list or map holds."""

    datatype: Datatype = Field(description="What it holds.")
    unit: Text | None = Field(default=None, description="Unit that values are stored and shown in, e.g. kW, L/s, degC.")
    quantity: Text | None = Field(default=None, description="Quantity kind the unit must be of, e.g. power, pressure.")
    minimum: Finite | None = Field(default=None, description="Least value, in the declared unit.")
    maximum: Finite | None = Field(default=None, description="Largest value, in the declared unit.")
    exclusive_minimum: bool = Field(default=False, description="The minimum itself is not allowed.")
    pattern: Annotated[str, Field(max_length=500)] | None = Field(
        default=None, description="Regular expression that the whole text must match (Python's syntax)."
    )
    enum: Name | None = Field(default=None, description="Name of the enum, for datatype enum.")
    scale: Annotated[int, Field(ge=0, le=18)] | None = Field(
        default=None, description="Number of decimals, for datatype decimal."
    )
    items: ItemDocument | None = Field(default=None, description="What a list or map holds.")
    fields: dict[str, PropertyDocument] = Field(
        default_factory=dict["str", "PropertyDocument"],
        description="Fields of an object.",
        json_schema_extra=_keys(CAMEL),
    )
    description: Text | None = None


class FollowsDocument(Element):
    """Another property of the same type, which this one is kept in step with while it takes its place."""

    property: Name = Field(description="The property that is followed.")
    values: dict[str, str] = Field(
        default_factory=dict[str, str],
        max_length=10_000,
        description="What its values become where plain conversion would not do, e.g. {on: 'true', off: 'false'}.",
    )


class PropertyDocument(ItemDocument):
    """A property of an asset type or relationship type, or a field of an object."""

    id: Id | None = None
    required: bool = Field(default=False, description="Every asset must have it.")
    unique: bool = Field(default=False, description="No two assets of a tenant may share a value.")
    indexed: bool = Field(default=False, description="Filters and orders by it are backed by an index.")
    writable: bool = Field(default=True, description="May be changed after the asset was made.")
    default: JsonValue = Field(default=None, description="Value of a new asset that names none.")
    classification: Classification = Field(default=Classification.PUBLIC, description="Who may see it.")
    deprecation: DeprecationDocument | None = None
    follows: FollowsDocument | None = Field(
        default=None, description="Kept in step with another property of the type; migrations write this themselves."
    )


class ThresholdDocument(Element):
    """Past what value a channel puts its asset on a level. Several conditions: any of them."""

    above: Finite | None = Field(default=None, description="The level holds above this value.")
    below: Finite | None = Field(default=None, description="The level holds below this value.")
    equals: JsonValue = Field(default=None, description="The level holds at this value, or at any of this list.")
    operability: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        default=None, description="Operability on this level: DOWN is 0, DEGRADED between 0 and 1 (default 0.5)."
    )
    priority: Literal["HIGH", "MEDIUM", "LOW"] | None = Field(
        default=None, description="Priority of its alarms: by default HIGH for DOWN, MEDIUM for DEGRADED."
    )


class ChannelDocument(Element):
    """A stream of values that an asset of this type may have."""

    id: Id | None = None
    datatype: Datatype = Field(description="What it carries: boolean, int, float, string or enum.")
    unit: Text | None = Field(default=None, description="Unit that values are shown in.")
    enum: Name | None = Field(default=None, description="Name of the enum, for datatype enum.")
    stale_after: Text | None = Field(
        default=None, description="ISO 8601 duration after which the last value is stale, e.g. PT5M."
    )
    levels: dict[Literal["DEGRADED", "DOWN"], ThresholdDocument] = Field(
        default_factory=dict[Literal["DEGRADED", "DOWN"], ThresholdDocument],
        description="Thresholds that put the asset on a level; the worst that holds counts.",
    )
    hysteresis: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="How far back past its threshold a value has to come before a level ends, in the channel's unit.",
    )
    hold_down: Text | None = Field(
        default=None,
        description="ISO 8601 duration that values have to be better for before the level is, e.g. PT2M.",
    )
    sets_operability: bool = Field(default=False, description="Whether its level sets the asset's own operability.")
    when_stale: Literal["UNKNOWN", "LAST", "OK"] = Field(
        default="UNKNOWN", description="What the asset's own level is while the channel is stale or unseen."
    )
    formerly: Annotated[list[Name], Field(min_length=1)] | None = Field(
        default=None,
        description="Names that it had, the first of all first: events under them are taken, and its values are kept "
        "under the first. `twin ontology make` writes them in.",
        json_schema_extra={"items": {"type": "string", "pattern": CAMEL}, "uniqueItems": True},
    )
    kept_as: Name | None = Field(
        default=None,
        description="The name that its values are kept under, where it is not the first that it had: values that were "
        "said in another unit or datatype, or of another channel, stay apart. `twin ontology make` writes it in.",
        json_schema_extra={"pattern": CAMEL},
    )
    becomes: Name | None = Field(
        default=None, description="The name that it is going to have; migrations write this themselves."
    )
    description: Text | None = None
    deprecation: DeprecationDocument | None = None


class LifecycleDocument(Element):
    """States of an asset's life and the transitions allowed between them."""

    states: list[str] = Field(min_length=1, description="UPPER_SNAKE_CASE states; the first is that of a new asset.")
    transitions: dict[str, list[str]] = Field(
        default_factory=dict[str, list[str]], description="From each state, the states that may follow."
    )


class AssetTypeDocument(Element):
    """A type of asset."""

    id: Id | None = None
    extends: list[str] = Field(default_factory=list[str], description="Direct supertypes; several are allowed.")
    abstract: bool = Field(default=False, description="No asset is of exactly this type.")
    description: Text | None = None
    display_name: dict[str, Text] = Field(
        default_factory=dict[str, str],
        description="Name for people, by language (BCP 47), e.g. {en: Pump, de: Pumpe}.",
        json_schema_extra=_keys(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
    )
    plural: Name | None = Field(default=None, description="camelCase name of the list of them, e.g. pumps.")
    graphql: Name | None = Field(default=None, description="Name in GraphQL where the type's own is taken.")
    source_of: list[str] = Field(
        default_factory=list[str], description="FLOW relationship types that its assets are sources of."
    )
    properties: dict[str, PropertyDocument] = Field(
        default_factory=dict[str, PropertyDocument], json_schema_extra=_keys(CAMEL)
    )
    channels: dict[str, ChannelDocument] = Field(
        default_factory=dict[str, ChannelDocument], json_schema_extra=_keys(CAMEL)
    )
    lifecycle: LifecycleDocument | None = None
    deprecation: DeprecationDocument | None = None
    closed: Literal[True] | None = Field(
        default=None, description="No asset of it may be made any more; those that are there stay."
    )


class MultiplicityDocument(Element):
    """How many relationships of this type an asset may have at each end."""

    sources: Count = Field(default="0..*", description="How many sources one target may have.")
    targets: Count = Field(default="0..*", description="How many targets one source may have.")


class ImpactDocument(Element):
    """Which way impact travels and what kind of need it is."""

    direction: ImpactDirection = Field(
        description="FORWARD: the source fails, the target suffers. REVERSE: the other way round. BOTH, or NONE."
    )
    kind: ImpactKind = Field(
        default=ImpactKind.REQUIREMENT,
        description="REQUIREMENT: needed to work. FLOW: must come from a source (power, water, reachability).",
    )


class GraphqlFieldsDocument(Element):
    """Names of a relationship type's fields in GraphQL, where the default ones are taken."""

    name: Name | None = Field(default=None, description="Field on the source, e.g. feeds.")
    inverse: Name | None = Field(default=None, description="Field on the target, e.g. fedBy.")


class RelationshipTypeDocument(Element):
    """A type of relationship."""

    id: Id | None = None
    inverse: Name | None = Field(default=None, description="Its name read from the target, UPPER_SNAKE_CASE.")
    from_: list[str] = Field(alias="from", min_length=1, description="Asset types its source may be of.")
    to: list[str] = Field(min_length=1, description="Asset types its target may be of.")
    multiplicity: MultiplicityDocument = Field(default_factory=MultiplicityDocument)
    properties: dict[str, PropertyDocument] = Field(
        default_factory=dict[str, PropertyDocument],
        description="Own properties; with impact, the supply properties (group, needs, ...) come by themselves.",
        json_schema_extra=_keys(CAMEL),
    )
    impact: ImpactDocument | None = None
    containment: bool = Field(default=False, description="Forms the hierarchy: the source contains the target.")
    symmetric: bool = Field(default=False, description="Has no direction: both ends are alike.")
    graphql: GraphqlFieldsDocument | None = None
    description: Text | None = None
    deprecation: DeprecationDocument | None = None
    closed: Literal[True] | None = Field(
        default=None, description="No relationship of it may be made any more; those that are there stay."
    )


class OntologyDocument(Element):
    """A whole ontology, or one file of it."""

    format: Literal["twin-ontology/1"] = Field(description="Version of this format.")
    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,62}$")] = Field(description="Name of the ontology.")
    description: Text | None = None
    compatibility: Compatibility = Field(
        default="BACKWARD", description="What migrations are held to by `twin ontology lint`."
    )
    enums: dict[str, EnumDocument] = Field(default_factory=dict[str, EnumDocument], json_schema_extra=_keys(PASCAL))
    asset_types: dict[str, AssetTypeDocument] = Field(
        default_factory=dict[str, AssetTypeDocument], json_schema_extra=_keys(PASCAL)
    )
    relationship_types: dict[str, RelationshipTypeDocument] = Field(
        default_factory=dict[str, RelationshipTypeDocument], json_schema_extra=_keys(UPPER_SNAKE)
    )
