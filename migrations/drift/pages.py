"""What is judged of a page of assets together with what hangs on them: counts, cycles, groups, sources.

The statements that count and read groups are those that writing is judged by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.changes.images import End, Group, GroupTerms, Link
from graph.changes.rules import LinkRule, Rulebook
from graph.changes.statements import of_type, of_types, sorted_types
from graph.ontology.model import ImpactDirection, ImpactKind
from migrations.drift.kinds import DriftKind
from migrations.drift.reading import Reader
from migrations.drift.report import Tally
from queries import Query

_INWARD = (ImpactDirection.FORWARD, ImpactDirection.BOTH)
_OUTWARD = (ImpactDirection.REVERSE, ImpactDirection.BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Assets of one tenant: id and the type each is taken for."""

    tenant: str
    types: Mapping[str, str]

    def of(self, allowed: Iterable[str]) -> list[str]:
        """Return the ids of assets of these types."""
        wanted = frozenset(allowed)
        return [asset for asset, kind in self.types.items() if kind in wanted]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJudge:
    """Judges pages one by one."""

    rules: Rulebook
    reader: Reader
    tally: Tally

    async def judge(self, page: Page) -> None:
        """Count everything that is wrong with how the assets of a page hang together."""
        await self._judge_counts(page)
        await self._judge_cycles(page)
        await self._judge_groups(page)
        await self._judge_sources(page)

    async def _judge_counts(self, page: Page) -> None:
        for rule in self.rules.links.values():
            ends = [End.OUT] if rule.type.symmetric else [End.IN, End.OUT]
            for end in (end for end in ends if end in rule.bounded):
                ids = page.of(rule.type.targets_allowed if end is End.IN else rule.type.sources_allowed)
                if ids:
                    await self._judge_count(page, rule, end, ids)

    async def _judge_count(self, page: Page, rule: LinkRule, end: End, ids: Sequence[str]) -> None:
        name = "changes/count_sources" if end is End.IN else "changes/count_targets"
        if rule.type.symmetric:
            name = "changes/count_partners"
        limit = rule.limit(end)
        for asset, count in await self._rows(of_type(name, rule.type.name), page, {"ids": ids}):
            if count < limit.minimum or (limit.maximum is not None and count > limit.maximum):
                other = "sources" if end is End.IN else "targets"
                self._add(page, DriftKind.MULTIPLICITY, asset, f"{count} {other} by {rule.type.name}, not {limit}")

    async def _judge_cycles(self, page: Page) -> None:
        if not self.rules.containment:
            return
        query = of_types("drift/find_cycles", sorted_types(self.rules.containment))
        for asset in sorted(await self._rows(query, page, {"ids": list(page.types)})):
            self._add(page, DriftKind.CONTAINMENT_CYCLE, asset, await self._cycle(page, asset))

    async def _cycle(self, page: Page, asset: str) -> str:
        """Return the way back to the asset, for the first few; it costs a statement each."""
        if self.tally.count(DriftKind.CONTAINMENT_CYCLE) >= self.tally.most:
            return ""
        query = of_types("changes/read_ancestry", sorted_types(self.rules.containment))
        parents: defaultdict[str, list[str]] = defaultdict(list)
        for _, source, target, _ in await self._rows(query, page, {"ids": [asset]}):
            parents[target].append(source)
        trail = _way_back(asset, parents)
        return " in ".join(trail if len(trail) <= 12 else [*trail[:6], "…", *trail[-5:]])

    async def _judge_groups(self, page: Page) -> None:
        said: defaultdict[Group, dict[GroupTerms, Link]] = defaultdict(dict)
        supplies = [rule for rule in self.rules.links.values() if rule.supply is not None]
        flows = sorted(rule.type.name for rule in supplies if rule.type.kind is ImpactKind.FLOW)
        for name, directions in (("changes/read_groups_in", _INWARD), ("changes/read_groups_out", _OUTWARD)):
            types = sorted_types(rule.type.name for rule in supplies if rule.type.impact in directions)
            if not types:
                continue
            asked = {"ids": list(page.types), "flows": flows, "known": []}
            for dependant, kind, group, needs, combine, loss, source, target, key in await self._rows(
                of_types(name, types), page, asked
            ):
                supply = self.rules.links[kind].supply
                assert supply is not None, "only supplies were asked for"
                terms = supply.terms_of(needs, combine, loss)
                said[supply.group_at(dependant, group)].setdefault(terms, Link(kind, source, target, key))
        for group, terms in said.items():
            if len(terms) > 1:
                first, second = sorted(terms.values())[:2]
                self._add(page, DriftKind.GROUP_DISAGREES, group[0], f"{first} and {second} disagree")

    async def _judge_sources(self, page: Page) -> None:
        for rule in self.rules.links.values():
            kind = rule.type
            # Along BOTH whoever feeds is fed as well.
            if kind.kind is not ImpactKind.FLOW or kind.impact is ImpactDirection.BOTH:
                continue
            sources = {name for name, rule in self.rules.assets.items() if kind.name in rule.type.sources}
            ids = [asset for asset, name in page.types.items() if name not in sources]
            if not ids:
                continue
            asked = {"ids": ids, "flow": kind.name}
            for asset, goes in await self._rows(of_type("drift/find_one_sided", kind.name), page, asked):
                if goes is (kind.impact is ImpactDirection.FORWARD):
                    self._add(page, DriftKind.PRESUMED_SOURCE, asset, f"of {kind.name}")

    async def _rows(self, query: Query, page: Page, parameters: Mapping[str, object]) -> Sequence[Any]:
        # Each of these statements answers with one record that holds all rows.
        return (await self.reader.rows(query, parameters, page.tenant))[0][0]

    def _add(self, page: Page, kind: DriftKind, asset: str, detail: str) -> None:
        self.tally.add(kind, asset, detail, tenant=page.tenant)


def _way_back(asset: str, parents: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a way up from an asset that leads back to it."""
    below = {asset: ""}
    waiting = [asset]
    while waiting:
        at = waiting.pop(0)
        for parent in sorted(parents.get(at, ())):
            if parent == asset:
                trail = [at]
                while below[trail[-1]]:
                    trail.append(below[trail[-1]])
                return [*trail[::-1], asset]
            if parent not in below:
                below[parent] = at
                waiting.append(parent)
    return [asset]
