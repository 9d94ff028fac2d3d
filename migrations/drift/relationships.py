"""One relationship as it is stored, against the ontology: key, ends, values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.changes.rules import LinkRule
from graph.identity import Tenant, id_fault, relationship_key
from graph.ontology.model import ImpactKind
from migrations.drift.assets import ASSET, AssetJudge
from migrations.drift.kinds import DriftKind
from migrations.drift.report import Tally
from migrations.drift.values import Place, judge_values

SYSTEM = frozenset({"_key", "_rev", "key"})


@dataclass(frozen=True, slots=True)
class End:
    """An end of a relationship as it was read; nothing of it need be there."""

    tenant: object
    id: object
    labels: Sequence[str]

    @property
    def sound(self) -> bool:
        """Whether it is an asset that doors can find."""
        return isinstance(self.tenant, str) and isinstance(self.id, str) and ASSET in self.labels


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A relationship as it was read; values are the driver's."""

    element: str
    key: str
    properties: Mapping[str, Any]
    source: End
    target: End


class LinkJudge:
    """Judges relationships one by one."""

    def __init__(self, assets: AssetJudge, tally: Tally) -> None:
        self._assets = assets
        self._tally = tally

    def judge(self, row: LinkRow, rule: LinkRule) -> None:
        """Count everything that is wrong with one relationship."""
        place = place_of(rule.type.name, row.source, row.target)
        revision = row.properties.get("_rev")
        if type(revision) is not int or revision < 1:
            self._add(DriftKind.REVISION_INVALID, place, f"_rev is {'missing' if revision is None else repr(revision)}")
        if self._ends_stand(row, rule, place):
            self._judge_key(row, rule, place)
        judge_values(self._tally, place, rule.values, row.properties, SYSTEM)
        self._judge_supply(row, rule, place)

    def _ends_stand(self, row: LinkRow, rule: LinkRule, place: Place) -> bool:
        source, target = row.source, row.target
        if not (source.sound and target.sound):
            lost = " and ".join(word for word, end in (("source", source), ("target", target)) if not end.sound)
            self._add(DriftKind.ENDS_INVALID, place, f"its {lost} is no asset with tenant and id")
            return False
        if source.tenant != target.tenant:
            self._add(DriftKind.TENANTS_CROSSED, place, f"from tenant {source.tenant} to tenant {target.tenant}")
            return False
        kinds = self._assets.type_of(source.labels), self._assets.type_of(target.labels)
        if kinds[0] is not None and kinds[1] is not None and not rule.fits(kinds[0], kinds[1]):
            allowed = f"{' or '.join(rule.type.from_types)} to {' or '.join(rule.type.to_types)}"
            detail = f"from {kinds[0]} to {kinds[1]}, where only {allowed} may be"
            self._add(DriftKind.ENDS_INVALID, place, detail)
        return True

    def _judge_key(self, row: LinkRow, rule: LinkRule, place: Place) -> None:
        public = row.properties.get("key", "")
        if not isinstance(public, str) or ("key" in row.properties and id_fault(public) is not None):
            self._add(DriftKind.RELATIONSHIP_KEY, place, "its key is no text that could be an id")
            return
        source, target = str(row.source.id), str(row.target.id)
        kind = rule.type
        wanted = relationship_key(
            Tenant(str(row.source.tenant)), source, target, public=public, symmetric=kind.symmetric
        )
        if row.key != wanted:
            self._add(DriftKind.RELATIONSHIP_KEY, place, "its _key is not what tenant, ends and key give")
        elif kind.ends(source, target) != (source, target):
            self._add(DriftKind.RELATIONSHIP_KEY, place, "a symmetric type is stored with the smaller id as source")

    def _judge_supply(self, row: LinkRow, rule: LinkRule, place: Place) -> None:
        """Count what would make every question about impact fail, as writing refuses it."""
        if rule.supply is None:
            return
        needs, combine = row.properties.get("needs"), row.properties.get("combine")
        if combine == "CAPACITY" and rule.supply.kind is ImpactKind.FLOW:
            self._add(DriftKind.GROUP_DISAGREES, place, "a FLOW can't be combined by CAPACITY")
        elif combine in (None, "QUORUM") and isinstance(needs, float) and needs % 1:
            self._add(DriftKind.GROUP_DISAGREES, place, f"QUORUM can't need {needs} members")

    def _add(self, kind: DriftKind, place: Place, detail: str) -> None:
        self._tally.add(kind, place.about, detail, tenant=place.tenant)


def place_of(type_name: str, source: End, target: End) -> Place:
    """Return what a case of a relationship is about."""
    tenant = source.tenant if isinstance(source.tenant, str) else target.tenant
    about = f"{type_name} {_called(source)} -> {_called(target)}"
    return Place(tenant=tenant if isinstance(tenant, str) else None, about=about)


def _called(end: End) -> str:
    return end.id if isinstance(end.id, str) else f"({':'.join(end.labels) or 'no label'})"
