"""Change sets from the contract's input, and the rows of what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from strawberry import UNSET

from app.graphql.inputs.given import given, given_texts
from app.graphql.types.inputs import AssetInput, ChangeInput, ChangeSetInput, RelationshipInput
from app.receipts import receipt_json
from graph.changes import (
    Change,
    ChangeSet,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    Receipt,
    UpsertAsset,
    UpsertRelationship,
)
from graph.errors import Problem, RevisionConflict, ValueInvalid
from graph.identity import Revision
from graph.ontology.advice import told
from graph.ontology.model import Json
from graph.reading import Row


def change_set(wanted: ChangeSetInput) -> ChangeSet:
    """The change set that an input means. Raises ValueInvalid where properties are no object."""
    revision = given(wanted.expected_revision)
    return ChangeSet(
        changes=tuple(_change(number, change) for number, change in enumerate(wanted.changes)),
        idempotency_key=given(wanted.idempotency_key),
        expected_revision=None if revision is None else Revision(revision),
        dry_run=bool(wanted.dry_run),
    )


def applied(receipt: Receipt) -> Row:
    """The row of a change set that was written."""
    return {"__typename": "ChangesApplied", **receipt_json(receipt)}


def rejected(problems: Iterable[Problem], *, names: bool) -> Row:
    """The row of a change set that broke rules; without `names` it tells none of the ontology that it didn't have."""
    return {"__typename": "ChangesRejected", "problems": [problem_row(told(each, names=names)) for each in problems]}


def conflicting(conflict: RevisionConflict) -> Row:
    """The row of a change set whose author looked at something older."""
    return {
        "__typename": "RevisionConflict",
        "expected": conflict.expected_revision,
        "actual": conflict.actual_revision,
    }


def _change(number: int, wanted: ChangeInput) -> Change:
    if wanted.upsert_asset:
        return _asset(f"changes[{number}].upsertAsset", wanted.upsert_asset)
    if wanted.delete_asset:
        return DeleteAsset(id=wanted.delete_asset.id, cascade=bool(wanted.delete_asset.cascade))
    if wanted.upsert_relationship:
        return _relationship(f"changes[{number}].upsertRelationship", wanted.upsert_relationship)
    assert wanted.delete_relationship, "GraphQL lets exactly one be given"
    reference = wanted.delete_relationship
    return DeleteRelationship(
        type=reference.type, source=reference.from_, target=reference.to, key=given(reference.key)
    )


def _asset(place: str, wanted: AssetInput) -> UpsertAsset:
    external = given(wanted.external_ids)
    return UpsertAsset(
        id=wanted.id,
        type=wanted.type,
        name=given(wanted.name),
        properties=properties(place, wanted.properties),
        external_ids=tuple(ExternalId(system=each.system, id=each.id) for each in external)
        if external is not None
        else None,
        source_of=given_texts(wanted.source_of),
        parents=given_texts(wanted.parents),
        replace=bool(wanted.replace),
    )


def _relationship(place: str, wanted: RelationshipInput) -> UpsertRelationship:
    return UpsertRelationship(
        type=wanted.type,
        source=wanted.from_,
        target=wanted.to,
        key=given(wanted.key),
        properties=properties(place, wanted.properties),
    )


def properties(place: str, wanted: object) -> dict[str, Json]:
    """Properties as an object; left out or null is an empty one. Raises ValueInvalid for anything else."""
    if wanted is None or wanted is UNSET:
        return {}
    if not isinstance(wanted, dict):
        raise ValueInvalid(
            "Properties are an object",
            place=f"{place}.properties",
            expected='values by name, like {"ratedFlow": 12.5}',
            actual=repr(wanted)[:80],
        )
    return cast("dict[str, Json]", wanted)


def problem_row(problem: Problem) -> Row:
    """The row of a problem."""
    return {
        "code": problem.code,
        "message": problem.message,
        "place": problem.place,
        "change": problem.change,
        "asset": problem.asset,
        "property": problem.property,
        "expected": problem.expected,
        "actual": problem.actual,
        "hint": problem.hint,
    }
