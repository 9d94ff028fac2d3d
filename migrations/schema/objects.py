"""Constraints and indexes that an ontology needs in Neo4j: a pure function of it, compared with what is there.

Names are made from the content, so that a command can only ever repeat itself: `twin_` things belong to us, two
full-text indexes have fixed names because statements name them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from graph.database import quoted
from graph.ontology.model import AssetType, Datatype, Ontology, PropertyDefinition

ASSET_TEXT = "asset_text"
CHANGE_TOUCHED = "change_touched"


class SchemaKind(StrEnum):
    """What kind of constraint or index."""

    UNIQUE_NODE = "unique node"
    UNIQUE_RELATIONSHIP = "unique relationship"
    RANGE = "range index"
    FULL_TEXT = "full-text index"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaObject:
    """One constraint or index; `entity` is a label or relationship type."""

    name: str
    kind: SchemaKind
    entity: str
    properties: tuple[str, ...]
    analyzer: str | None = None
    eventually_consistent: bool = False

    @property
    def content(self) -> tuple[str, ...]:
        """What it does whatever its name; a full-text index counts its name, for statements use it."""
        if self.kind is not SchemaKind.FULL_TEXT:
            return (self.kind, self.entity, *self.properties)
        options = (self.analyzer or "", str(self.eventually_consistent))
        return (self.kind, self.name, self.entity, *options, *sorted(self.properties))

    @property
    def create(self) -> str:
        """The command that makes it; harmless where it exists."""
        head = f"{quoted(self.name)} IF NOT EXISTS FOR"
        match self.kind:
            case SchemaKind.UNIQUE_NODE:
                return f"CREATE CONSTRAINT {head} (n:{quoted(self.entity)}) REQUIRE ({self._listed('n')}) IS UNIQUE"
            case SchemaKind.UNIQUE_RELATIONSHIP:
                ends = f"()-[r:{quoted(self.entity)}]-()"
                return f"CREATE CONSTRAINT {head} {ends} REQUIRE ({self._listed('r')}) IS UNIQUE"
            case SchemaKind.RANGE:
                return f"CREATE RANGE INDEX {head} (n:{quoted(self.entity)}) ON ({self._listed('n')})"
            case SchemaKind.FULL_TEXT:
                return (
                    f"CREATE FULLTEXT INDEX {head} (n:{quoted(self.entity)}) ON EACH [{self._listed('n')}] "
                    f"OPTIONS {{indexConfig: {{`fulltext.analyzer`: '{self.analyzer}', "
                    f"`fulltext.eventually_consistent`: {str(self.eventually_consistent).lower()}}}}}"
                )

    @property
    def place(self) -> tuple[str, tuple[str, ...]]:
        """What it is on: label or relationship type, and properties."""
        return self.entity, self.properties

    @property
    def drop(self) -> str:
        """The command that takes it away; harmless where it is gone."""
        constraint = self.kind in (SchemaKind.UNIQUE_NODE, SchemaKind.UNIQUE_RELATIONSHIP)
        return f"DROP {'CONSTRAINT' if constraint else 'INDEX'} {quoted(self.name)} IF EXISTS"

    def __str__(self) -> str:
        return f"{self.name}: {self.kind} on {self.entity} ({', '.join(self.properties)})"

    def _listed(self, variable: str) -> str:
        return ", ".join(f"{variable}.{quoted(name)}" for name in self.properties)


def system_schema() -> tuple[SchemaObject, ...]:
    """Return what the twin needs whatever the ontology."""
    return (
        *ledger_schema(),
        _unique("asset_id", "Asset", "_tenant", "_id"),
        _unique("change_revision", "_Change", "_tenant", "revision"),
        _unique("change_idempotency", "_Change", "_tenant", "actor", "idempotencyKey"),
        _unique("external_id", "_ExternalId", "_tenant", "system", "id"),
        _unique("state", "_State", "_tenant", "_id"),
        _unique("state_change", "_StateChange", "_tenant", "revision"),
        _unique("state_counter", "_StateCounter", "_tenant"),
        _unique("position", "_Position", "_tenant", "group", "topic", "number"),
        _unique("tenant", "_Tenant", "_tenant"),
        _unique("asset_count", "_AssetCount", "_tenant", "type"),
        _unique("token", "_Token", "hash"),
        _unique("token_id", "_Token", "id"),
        _unique("load", "_Load", "_tenant", "id"),
        _unique("consumer", "_Consumer", "name"),
        _unique("document", "_Document", "id"),
        _unique("usage", "_Usage", "day", "tenant", "consumer", "document", "operation"),
        SchemaObject(name="twin_asset_name", kind=SchemaKind.RANGE, entity="Asset", properties=("_tenant", "name")),
        SchemaObject(
            name=CHANGE_TOUCHED,
            kind=SchemaKind.FULL_TEXT,
            entity="_Change",
            properties=("_tenant", "touched"),
            analyzer="keyword",
            eventually_consistent=True,
        ),
    )


def ledger_schema() -> tuple[SchemaObject, ...]:
    """Return what the ledger itself needs: made before anything else, for the lease rests on it."""
    return (
        _unique("lease", "_Lease", "name"),
        _unique("migration", "_Migration", "revision"),
        _unique("ontology", "_Ontology", "name"),
        _unique("ledger_entry", "_LedgerEntry", "number"),
    )


def wanted_schema(ontology: Ontology) -> tuple[SchemaObject, ...]:
    """Return every constraint and index that a database of this ontology has, in the order they are made."""
    return (
        *system_schema(),
        *(_made(SchemaKind.UNIQUE_RELATIONSHIP, "key", name, "_key") for name in sorted(ontology.relationship_types)),
        *(_made(SchemaKind.RANGE, "id", name, "_tenant", "_id") for name in sorted(ontology.asset_types)),
        *(
            _made(SchemaKind.RANGE, "name", each.name, "_tenant", "name")
            for each in _sorted(ontology)
            if not each.abstract
        ),
        *(_of_property(definition) for definition in _searched(ontology)),
        *(
            _made(SchemaKind.RANGE, "listed", each.name, "_tenant", name, "name")
            for each in _sorted(ontology)
            for name, definition in each.properties.items()
            if definition.listed and not each.abstract
        ),
        SchemaObject(
            name=ASSET_TEXT,
            kind=SchemaKind.FULL_TEXT,
            entity="Asset",
            properties=("_tenant", "_id", "name", *_texts(ontology)),
            analyzer="standard-no-stop-words",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaDifference:
    """What a database lacks, has too much of ours, and has not finished building."""

    missing: tuple[SchemaObject, ...]
    extra: tuple[SchemaObject, ...]

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that make what is missing; what is in its way is dropped first."""
        return tuple(
            command
            for wanted in self.missing
            for command in (*(found.drop for found in self.in_the_way(wanted)), wanted.create)
        )

    def in_the_way(self, wanted: SchemaObject) -> tuple[SchemaObject, ...]:
        """Return what must go before `wanted` can be made: of its name, or an index or constraint on the same."""
        return tuple(
            found
            for found in self.extra
            if found.name == wanted.name
            or (SchemaKind.FULL_TEXT not in (found.kind, wanted.kind) and found.place == wanted.place)
        )

    @property
    def replaced(self) -> frozenset[str]:
        """Names of what goes or is made anew by the commands."""
        gone = {found.name for wanted in self.missing for found in self.in_the_way(wanted)}
        return frozenset({*gone, *(wanted.name for wanted in self.missing)})


