"""Topologies written as lines of text, and drawn at random."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TypedDict, Unpack

from hypothesis import strategies as st

from graph.impact import (
    AddedRelationship,
    Combine,
    Direction,
    Failure,
    Kind,
    Operability,
    Question,
    RelationshipId,
    Supply,
    SupplyRef,
    Terms,
    Topology,
    build_topology,
    supplies_of,
    terms,
)

ONE = 1_000_000


class Properties(TypedDict, total=False):
    """Supply properties as `terms` takes them."""

    group: str
    needs: float
    combine: str
    capacity: float
    loss_share: float
    delay: timedelta
    open: bool


def need(
    dependant: str, *providers: str, type_: str = "NEEDS", key: str = "", **properties: Unpack[Properties]
) -> list[Supply]:
    """REQUIREMENT supplies from each provider to the dependant."""
    return [
        _supply(provider, dependant, type_, key, Kind.REQUIREMENT, Direction.FORWARD, properties)
        for provider in providers
    ]


def flow(type_: str, provider: str, dependant: str, *, key: str = "", **properties: Unpack[Properties]) -> list[Supply]:
    """A FLOW supply in one direction."""
    return [_supply(provider, dependant, type_, key, Kind.FLOW, Direction.FORWARD, properties)]


def pipe(one: str, other: str, *, type_: str = "PIPE", key: str = "", **properties: Unpack[Properties]) -> list[Supply]:
    """FLOW supplies in both directions."""
    return list(
        supplies_of(
            RelationshipId(type=type_, source=one, target=other, key=key),
            direction=Direction.BOTH,
            kind=Kind.FLOW,
            terms=terms(**properties),
        )
    )


def _supply(
    provider: str, dependant: str, type_: str, key: str, kind: Kind, direction: Direction, properties: Properties
) -> Supply:
    (supply,) = supplies_of(
        RelationshipId(type=type_, source=provider, target=dependant, key=key),
        direction=direction,
        kind=kind,
        terms=terms(**properties),
    )
    return supply


def drawn(*supplies: Iterable[Supply], sources: dict[str, str] | None = None, also: str = "") -> Topology:
    """A topology of these supplies; `sources` gives sources their FLOW types, `also` names further assets."""
    listed = [supply for each in supplies for supply in each]
    assets = {end: frozenset[str]() for supply in listed for end in (supply.provider, supply.dependant)}
    assets |= {each: frozenset[str]() for each in also.split()}
    assets |= {asset: frozenset(types.split()) for asset, types in (sources or {}).items()}
    return build_topology(assets, listed)


def fails(*assets: str) -> Question:
    """Assets that fail together, at once and wholly."""
    return Question(failures=tuple(Failure(asset=asset) for asset in assets))


def without(type_: str, source: str, target: str, key: str | None = None) -> Question:
    """A relationship taken away."""
    return Question(removed=(SupplyRef(type=type_, source=source, target=target, key=key),))


def added(supplies: Iterable[Supply]) -> AddedRelationship:
    """A relationship put in."""
    listed = tuple(supplies)
    return AddedRelationship(relationship=listed[0].relationship, supplies=listed)


def part(share: float) -> Operability:
    """A share as millionths."""
    return Operability(round(share * ONE))


# ---- at random ------------------------------------------------------------------------------------------------------

FLOWS = ("POWER", "WATER")


@st.composite
def topologies(
    draw: st.DrawFn, *, most: int = 7, coarse: bool = False, delays: bool = False, kinds: tuple[Kind, ...] = tuple(Kind)
) -> Topology:
    """Small topologies with loops of all kinds; `coarse` ones keep values on {0, 1/2, 1} if own values are."""
    assets = [chr(ord("a") + number) for number in range(draw(st.integers(2, most)))]
    of = st.sampled_from(assets)
    sources = {asset: frozenset(draw(st.sets(st.sampled_from(FLOWS), max_size=1))) for asset in assets}
    supplies: list[Supply] = []
    agreed: dict[tuple[str, ...], tuple[int, Combine, int]] = {}
    for number in range(draw(st.integers(1, 2 * len(assets)))):
        kind = draw(st.sampled_from(kinds))
        type_ = draw(st.sampled_from(FLOWS)) if kind is Kind.FLOW else "NEEDS"
        both = draw(st.booleans())
        id_ = RelationshipId(type=type_, source=draw(of), target=draw(of), key=str(number))
        name = draw(st.sampled_from([None, "g"]))
        ends = [id_.target, id_.source] if both else [id_.target]
        keys = [_agreement(end, kind, type_, name, number) for end in ends]
        known = [agreed[key] for key in keys if key in agreed]
        of_group = known[0] if known else draw(_of_group(coarse=coarse, kind=kind))
        if any(each != of_group for each in known):
            continue
        agreed |= dict.fromkeys(keys, of_group)
        made = Terms(
            group=name,
            needs=of_group[0],
            combine=of_group[1],
            loss=of_group[2],
            capacity=draw(st.sampled_from([1000, 500, 333, 2000])),
            delay=timedelta(hours=draw(st.sampled_from([0, 0, 1, 3]))) if delays else timedelta(0),
            open=draw(st.integers(0, 9)) == 0,
        )
        direction = Direction.BOTH if both else Direction.FORWARD
        supplies += supplies_of(id_, direction=direction, kind=kind, terms=made)
    return build_topology(sources, supplies)


def _agreement(end: str, kind: Kind, type_: str, name: str | None, number: int) -> tuple[str, ...]:
    if kind is Kind.FLOW:
        return ("F", end, type_, name or "")
    return ("R", end, name) if name else ("R", end, "", str(number))


def _of_group(*, coarse: bool, kind: Kind) -> st.SearchStrategy[tuple[int, Combine, int]]:
    quorum = st.tuples(
        st.sampled_from([1000, 1000, 1000, 2000, 3000, 0]),
        st.just(Combine.QUORUM),
        st.just(ONE) if coarse else st.sampled_from([ONE, ONE, 300_000, 1]),
    )
    if coarse or kind is Kind.FLOW:
        return quorum
    return quorum | st.tuples(
        st.sampled_from([1000, 1500, 700]), st.just(Combine.CAPACITY), st.sampled_from([ONE, 500_000])
    )


def shares(*, coarse: bool = False) -> st.SearchStrategy[Operability]:
    """Operabilities."""
    return (
        st.sampled_from([0, 0, ONE // 2]).map(Operability)
        if coarse
        else st.sampled_from([0, 0, 250_000, 999_999]).map(Operability)
    )


@st.composite
def questions(draw: st.DrawFn, topology: Topology, *, offsets: bool = False, changes: bool = True) -> Question:
    """Questions about a topology."""
    assets = sorted(topology.assets)
    hours = st.sampled_from([0, 0, 1, 2]) if offsets else st.just(0)
    struck = draw(st.lists(st.tuples(st.sampled_from(assets), hours), max_size=3, unique=True))
    relationships = sorted(topology.relationships)
    removed = (
        draw(st.lists(st.sampled_from(relationships), max_size=2, unique=True)) if changes and relationships else []
    )
    new: list[AddedRelationship] = []
    if changes and draw(st.booleans()):
        id_ = RelationshipId(
            type="NEEDS", source=draw(st.sampled_from(assets)), target=draw(st.sampled_from(assets)), key="new"
        )
        new = [added(supplies_of(id_, direction=Direction.FORWARD, kind=Kind.REQUIREMENT, terms=Terms()))]
    closing = [
        each
        for each in relationships
        if each not in removed and any(s.terms.open for s in topology.relationships[each])
    ]
    if changes and closing:
        new += [_closed(topology, each) for each in closing[:1]]
    return Question(
        failures=tuple(
            Failure(asset=asset, operability=draw(shares()), at=timedelta(hours=at)) for asset, at in struck
        ),
        removed=tuple(SupplyRef(type=r.type, source=r.source, target=r.target, key=r.key) for r in removed),
        added=tuple(new),
        maintenance=tuple(draw(st.lists(st.sampled_from(assets), max_size=1))),
    )


def _closed(topology: Topology, id_: RelationshipId) -> AddedRelationship:
    supplies = topology.relationships[id_]
    return added([replace(each, terms=replace(each.terms, open=False)) for each in supplies])
