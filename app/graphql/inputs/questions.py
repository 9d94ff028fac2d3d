"""Questions about impact and its kin from the contract's input."""

from __future__ import annotations

from datetime import timedelta

from strawberry import UNSET

from app.graphql.inputs.change_sets import properties
from app.graphql.types.inputs import Failure, ImpactInput, RelationshipInput, SupplyRef
from graph import impact
from graph.analysis import ImpactRequest, NewRelationship
from graph.errors import ValueInvalid
from graph.impact import Baseline, operability
from graph.reading import Chance


def impact_request(given: ImpactInput) -> ImpactRequest:
    """The question that an input means. Raises ValueInvalid, naming the place."""
    return ImpactRequest(
        failures=tuple(_failure(number, each) for number, each in enumerate(given.failures)),
        removed=tuple(_reference(each) for each in given.removed_relationships or ()),
        added=tuple(_added(number, each) for number, each in enumerate(given.added_relationships or ())),
        maintenance=tuple(given.maintenance or ()),
        baseline=Baseline(given.baseline) if given.baseline else Baseline.NOMINAL,
        horizon=given.horizon if isinstance(given.horizon, timedelta) else None,
    )


def chance(probability_by: str | None, mission_time: timedelta | None) -> Chance | None:
    """Where the probability of failure comes from. Raises ValueInvalid for a time without a property."""
    if probability_by is None and mission_time is not None:
        raise ValueInvalid(
            "A mission time says nothing without failure rates",
            place="missionTime",
            expected="the property that holds them in `probabilityBy`",
        )
    return None if probability_by is None else Chance(property=probability_by, mission_time=mission_time)


def _failure(number: int, given: Failure) -> impact.Failure:
    falls_to = 0 if given.operability is None else given.operability
    return impact.Failure(
        asset=given.asset,
        operability=operability(falls_to, place=f"failures[{number}].operability"),
        at=given.at or timedelta(0),
    )


def _reference(given: SupplyRef) -> impact.SupplyRef:
    return impact.SupplyRef(
        type=given.type, source=given.from_, target=given.to, key=None if given.key is UNSET else given.key
    )


def _added(number: int, given: RelationshipInput) -> NewRelationship:
    return NewRelationship(
        type=given.type,
        source=given.from_,
        target=given.to,
        key=given.key or "",
        properties=properties(f"addedRelationships[{number}]", given.properties),
    )