def difference(wanted: Iterable[SchemaObject], found: Iterable[SchemaObject]) -> SchemaDifference:
    """Return what is missing of `wanted`, and what of `found` is ours by its name yet not wanted."""
    wanted, found = tuple(wanted), tuple(found)
    there = {each.content for each in found}
    asked = {each.content for each in wanted}
    return SchemaDifference(
        missing=tuple(each for each in wanted if each.content not in there),
        extra=tuple(each for each in found if is_ours(each.name) and each.content not in asked),
    )


def is_ours(name: str) -> bool:
    """Say whether a constraint or index of this name was made by us."""
    return name.startswith("twin_") or name in (ASSET_TEXT, CHANGE_TOUCHED)


def _searched(ontology: Ontology) -> Iterator[PropertyDefinition]:
    for asset_type in _sorted(ontology):
        for definition in asset_type.properties.values():
            if definition.declared_by == asset_type.name and (definition.unique or definition.indexed):
                yield definition


def _sorted(ontology: Ontology) -> list[AssetType]:
    return [ontology.asset_types[name] for name in sorted(ontology.asset_types)]


def _of_property(definition: PropertyDefinition) -> SchemaObject:
    kind = SchemaKind.UNIQUE_NODE if definition.unique else SchemaKind.RANGE
    prefix = "unique" if definition.unique else "index"
    return _made(kind, prefix, definition.declared_by, "_tenant", definition.name)


def _texts(ontology: Ontology) -> list[str]:
    return sorted({each.name for each in _searched(ontology) if each.datatype is Datatype.STRING} - {"name"})


def _unique(name: str, label: str, *properties: str) -> SchemaObject:
    return SchemaObject(name=f"twin_{name}", kind=SchemaKind.UNIQUE_NODE, entity=label, properties=properties)


def _made(kind: SchemaKind, prefix: str, entity: str, *properties: str) -> SchemaObject:
    # Long names are cut and two may then be alike; the digest of the content keeps them apart.
    digest = hashlib.sha256("\0".join((kind, entity, *properties)).encode()).hexdigest()[:8]
    readable = "_".join(("twin", prefix, entity, *(part for part in properties if not part.startswith("_"))))
    return SchemaObject(name=f"{readable[:54]}_{digest}", kind=kind, entity=entity, properties=properties)
