"""Reads into a world what the change sets of one transaction need to be judged by, in a few statements for all of them.

What a set can't need is not read: no counts where any number is allowed, no ancestors of what is newly made, and so on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from graph.changes.draft import Draft, LinkWrite
from graph.changes.images import AssetImage, End, ExternalRef, Link, LinkImage, Member
from graph.changes.request import Limits
from graph.changes.rules import LinkRule, Rulebook, SupplyRule
from graph.changes.statements import of_property, of_type, of_types, sorted_types
from graph.changes.wanted import Wanted, wanted_by
from graph.changes.world import World
from graph.database import Parameters, ReadUnit, Row
from graph.database.native import to_driver
from graph.identity import Tenant
from graph.ontology.model import ImpactDirection, ImpactKind
from queries import Query, named

GROUP_PROPERTIES = frozenset({"group", "needs", "combine", "loss"})
_IN = (ImpactDirection.FORWARD, ImpactDirection.BOTH)
_OUT = (ImpactDirection.REVERSE, ImpactDirection.BOTH)


async def read_world(
    unit: ReadUnit, rules: Rulebook, drafts: Sequence[Draft], *, tenant: Tenant, limits: Limits
) -> World:
    """Return the world that `drafts` can be judged in, one after the other."""
    reader = _Reader(unit, rules, tenant, limits)
    await reader.read(wanted_by(drafts))
    return reader.world


class _Reader:
    def __init__(self, unit: ReadUnit, rules: Rulebook, tenant: Tenant, limits: Limits) -> None:
        self._unit = unit
        self._rules = rules
        self._limits = limits
        self._containment = sorted_types(rules.containment)
        self.world = World(rules, tenant)

    async def read(self, wanted: Wanted) -> None:
        await self._read_assets(wanted.whole)
        await self._read_ends(wanted.ends)
        await self._read_names(wanted)
        await self._read_links(wanted)
        await self._read_parents(wanted.placed)
        await self._read_doomed(wanted)
        await self._read_counts(wanted)
        await self._read_neighbours()
        await self._read_ancestry(wanted)
        await self._read_groups(wanted)

    async def _rows(self, query: Query, parameters: Parameters) -> list[Row]:
        # A record costs the driver tens of microseconds, so each statement answers with one that holds all rows.
        return (await self._unit.rows(query, parameters))[0][0]

    # ---- assets ------------------------------------------------------------------------------------------------------

    async def _read_assets(self, ids: Iterable[str]) -> None:
        missing = sorted(asset for asset in ids if asset not in self.world.whole)
        if not missing:
            return
        for asset, labels, properties, external in await self._rows(named("changes/read_assets"), {"ids": missing}):
            kind = self._rules.type_of(labels)
            image = AssetImage(
                kind,
                properties["name"],
                self._rules.assets[kind].values.received(properties),
                tuple(sorted(ExternalRef(system, name) for system, name in external)),
                tuple(sorted(properties.get("_sourceOf", ()))),
            )
            self.world.know_asset(asset, image, properties["_rev"])

    async def _read_ends(self, ids: Iterable[str]) -> None:
        missing = sorted(asset for asset in ids if asset not in self.world.whole and asset not in self.world.assets)
        if not missing:
            return
        rows = await self._rows(named("changes/read_types"), {"ids": missing})
        for asset, labels, revision in rows:
            self.world.know_type(asset, self._rules.type_of(labels), revision)

    async def _read_names(self, wanted: Wanted) -> None:
        if wanted.names:
            names = [list(name) for name in sorted(wanted.names)]
            for system, name, asset in await self._rows(named("changes/find_external_ids"), {"names": names}):
                self.world.names[ExternalRef(system, name)].add(asset)
        for (label, name), values in sorted(wanted.uniques.items()):
            asked = list(values)
            sent = [to_driver(values[value]) for value in asked]
            query = of_property("changes/find_unique_holders", label, name)
            for position, asset in await self._rows(query, {"values": sent}):
                self.world.holders[label, name, asked[position]].add(asset)

    # ---- relationships -----------------------------------------------------------------------------------------------

    async def _read_links(self, wanted: Wanted) -> None:
        there = self.world.assets
        exact: defaultdict[str, list[str]] = defaultdict(list)
        for link in wanted.exact:
            if link.source in there and link.target in there:
                exact[link.type].append(self.world.key_of(link))
        for name in sorted(exact):
            self._know_links(
                name, await self._rows(of_type("changes/read_relationships", name), {"keys": sorted(exact[name])})
            )
        loose: defaultdict[str, list[list[str]]] = defaultdict(list)
        for name, source, target in sorted(wanted.loose):
            if source in there and target in there:
                loose[name].append([source, target])
        for name in sorted(loose):
            query = of_type("changes/read_relationships_between", name)
            self._know_links(name, await self._rows(query, {"pairs": loose[name]}))

    async def _read_parents(self, ids: Iterable[str]) -> None:
        present = self._present(ids)
        if present and self._containment:
            query = of_types("changes/read_parents", self._containment)
            for kind, *row in await self._rows(query, {"ids": present}):
                self._know_links(kind, [row])

    def _know_links(self, kind: str, rows: Iterable[Row]) -> None:
        values = self._rules.links[kind].values
        for source, target, key, properties in rows:
            self.world.know_link(
                Link(kind, source, target, key), LinkImage(values.received(properties)), properties["_rev"]
            )

    # ---- what a deletion takes along ---------------------------------------------------------------------------------

    async def _read_doomed(self, wanted: Wanted) -> None:
        """Read what may be deleted, with all its relationships."""
        doomed = set(self._present(wanted.deleted))
        if wanted.cascades:
            doomed |= await self._read_contents(wanted)
            await self._read_assets(doomed)
        if doomed:
            query = named("changes/read_incident_relationships")
            for kind, *row in await self._rows(query, {"ids": sorted(doomed)}):
                self._know_links(kind, [row])

    async def _read_contents(self, wanted: Wanted) -> set[str]:
        """Read the containments below what is deleted by cascade, and below what may be moved there before."""
        reached: set[str] = set()
        found: set[str] = set()
        waiting = set(wanted.cascades)
        while waiting:
            reached |= waiting
            below = await self._read_below(self._present(waiting))
            found |= below
            reached |= below
            waiting = {child for parent, child in wanted.contained if parent in reached and child not in reached}
        return found | set(self._present(reached))

    async def _read_below(self, ids: list[str]) -> set[str]:
        if not ids or not self._containment:
            return set()
        most = self._limits.deleted
        below: defaultdict[str, set[str]] = defaultdict(set)
        query = of_types("changes/read_contents", self._containment)
        for root, kind, source, target, key in await self._rows(query, {"ids": ids, "limit": most + 1}):
            below[root].add(target)
            self.world.know_containment(Link(kind, source, target, key))
        self.world.vast.update(root for root, assets in below.items() if len(assets) > most)
        return {asset for root, assets in below.items() if root not in self.world.vast for asset in assets}

    async def _read_neighbours(self) -> None:
        """Read the other ends of what may come to go, where they must keep some of it."""
        bounded = (link for link in self.world.links if self._rules.links[link.type].bounded)
        await self._read_ends({end for link in bounded for end in (link.source, link.target)})

    # ---- what the rules count ----------------------------------------------------------------------------------------

    async def _read_counts(self, wanted: Wanted) -> None:
        spots: defaultdict[tuple[str, End], set[str]] = defaultdict(set)
        for kind, source, target in self._moving(wanted):
            rule = self._rules.links[kind]
            ends = [(End.IN, target), (End.OUT, source)]
            if rule.type.symmetric:
                ends += [(End.IN, source), (End.OUT, target)]
            for end, asset in ends:
                if end in rule.bounded:
                    spots[kind, end].add(asset)
        for (kind, end), assets in sorted(spots.items()):
            await self._count(self._rules.links[kind], end, assets)

    def _moving(self, wanted: Wanted) -> set[tuple[str, str, str]]:
        """Type and ends of every relationship that may come or go."""
        moving = {link[:3] for link in wanted.exact} | wanted.loose | {link[:3] for link in self.world.links}
        for parent, child in wanted.contained:
            moving.update((name, parent, child) for name in self._containment)
        return moving

    async def _count(self, rule: LinkRule, end: End, assets: Iterable[str]) -> None:
        name = "changes/count_sources" if end is End.IN else "changes/count_targets"
        if rule.type.symmetric:
            name = "changes/count_partners"
        for asset, count in await self._rows(of_type(name, rule.type.name), {"ids": sorted(set(assets))}):
            self.world.counts[asset, rule.type.name, end] = count

    # ---- hierarchy and groups ----------------------------------------------------------------------------------------

    async def _read_ancestry(self, wanted: Wanted) -> None:
        """Read what is above containers whose new contents may themselves contain something."""
        containers = {parent for parent, _ in wanted.contained}
        asked = self._present(
            parent
            for parent, child in wanted.contained
            if (child in self.world.assets or child in containers) and not self._contained(parent, child)
        )
        if asked:
            query = of_types("changes/read_ancestry", self._containment)
            for kind, source, target, key in await self._rows(query, {"ids": asked}):
                self.world.know_containment(Link(kind, source, target, key))

    def _contained(self, parent: str, child: str) -> bool:
        return any(link.source == parent for link in self.world.parents.get(child, ()))

    async def _read_groups(self, wanted: Wanted) -> None:
        dependants: set[str] = set()
        types: set[str] = set()
        for write, rule in wanted.supplies:
            supply, ends = rule.supply, Link(rule.type.name, write.source, write.target, write.key or "")
            if supply is not None and self._may_disagree(write, ends, supply, wanted):
                dependants.update(supply.dependants(ends))
                types.add(rule.type.name)
        asked = self._present(dependants)
        if asked:
            await self._read_terms(asked, self._sharing(types))

    def _may_disagree(self, write: LinkWrite, ends: Link, supply: SupplyRule, wanted: Wanted) -> bool:
        there = [self.world.links[link] for link in self.world.between.get(ends[:3], ())]
        if there and wanted.only_writes and not GROUP_PROPERTIES & write.values.keys():
            return False
        if supply.kind is ImpactKind.FLOW or write.values.get("group") is not None:
            return True
        return any(image is not None and "group" in image.properties for image in there)

    def _sharing(self, types: set[str]) -> list[LinkRule]:
        """Rules of all types that may be members of one group with these."""
        kinds = [self._rules.links[name] for name in types]
        requirements = any(rule.type.kind is ImpactKind.REQUIREMENT for rule in kinds)
        flows = {rule.type.name for rule in kinds if rule.type.kind is ImpactKind.FLOW}
        return [
            rule
            for name, rule in self._rules.links.items()
            if rule.supply is not None
            and (name in flows or (requirements and rule.type.kind is ImpactKind.REQUIREMENT))
        ]

    async def _read_terms(self, dependants: list[str], rules: list[LinkRule]) -> None:
        # Those are judged as they will be, the others as they are.
        known = [self.world.key_of(link) for link in self.world.links if self._is_supply(link)]
        flows = sorted(rule.type.name for rule in rules if rule.type.kind is ImpactKind.FLOW)
        for name, directions in (("changes/read_groups_in", _IN), ("changes/read_groups_out", _OUT)):
            types = sorted_types(rule.type.name for rule in rules if rule.type.impact in directions)
            if not types:
                continue
            parameters: Mapping[str, object] = {"ids": dependants, "flows": flows, "known": known}
            for row in await self._rows(of_types(name, types), parameters):
                self._know_terms(row)

    def _know_terms(self, row: Row) -> None:
        dependant, kind, group, needs, combine, loss, source, target, key = row
        supply = self._rules.links[kind].supply
        assert supply is not None
        member = Member(Link(kind, source, target, key), supply.terms_of(needs, combine, loss))
        self.world.settled[supply.group_at(dependant, group)].append(member)

    def _is_supply(self, link: Link) -> bool:
        return self._rules.links[link.type].supply is not None

    def _present(self, ids: Iterable[str]) -> list[str]:
        return sorted({asset for asset in ids if self.world.assets.get(asset) is not None})
