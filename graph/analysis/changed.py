"""Relationships that a question puts in or takes away, as the ontology understands them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from graph.analysis.errors import PropertiesInvalid
from graph.analysis.request import NewRelationship
from graph.errors import NotFound, TwinError, ValueInvalid
from graph.impact import AddedRelationship, Direction, Kind, RelationshipId, SupplyRef, Terms, supplies_of, terms
from graph.ontology import Json, Ontology, RelationshipType, Stored, TypeCodec
from graph.snapshot import Snapshot


def added_relationships(
    wanted: tuple[NewRelationship, ...], ontology: Ontology, snapshot: Snapshot
) -> tuple[AddedRelationship, ...]:
    """Each with the supplies it gives.

    Raises UnknownType, PropertiesInvalid, ValueInvalid or NotFound, naming the place in the question.
    """
    found: list[AddedRelationship] = []
    for number, each in enumerate(wanted):
        try:
            found.append(_added(each, ontology, snapshot))
        except TwinError as refusal:
            inner = f".{refusal.place}" if refusal.place else ""
            refusal.place = f"addedRelationships[{number}]{inner}"
            raise
    return tuple(found)


def removed_relationships(wanted: tuple[SupplyRef, ...], ontology: Ontology) -> tuple[SupplyRef, ...]:
    """Each with its ends as they are stored."""
    return tuple(_as_stored(each, ontology.relationship_types.get(each.type)) for each in wanted)


def _as_stored(wanted: SupplyRef, kind: RelationshipType | None) -> SupplyRef:
    if kind is None:
        return wanted
    source, target = kind.ends(wanted.source, wanted.target)
    return replace(wanted, source=source, target=target)


def _added(wanted: NewRelationship, ontology: Ontology, snapshot: Snapshot) -> AddedRelationship:
    kind = ontology.relationship_type(wanted.type)
    if not kind.is_supply:
        raise ValueInvalid(
            f"No impact travels along {kind.name}",
            place="type",
            expected="a relationship type with an impact direction: "
            + ", ".join(sorted(each.name for each in ontology.supply_types)),
            actual=kind.name,
        )
    _check_end("from", wanted.source, kind.sources_allowed, snapshot)
    _check_end("to", wanted.target, kind.targets_allowed, snapshot)
    source, target = kind.ends(wanted.source, wanted.target)
    relationship = RelationshipId(type=kind.name, source=source, target=target, key=wanted.key)
    return AddedRelationship(
        relationship=relationship,
        supplies=supplies_of(
            relationship,
            direction=Direction(kind.impact.value),
            kind=Kind(kind.kind.value),
            terms=_terms(kind, wanted.properties),
        ),
    )


def _check_end(place: str, asset: str, allowed: frozenset[str], snapshot: Snapshot) -> None:
    kind = snapshot.kind_of(asset)
    if kind is None:
        raise NotFound(
            f"No asset {asset}",
            place=place,
            expected="the id of an asset",
            actual=asset,
            hint="Look it up by search or external id",
        )
    if kind not in allowed:
        raise ValueInvalid(
            f"{asset} can't stand there", place=place, expected="one of " + ", ".join(sorted(allowed)), actual=kind
        )


def _terms(kind: RelationshipType, properties: Mapping[str, Json]) -> Terms:
    checked = TypeCodec(kind).change(properties)
    if checked.problems:
        raise PropertiesInvalid(f"These properties don't fit {kind.name}", checked.problems)
    stored = checked.values
    group, combine, delay = stored.get("group"), stored.get("combine"), stored.get("delay")
    return terms(
        group=group if isinstance(group, str) else None,
        needs=_number(stored.get("needs")),
        combine=combine if isinstance(combine, str) else None,
        capacity=_number(stored.get("capacity")),
        loss_share=_number(stored.get("loss")),
        delay=delay if isinstance(delay, timedelta) else None,
        open=stored.get("open") is True,
        place="properties",
    )


def _number(stored: Stored | None) -> float | None:
    return stored if isinstance(stored, int | float) else None
