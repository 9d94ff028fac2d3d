"""The kinds of drift, each with what it means and what would repair it. The documentation's table is made from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class DriftKind(StrEnum):
    """What is otherwise than the ontology says."""

    ONTOLOGY_CHANGED = "ONTOLOGY_CHANGED"
    MIGRATION_UNFINISHED = "MIGRATION_UNFINISHED"
    LEDGER_TAMPERED = "LEDGER_TAMPERED"
    CONSTRAINT_MISSING = "CONSTRAINT_MISSING"
    CONSTRAINT_EXTRA = "CONSTRAINT_EXTRA"
    INDEX_MISSING = "INDEX_MISSING"
    INDEX_EXTRA = "INDEX_EXTRA"
    INDEX_OFFLINE = "INDEX_OFFLINE"
    TENANT_INVALID = "TENANT_INVALID"
    COUNTER_MISSING = "COUNTER_MISSING"
    COUNTER_BEHIND = "COUNTER_BEHIND"
    COUNTER_ONTOLOGY = "COUNTER_ONTOLOGY"
    COUNT_WRONG = "COUNT_WRONG"
    NODE_UNKNOWN = "NODE_UNKNOWN"
    ASSET_UNIDENTIFIED = "ASSET_UNIDENTIFIED"
    ASSET_DOUBLED = "ASSET_DOUBLED"
    LABEL_UNKNOWN = "LABEL_UNKNOWN"
    LABEL_MISSING = "LABEL_MISSING"
    TYPE_UNKNOWN = "TYPE_UNKNOWN"
    NAME_INVALID = "NAME_INVALID"
    REVISION_INVALID = "REVISION_INVALID"
    SOURCE_INVALID = "SOURCE_INVALID"
    PROPERTY_UNKNOWN = "PROPERTY_UNKNOWN"
    DATATYPE_WRONG = "DATATYPE_WRONG"
    VALUE_INVALID = "VALUE_INVALID"
    REQUIRED_MISSING = "REQUIRED_MISSING"
    NOT_UNIQUE = "NOT_UNIQUE"
    EXTERNAL_ID_LOST = "EXTERNAL_ID_LOST"
    STATE_WRONG = "STATE_WRONG"
    STATE_LEFT = "STATE_LEFT"
    RELATIONSHIP_UNKNOWN = "RELATIONSHIP_UNKNOWN"
    RELATIONSHIP_KEY = "RELATIONSHIP_KEY"
    RELATIONSHIP_DOUBLED = "RELATIONSHIP_DOUBLED"
    ENDS_INVALID = "ENDS_INVALID"
    TENANTS_CROSSED = "TENANTS_CROSSED"
    MULTIPLICITY = "MULTIPLICITY"
    CONTAINMENT_CYCLE = "CONTAINMENT_CYCLE"
    GROUP_DISAGREES = "GROUP_DISAGREES"
    PRESUMED_SOURCE = "PRESUMED_SOURCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftMeaning:
    """What a kind means and what repairs it; `note`: worth knowing, but nothing is wrong."""

    meaning: str
    repair: str
    note: bool = False


_BY_CHANGE = "write it anew by `applyChanges` or `twin load`"
_BY_HAND = "`twin neo4j shell`"
_KEPT = "`name`, `name_` and `name_received` of `:_State`"

_MEANINGS: Mapping[DriftKind, tuple[str, str]] = {
    DriftKind.ONTOLOGY_CHANGED: (
        "The stored ontology is not the one that the ledger's last version gave",
        "Put the database back to a saved state; `twin ontology status` shows what the ledger says",
    ),
    DriftKind.MIGRATION_UNFINISHED: (
        "A version was begun and not ended; until then data may follow the one before or after it",
        "`twin ontology apply` goes on where it stopped",
    ),
    DriftKind.LEDGER_TAMPERED: (
        "The ledger is not what the chain over it says: somebody changed it by hand",
        "Put the database back to a saved state; or say what is known: `twin ontology repair --reason ...`",
    ),
    DriftKind.CONSTRAINT_MISSING: (
        "A uniqueness that writers rely on is not guarded",
        "`twin ontology apply` makes it, once nothing is doubled",
    ),
    DriftKind.CONSTRAINT_EXTRA: (
        "A constraint on the twin's data that the ontology doesn't ask for; it may refuse what is right",
        f"`DROP CONSTRAINT <name>` by {_BY_HAND}",
    ),
    DriftKind.INDEX_MISSING: ("An index is not there; lists and searches are slow", "`twin ontology apply` makes it"),
    DriftKind.INDEX_EXTRA: (
        "An index on the twin's data that the ontology doesn't ask for; it costs each write",
        f"`DROP INDEX <name>` by {_BY_HAND}, or ask for it: `indexed: true`, then `twin ontology make`",
    ),
    DriftKind.INDEX_OFFLINE: (
        "An index is being filled, or could not be",
        "Neo4j fills it by itself; where it stays so, its log says why; drop it, and `twin ontology apply` remakes it",
    ),
    DriftKind.TENANT_INVALID: (
        "A tenant's name that no door takes, so nobody can ask for its data",
        f"Set `_tenant` of its nodes by {_BY_HAND}",
    ),
    DriftKind.COUNTER_MISSING: (
        "A tenant has assets and no counter of revisions",
        f"Create it with the largest `_rev` as its `revision` and the stored hash as its `ontology`, by {_BY_HAND}",
    ),
    DriftKind.COUNTER_BEHIND: (
        "`_rev` is beyond the newest revision of the tenant: put back from another state, or written by hand",
        f"Set the counter's `revision` to the largest `_rev` by {_BY_HAND}, while nothing writes",
    ),
    DriftKind.COUNTER_ONTOLOGY: (
        "A tenant's counter names another ontology than the stored one; its writers are refused",
        f"`twin ontology apply` with the next version sets all; or set its `ontology` to the stored hash by {_BY_HAND}",
    ),
    DriftKind.COUNT_WRONG: (
        "A tenant has more or fewer assets of a type than `totalCount` says: some were made or deleted by hand",
        f"`REMOVE t.counted` of the tenant's counter by {_BY_HAND}; the next write counts anew",
    ),
    DriftKind.NODE_UNKNOWN: (
        "A node that is neither an asset nor the system's; no door shows it",
        f"Delete it, or load it as an asset of a type; look at it by {_BY_HAND}",
    ),
    DriftKind.ASSET_UNIDENTIFIED: (
        "An asset without a tenant, or without an id that doors take; no door finds it",
        f"Set `_tenant` and `_id`, or delete it, by {_BY_HAND}",
    ),
    DriftKind.ASSET_DOUBLED: (
        "Two assets of a tenant have one id",
        f"Delete one of them, or give it another `_id`, by {_BY_HAND}; then `twin ontology apply` for the constraint",
    ),
    DriftKind.LABEL_UNKNOWN: (
        "An asset has a label beside those of its type",
        f"`REMOVE a:Label` by {_BY_HAND}; or add the type to the document and `twin ontology make`",
    ),
    DriftKind.LABEL_MISSING: (
        "An asset lacks labels of its supertypes; lists of these leave it out, and it escapes their constraints",
        f"`SET a:Label` by {_BY_HAND}",
    ),
    DriftKind.TYPE_UNKNOWN: (
        "An asset's labels are those of no type: abstract ones alone, of several types, or unknown ones",
        f"Set the labels of its type by {_BY_HAND}; or add the type to the document and `twin ontology make`",
    ),
    DriftKind.NAME_INVALID: ("An asset's name is missing or no text", _BY_CHANGE),
    DriftKind.REVISION_INVALID: (
        "`_rev` is missing or no whole number above 0, so nobody can tell when it last changed",
        f"Set it to the tenant's newest revision by {_BY_HAND}",
    ),
    DriftKind.SOURCE_INVALID: ("`_sourceOf` names what is no FLOW relationship type", f"{_BY_CHANGE} (`sourceOf`)"),
    DriftKind.PROPERTY_UNKNOWN: (
        "A property that the type doesn't have; no door shows it",
        f"`REMOVE a.property` by {_BY_HAND}; or add it to the document and `twin ontology make` (`add_property`)",
    ),
    DriftKind.DATATYPE_WRONG: (
        "A value of another datatype than the property's",
        f"{_BY_CHANGE} (null removes it); of many, a migration that converts them",
    ),
    DriftKind.VALUE_INVALID: (
        "A value out of range, not of the pattern or enum, or in another spelling than writing stores",
        f"{_BY_CHANGE}; or widen the rule in the document and `twin ontology make`",
    ),
    DriftKind.REQUIRED_MISSING: ("A required property has no value", _BY_CHANGE),
    DriftKind.NOT_UNIQUE: (
        "Several assets hold a value that only one may have",
        f"{_BY_CHANGE}, with another value; then `twin ontology apply` for the constraint",
    ),
    DriftKind.EXTERNAL_ID_LOST: (
        "An id of another system stands for no asset, or for several",
        f"Delete it by {_BY_HAND}, and give the asset its ids anew (`externalIds`)",
    ),
    DriftKind.STATE_WRONG: (
        "What is kept of a channel's last reading is not of the channel's datatype, or can't be read",
        f"let the next event say it anew, or `REMOVE` it ({_KEPT}) by {_BY_HAND}; of many, say another `keptAs`",
    ),
    DriftKind.RELATIONSHIP_UNKNOWN: (
        "Relationships of a type that the ontology doesn't have; no door shows them",
        f"Delete them by {_BY_HAND}; or add the type to the document and `twin ontology make`",
    ),
    DriftKind.RELATIONSHIP_KEY: (
        "`_key` or `key` of a relationship is missing or not what its ends give; loading again would double it",
        f"Delete it by {_BY_HAND}, and {_BY_CHANGE}",
    ),
    DriftKind.RELATIONSHIP_DOUBLED: (
        "Two relationships of one type have one `_key`",
        f"Delete one of them by {_BY_HAND}; then `twin ontology apply` for the constraint",
    ),
    DriftKind.ENDS_INVALID: (
        "A relationship joins what its type may not join",
        "Delete it by `applyChanges` (`deleteRelationship`), or let the type take these ends and `twin ontology make`",
    ),
    DriftKind.TENANTS_CROSSED: ("A relationship joins assets of two tenants", f"Delete it by {_BY_HAND}"),
    DriftKind.MULTIPLICITY: (
        "An asset has more or fewer relationships of a type than it may",
        "Add or delete some by `applyChanges` or `twin load`; or change the multiplicity and `twin ontology make`",
    ),
    DriftKind.CONTAINMENT_CYCLE: (
        "An asset contains itself, however far down",
        "Delete one of the containments by `applyChanges` (`deleteRelationship`)",
    ),
    DriftKind.GROUP_DISAGREES: (
        "Members of a supply group disagree on it, or a supply says what none may say; questions about impact fail",
        f"{_BY_CHANGE}, with the same `needs`, `combine` and `loss` in all members",
    ),
}

MEANINGS: Mapping[DriftKind, DriftMeaning] = MappingProxyType(
    {
        **{
            kind: DriftMeaning(meaning=meaning, repair=repair[0].upper() + repair[1:])
            for kind, (meaning, repair) in _MEANINGS.items()
        },
        DriftKind.STATE_LEFT: DriftMeaning(
            meaning="State that was kept of a channel that is gone, or of one in another unit or datatype; no door "
            "shows it, and the way back to an earlier version finds it again",
            repair=f"Leave it; or where nobody goes back, `REMOVE` it ({_KEPT}) by {_BY_HAND}",
            note=True,
        ),
        DriftKind.PRESUMED_SOURCE: DriftMeaning(
            meaning="An asset feeds others though nothing feeds it and nothing calls it a source: it counts as one",
            repair="Where it is one, say so: `sourceOf` of the asset or of its type; else add what feeds it",
            note=True,
        ),
    }
)
