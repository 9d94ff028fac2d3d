"""Names: how each kind is spelled, which are taken, and what is made from them."""

from __future__ import annotations

import re

NAME_LENGTH = 63


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PASCAL = r"^[A-Z][A-Za-z0-9]{0,62}$"
CAMEL = r"^[a-z][A-Za-z0-9]{0,62}$"
UPPER_SNAKE = r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$"

PROPERTY_NAMES_TAKEN = _words("""
    id name type properties externalIds sourceOf parents ancestors children descendants dependencies dependents
    relationships state health history revision
    """)
GRAPHQL_WORDS_TAKEN = _words("""
    and or not within true false null
    """)
RELATIONSHIP_PROPERTY_NAMES_TAKEN = _words("""
    key type from to properties revision node cursor and or not
    """)
ROOT_FIELDS_TAKEN = _words("""
    asset assetByExternalId assets aggregate search subgraph paths impact rootCause singlePointsOfFailure cutSets
    criticality criticalityProgress compareImpact maintenanceCheck ontology migrations migrationPlan changes revision
    alarm alarms deadLetters service
    """)
GRAPHQL_TYPES_TAKEN = _words("""
    Int Float String Boolean ID Date DateTime Duration JSON Long Query Mutation Subscription
    Direction Level Baseline SortDirection Measure
    Asset ExternalId AssetConnection AssetEdge PageInfo Relationship RelationshipConnection RelationshipEdge
    AssetFilter StringFilter PropertyFilter AssetOrder Subgraph Path SearchHit Truncation MeasureInput AggregateRow
    Failure SupplyRef ImpactInput ImpactAnalysis LevelCount TypeCount ContainerCount ImpactedConnection ImpactedEdge
    ImpactedAsset Proof ProofMember ProofStep RootCauseInput Symptom RootCauseAnalysis RootCause Explained
    ImpactComparison ComparedImpact LevelDifference TypeDifference ImpactDifference DifferenceEdge DifferenceConnection
    MaintenanceCheckInput PlannedWork MaintenanceCheck WorkImpact LoweredAsset
    CutSetAnalysis ProbabilityBounds Importance CriticalityConnection CriticalityEdge Criticality CriticalityProgress
    AssetState ChannelState HistoryConnection HistoryEdge HistoryPoint LevelTransition Health
    Ontology AssetType PropertyDefinition ChannelDefinition RelationshipType Deprecation MigrationRecord
    MigrationApproval MigrationProgress MigrationPlan MigrationStep MigrationSchemaChange MigrationBrokenOperation
    MigrationRun ChangeConnection ChangeEdge Change ChangeEntry ChangeSetInput ChangeInput ExternalIdInput AssetInput
    DeleteAssetInput RelationshipInput ApplyChangesResult ChangesApplied ChangesRejected RevisionConflict Problem
    StateChange
    Alarm AlarmState AlarmPriority AlarmAction AlarmTransition AlarmCause AlarmFlood AlarmEdge AlarmConnection
    AlarmChange AlarmFilter DeadLetter DeadLetterConnection DeadLetterEdge DeadLetterReplay DeadLetterReplays
    ServiceStatus ServiceObjective ObjectiveState BurnRate EventSource
    GeoPoint BooleanFilter DateFilter DateTimeFilter DecimalFilter DurationFilter FloatFilter IDFilter LongFilter
    PresenceFilter TextFilter TextListFilter Combine GeoPointInput RelationshipEndInput
    BooleanListFilter DateListFilter DateTimeListFilter DecimalListFilter DurationListFilter FloatListFilter
    LongListFilter CombineFilter
    """)

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[0-9]+")
_SAME_IN_PLURAL = _words("""
    equipment information series species chassis staff data hvac
    """)
_IRREGULAR = {"person": "people", "child": "children", "man": "men", "woman": "women", "shelf": "shelves"}
_ENDINGS = (
    (re.compile(r"(.*)(ware|gear)$"), r"\1\2"),
    (re.compile(r"(.*[^aeiou])y$"), r"\1ies"),
    (re.compile(r"(.*)sis$"), r"\1ses"),
    (re.compile(r"(.*(?:s|x|z|ch|sh))$"), r"\1es"),
)


def plural_field(type_name: str) -> str:
    """Return the camelCase plural of an asset type's name, e.g. `coolingTowers` of `CoolingTower`.

    The rules are our own and fixed, because the result is a name in the API: a dictionary that learns would rename it.
    An author who wants another word writes `plural`.
    """
    words = _WORDS.findall(type_name) or [type_name]
    first, last = words[0].lower(), _plural_word(words[-1].lower())
    if len(words) == 1:
        return last
    return first + "".join(words[1:-1]) + last.capitalize()


def _plural_word(word: str) -> str:
    if word in _SAME_IN_PLURAL:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, plural in _ENDINGS:
        if ending.match(word):
            return ending.sub(plural, word)
    return f"{word}s"


def camel_field(relationship_name: str) -> str:
    """Return the camelCase field of an UPPER_SNAKE_CASE name, e.g. `poweredBy` of `POWERED_BY`."""
    first, *rest = relationship_name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def graphql_types_of(name: str) -> tuple[str, ...]:
    """Return all GraphQL types that an asset type called `name` there brings with it."""
    parts = ("Filter", "Order", "Connection", "Edge", "Group", "Measure", "Create", "Update", "Written", "Result")
    return (name, f"Any{name}", *(f"{name}{part}" for part in parts))


def mutations_of(name: str) -> tuple[str, str, str]:
    """Return the mutations that create, update and delete assets of the type called `name` in GraphQL.

    No other mutation is called so: names that begin with one of these words belong to the ontology's types.
    """
    return (f"create{name}", f"update{name}", f"delete{name}")


def graphql_types_of_field(field: str) -> tuple[str, ...]:
    """Return all GraphQL types that a relationship type's field (its name there, or that of its inverse) brings."""
    name = f"{field[:1].upper()}{field[1:]}Relationship"
    return tuple(f"{name}{part}" for part in ("Connection", "Edge", "EdgeFilter", "Filter", "Input", "Order", "Update"))


def graphql_types_of_enum(name: str) -> tuple[str, ...]:
    """Return all GraphQL types that an enum brings with it."""
    return (name, f"{name}Filter", f"{name}ListFilter")
