"""The topology that a question is asked of: assets, the FLOW types each is a source of, supplies and their groups.

Checked when built, so that what evaluates it needs no checks. Plain values by asset id; `network.py` turns them into
positions for the work itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from graph.errors import NotFound, ValueInvalid
from graph.impact.errors import Ambiguous, GroupDisagrees, UnknownRelationship
from graph.impact.quantity import FULL
from graph.impact.supply import Combine, Kind, RelationshipId, Supply, SupplyRef


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupId:
    """A redundancy group: (dependant, kind, for FLOW the relationship type, name).

    `name` is "" for the one group that unnamed supplies of a FLOW type share; an unnamed REQUIREMENT is a group of its
    own and carries its relationship in `alone`.
    """

    dependant: str
    kind: Kind
    flow_type: str = ""
    name: str = ""
    alone: RelationshipId | None = None

    @property
    def label(self) -> str:
        """What an answer calls the group."""
        return self.name or self.flow_type or str(self.alone)

    @property
    def order(self) -> tuple[str, ...]:
        """Sorts the groups of one dependant, so that ties are broken the same way every time.

        FLOW first, by type and name; then requirements, those without a name first, by provider and relationship.
        """
        named = (self.kind, self.flow_type, self.name)
        alone = self.alone
        if alone is None:
            return named
        provider = alone.target if alone.source == self.dependant else alone.source
        return (*named, provider, alone.type, alone.source, alone.target, alone.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group with its members, which agree on `needs` (thousandths), `combine` and `loss` (millionths)."""

    id: GroupId
    needs: int
    combine: Combine
    loss: int
    supplies: tuple[Supply, ...]

    @property
    def relationship_type(self) -> str | None:
        """The type that all members share, or None."""
        types = {supply.relationship.type for supply in self.supplies}
        return types.pop() if len(types) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Assets (id -> FLOW types it is a source of), supplies, groups by id, and relationships with what they supply.

    Make one with `build_topology`, which checks it.
    """

    assets: Mapping[str, frozenset[str]]
    supplies: tuple[Supply, ...]
    groups: Mapping[GroupId, Group]
    relationships: Mapping[RelationshipId, tuple[Supply, ...]]

    def find(self, references: Sequence[SupplyRef]) -> Iterator[RelationshipId]:
        """Yield the one relationship that each reference means; one look at all relationships, however many are asked.

        Raises UnknownRelationship, or Ambiguous where `key` is None and several fit, when it comes to that reference.
        """
        known: dict[tuple[str, str, str], list[RelationshipId]] = {
            (each.type, each.source, each.target): [] for each in references
        }
        for each in self.relationships if known else ():
            if (parallel := known.get((each.type, each.source, each.target))) is not None:
                parallel.append(each)
        for each in references:
            yield meant(each, sorted(known[each.type, each.source, each.target]))

    def presumed_sources(self) -> Mapping[str, frozenset[str]]:
        """By FLOW type, the assets that feed others though nothing feeds them and nothing calls them a source."""
        feeds: dict[str, set[str]] = defaultdict(set)
        fed: dict[str, set[str]] = defaultdict(set)
        for supply in self.supplies:
            if supply.flow_type is not None:
                feeds[supply.flow_type].add(supply.provider)
                fed[supply.flow_type].add(supply.dependant)
        return {
            flow: frozenset(asset for asset in feeds[flow] - fed[flow] if flow not in self.assets[asset])
            for flow in sorted(feeds)
        }

    def changed(
        self, *, removed: Iterable[RelationshipId], added: Mapping[RelationshipId, tuple[Supply, ...]]
    ) -> Topology:
        """This topology with `removed` relationships open and `added` ones in place (replacing those that exist)."""
        opened = frozenset(removed)
        kept = [
            replace(supply, terms=replace(supply.terms, open=True)) if supply.relationship in opened else supply
            for supply in self.supplies
            if supply.relationship not in added
        ]
        new = [supply for supplies in added.values() for supply in supplies]
        return build_topology(self.assets, [*kept, *new])


def meant(reference: SupplyRef, parallel: Sequence[RelationshipId]) -> RelationshipId:
    """The one of several parallel relationships that a reference means. Raises UnknownRelationship or Ambiguous."""
    found = [each for each in parallel if reference.key is None or each.key == reference.key]
    if not found:
        raise UnknownRelationship(
            f"No relationship {reference} that carries impact",
            expected="type, from, to and key of a relationship whose type has an impact direction",
            hint="Ends are given as stored: from the source to the target",
        )
    if len(found) > 1:
        raise Ambiguous(
            f"{len(found)} relationships {reference}",
            expected="one of the keys " + ", ".join(repr(each.key) for each in found),
            hint="Give the key of the one that is meant",
        )
    return found[0]


def build_topology(assets: Mapping[str, frozenset[str]], supplies: Iterable[Supply]) -> Topology:
    """A checked topology.

    Raises NotFound (UNKNOWN_ASSET) for a supply whose end isn't among `assets`, GroupDisagrees naming both
    relationships, ValueInvalid for CAPACITY in FLOW, a QUORUM that needs a fraction, or numbers outside their range.
    """
    listed = tuple(supplies)
    members: dict[GroupId, list[Supply]] = {}
    relationships: dict[RelationshipId, list[Supply]] = {}
    for supply in listed:
        _check(supply, assets)
        members.setdefault(group_of(supply), []).append(supply)
        siblings = relationships.setdefault(supply.relationship, [])
        if any(each.dependant == supply.dependant for each in siblings):
            raise _invalid(supply, "relationship", "a relationship once", f"twice from {supply.provider}")
        siblings.append(supply)
    return Topology(
        assets=MappingProxyType(dict(assets)),
        supplies=listed,
        groups=MappingProxyType({group: _group(group, of) for group, of in members.items()}),
        relationships=MappingProxyType({each: tuple(of) for each, of in relationships.items()}),
    )


def group_of(supply: Supply) -> GroupId:
    """The group that a supply belongs to at its dependant."""
    name = supply.terms.group
    if supply.kind is Kind.FLOW:
        return GroupId(dependant=supply.dependant, kind=Kind.FLOW, flow_type=supply.relationship.type, name=name or "")
    if name:
        return GroupId(dependant=supply.dependant, kind=Kind.REQUIREMENT, name=name)
    return GroupId(dependant=supply.dependant, kind=Kind.REQUIREMENT, alone=supply.relationship)


def _group(id: GroupId, supplies: list[Supply]) -> Group:  # noqa: A002
    first, *others = supplies
    for other in others:
        if other.terms.of_group != first.terms.of_group:
            raise GroupDisagrees(
                f"Group {id.label} of {id.dependant}: {first.relationship} and {other.relationship} disagree",
                place=id.dependant,
                expected=_said(first),
                actual=_said(other),
                hint="All members must have the same needs, combine and loss (an unset one counts as its default)",
            )
    needs, combine, loss = first.terms.of_group
    return Group(id=id, needs=needs, combine=combine, loss=loss, supplies=tuple(supplies))


def _said(supply: Supply) -> str:
    needs, combine, loss = supply.terms.of_group
    return f"needs {needs / 1000:g}, combine {combine}, loss {loss / FULL:g}"


def _check(supply: Supply, assets: Mapping[str, frozenset[str]]) -> None:
    terms = supply.terms
    for end in (supply.provider, supply.dependant):
        if end not in assets:
            raise NotFound(f"No asset {end}", place=str(supply.relationship), expected="an asset of the topology")
    if supply.kind is Kind.FLOW and terms.combine is Combine.CAPACITY:
        raise _invalid(supply, "combine", "QUORUM: in a loop of FLOW a CAPACITY would feed itself", "CAPACITY")
    if terms.combine is Combine.QUORUM and terms.needs % 1000:
        raise _invalid(supply, "needs", "a whole number of members", f"{terms.needs / 1000:g}")
    if terms.needs < 0 or terms.capacity < 0:
        raise _invalid(supply, "needs", "needs and capacity not below 0", f"{terms.needs}, {terms.capacity}")
    if not 0 < terms.loss <= FULL:
        raise _invalid(supply, "loss", "more than 0, at most 1", f"{terms.loss / FULL:g}")


def _invalid(supply: Supply, name: str, expected: str, actual: str) -> ValueInvalid:
    return ValueInvalid(
        "A supply that can't be", place=f"{supply.relationship}: {name}", expected=expected, actual=actual
    )
