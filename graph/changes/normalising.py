"""From a change set as sent to a draft: types found, ids checked, values stored; all that is wrong in itself noted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import assert_never

from graph.changes.draft import AssetDelete, AssetWrite, Draft, LinkDelete, LinkWrite, Operation
from graph.changes.faults import Faults
from graph.changes.images import ExternalRef
from graph.changes.model import (
    Change,
    ChangeSet,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    Presence,
    UpsertAsset,
    UpsertRelationship,
)
from graph.changes.request import LIMITS, Limits, Request
from graph.changes.rules import LinkRule, Rulebook, ValueRules
from graph.errors import LimitExceeded, UnitInvalid, ValueInvalid
from graph.ontology.advice import nearest
from graph.ontology.codec import Stored
from graph.ontology.model import Json

NOTHING: frozenset[str] = frozenset()
NAME_BYTES = 1024


def normalise(rules: Rulebook, request: Request, limits: Limits = LIMITS) -> Draft:
    """Return the request as a draft. Never raises: what is wrong with it is in the draft."""
    digest = None if request.change_set.idempotency_key is None else digest_of(request.change_set)
    count = len(request.change_set.changes)
    if count > limits.changes:
        return Draft(request=request, operations=(), problems=(), digest=digest, refusal=_too_many(count, limits))
    normaliser = _Normaliser(rules, request.change_set)
    key = normaliser.key(request)
    operations = tuple(normaliser.operation(index) for index in range(count))
    return Draft(
        request=request, operations=operations, problems=tuple(normaliser.faults.found), key=key, digest=digest
    )


def digest_of(change_set: ChangeSet) -> str:
    """Return SHA-256 of what the caller asked for, in hex; its idempotency key is no part of it."""
    asked = {
        "changes": [[type(change).__name__, _asked(change)] for change in change_set.changes],
        "expectedRevision": change_set.expected_revision,
        "operation": change_set.operation,
    }
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _asked(change: Change) -> dict[str, object]:
    """Return what a change asks for.

    What demands nothing of what is there is left out: once there was no such word, and receipts outlive our versions.
    """
    asked = asdict(change)
    if isinstance(change, UpsertAsset) and change.presence is Presence.ANY:
        del asked["presence"]
    if isinstance(change, UpsertAsset) and not change.retype:
        del asked["retype"]
    if isinstance(change, DeleteAsset) and change.type is None:
        del asked["type"]
    return asked


def _too_many(count: int, limits: Limits) -> LimitExceeded:
    return LimitExceeded(
        "Too many changes in one change set",
        place="changes",
        expected=f"at most {limits.changes}",
        actual=str(count),
        hint="Send several change sets, or load them with `twin load`",
    )


class _Normaliser:
    def __init__(self, rules: Rulebook, change_set: ChangeSet) -> None:
        self._rules = rules
        self._changes = change_set.changes
        self.faults = Faults()

    def key(self, request: Request) -> str | None:
        """Return the idempotency key that counts: dry runs have none."""
        key = request.change_set.idempotency_key
        if key is None or request.change_set.dry_run or not self.faults.check_key(key):
            return None
        return key

    def operation(self, index: int) -> Operation:
        change = self._changes[index]
        match change:
            case UpsertAsset():
                return self._asset_write(index, change)
            case UpsertRelationship():
                return self._link_write(index, change)
            case DeleteAsset():
                self.faults.enter(index, "deleteAsset", change.id)
                sound = self.faults.check_id(".id", change.id)
                return AssetDelete(index, change.id, change.cascade, sound, change.type)
            case DeleteRelationship():
                self.faults.enter(index, "deleteRelationship", change.source)
                rule = self._named(change, self._link_rule(change.type))
                source, target = _ends(rule, change.source, change.target)
                return LinkDelete(index, rule, source, target, change.key)
            case _:
                assert_never(change)

    def _asset_write(self, index: int, change: UpsertAsset) -> AssetWrite:
        faults = self.faults
        faults.enter(index, "upsertAsset", change.id)
        sound = faults.check_id(".id", change.id)
        rule = self._rules.assets.get(change.type)
        if rule is None:
            faults.add(
                "UNKNOWN_TYPE",
                f"The ontology has no asset type {change.type[:63]!r}",
                at=".type",
                expected="an asset type of the ontology",
                actual=change.type[:63],
                hint=nearest(change.type[:63], self._rules.assets),
            )
        elif rule.type.abstract:
            faults.add(
                "TYPE_ABSTRACT",
                f"{change.type} is abstract: no asset is just that",
                at=".type",
                expected="a type that is not abstract",
                actual=change.type,
                hint="Take one of its subtypes: " + ", ".join(rule.type.subtypes[:10]),
            )
        values, faulty = self._values(change.properties, rule and rule.values, change.type)
        named = change.name is None or faults.check_text(".name", change.name, NAME_BYTES)
        return AssetWrite(
            index,
            change.id,
            rule if rule is not None and not rule.type.abstract and sound else None,
            change.name if named else None,
            values,
            faulty,
            None if change.external_ids is None else self._external_ids(change.external_ids),
            None if change.source_of is None else self._source_of(change.source_of),
            None if change.parents is None else self._parents(change.parents),
            change.replace,
            change.presence,
            change.retype,
        )

    def _link_write(self, index: int, change: UpsertRelationship) -> LinkWrite:
        self.faults.enter(index, "upsertRelationship", change.source)
        rule = self._link_rule(change.type)
        values, faulty = self._values(change.properties, rule and rule.values, change.type)
        rule = self._named(change, rule)
        source, target = _ends(rule, change.source, change.target)
        return LinkWrite(index, rule, source, target, change.key, values, faulty)

    def _named(self, change: UpsertRelationship | DeleteRelationship, rule: LinkRule | None) -> LinkRule | None:
        """Return the rule if ends and key can be names at all: what can't be is never asked for."""
        sound = self.faults.check_id(".from", change.source)
        sound &= self.faults.check_id(".to", change.target)
        if change.key:
            sound &= self.faults.check_id(".key", change.key)
        return rule if sound else None

    def _link_rule(self, name: str) -> LinkRule | None:
        rule = self._rules.links.get(name)
        if rule is None:
            self.faults.add(
                "UNKNOWN_TYPE",
                f"The ontology has no relationship type {name[:63]!r}",
                at=".type",
                expected="a relationship type of the ontology",
                actual=name[:63],
                hint=nearest(name[:63], self._rules.links),
            )
        return rule

    def _values(
        self, properties: Mapping[str, Json], rules: ValueRules | None, owner: str
    ) -> tuple[Mapping[str, Stored | None], frozenset[str]]:
        values: dict[str, Stored | None] = {}
        if rules is None or not properties:
            return values, NOTHING
        faulty: set[str] = set()
        stores = rules.stores
        for name, value in properties.items():
            store = stores.get(name)
            if store is None:
                self._refuse_property(name, rules, owner)
            elif value is None:
                values[name] = None
            else:
                try:
                    values[name] = store(value)
                except (ValueInvalid, UnitInvalid) as error:
                    faulty.add(name)
                    self.faults.add_value(error, name)
        return values, frozenset(faulty) if faulty else NOTHING

    def _refuse_property(self, name: str, rules: ValueRules, owner: str) -> None:
        if name in rules.unwritable:
            self.faults.add(
                "NOT_WRITABLE",
                f"{name} of {owner} can't be written",
                at=f".properties.{name}",
                property=name,
                expected="properties that callers may write",
                actual=name,
                hint="Leave it out",
            )
            return
        self.faults.add(
            "UNKNOWN_PROPERTY",
            f"{owner} has no property {name[:63]!r}",
            at=f".properties.{name[:63]}",
            property=name[:63],
            expected=f"a property of {owner}",
            actual=name[:63],
            hint=nearest(name[:63], rules.codecs),
        )

    def _external_ids(self, given: tuple[ExternalId, ...]) -> tuple[ExternalRef, ...]:
        sound: set[ExternalRef] = set()
        for position, each in enumerate(given):
            system = self.faults.check_id(f".externalIds[{position}].system", each.system)
            if self.faults.check_id(f".externalIds[{position}].id", each.id) and system:
                sound.add(ExternalRef(each.system, each.id))
        return tuple(sorted(sound))

    def _parents(self, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            parent for position, parent in enumerate(given) if self.faults.check_id(f".parents[{position}]", parent)
        )

    def _source_of(self, given: tuple[str, ...]) -> tuple[str, ...]:
        flows = {kind.name: kind for kind in self._rules.ontology.flow_types}
        for position, name in enumerate(given):
            if name not in flows:
                self.faults.add(
                    "VALUE_INVALID" if name in self._rules.links else "UNKNOWN_TYPE",
                    f"{name[:63]!r} is not a FLOW relationship type",
                    at=f".sourceOf[{position}]",
                    expected="a relationship type whose kind is FLOW",
                    actual=name[:63],
                    hint=f"FLOW types are {', '.join(sorted(flows))}" if flows else "The ontology has no FLOW type",
                )
        return tuple(sorted(set(given) & flows.keys()))


def _ends(rule: LinkRule | None, source: str, target: str) -> tuple[str, str]:
    return (source, target) if rule is None else rule.type.ends(source, target)
