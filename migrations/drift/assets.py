"""One asset as it is stored, against the ontology: identity, labels, name, revision, values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graph.changes.rules import Rulebook
from graph.identity import id_fault
from migrations.drift.kinds import DriftKind
from migrations.drift.report import Tally
from migrations.drift.values import Place, judge_values

SYSTEM = frozenset({"_tenant", "_id", "_rev", "_sourceOf", "name"})
ASSET = "Asset"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRow:
    """An asset as it was read; values are the driver's."""

    element: str
    tenant: str
    id: str
    labels: Sequence[str]
    properties: Mapping[str, Any]


class AssetJudge:
    """Judges assets one by one."""

    def __init__(self, rules: Rulebook, tally: Tally) -> None:
        self._rules = rules
        self._tally = tally
        self._types: dict[tuple[str, ...], str | None] = {}
        self._flows = frozenset(kind.name for kind in rules.ontology.flow_types)

    def type_of(self, labels: Sequence[str]) -> str | None:
        """Return the one type that an asset of these labels can be of, None where there is none."""
        key = tuple(labels)
        if key not in self._types:
            self._types[key] = self._type_of(frozenset(labels) - {ASSET})
        return self._types[key]

    def judge(self, row: AssetRow) -> str | None:
        """Count everything that is wrong with one asset, and return the type it is taken for."""
        place = Place(tenant=row.tenant, about=row.id)
        fault = id_fault(row.id)
        if fault is not None:
            self._add(DriftKind.ASSET_UNIDENTIFIED, place, f"its id {fault}")
        kind = self._judge_labels(row, place)
        self._judge_system(row.properties, place)
        if kind is not None:
            judge_values(self._tally, place, self._rules.assets[kind].values, row.properties, SYSTEM)
        return kind

    def _judge_labels(self, row: AssetRow, place: Place) -> str | None:
        kind = self.type_of(row.labels)
        labels = set(row.labels) - {ASSET}
        if kind is None:
            self._add(DriftKind.TYPE_UNKNOWN, place, ", ".join(sorted(labels)) or "no label of a type")
            return None
        wanted = set(self._rules.assets[kind].labels)
        for label in sorted(labels - wanted):
            self._add(DriftKind.LABEL_UNKNOWN, place, f"{label}, on a {kind}")
        if wanted - labels:
            self._add(DriftKind.LABEL_MISSING, place, f"{', '.join(sorted(wanted - labels))}, of a {kind}")
        return kind

    def _judge_system(self, properties: Mapping[str, Any], place: Place) -> None:
        if type(properties.get("name")) is not str:
            self._add(
                DriftKind.NAME_INVALID, place, "no name" if "name" not in properties else "a name that is no text"
            )
        revision = properties.get("_rev")
        if type(revision) is not int or revision < 1:
            self._add(DriftKind.REVISION_INVALID, place, f"_rev is {'missing' if revision is None else repr(revision)}")
        sources = properties.get("_sourceOf", [])
        named: list[object] = cast("list[object]", sources) if isinstance(sources, list) else [sources]
        for each in named:
            if each not in self._flows:
                self._add(DriftKind.SOURCE_INVALID, place, str(each))

    def _type_of(self, labels: frozenset[str]) -> str | None:
        """Return the type whose labels these are; else the one among them that all other known ones are above."""
        ontology = self._rules.ontology
        exact = ontology.types_by_labels.get(labels)
        if exact is not None:
            return exact
        known = labels & ontology.asset_types.keys()
        fitting = [
            name
            for name in sorted(known)
            if not ontology.asset_types[name].abstract and known <= set(self._rules.assets[name].labels)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _add(self, kind: DriftKind, place: Place, detail: str) -> None:
        self._tally.add(kind, place.about, detail, tenant=place.tenant)
