"""Compares an asset or relationship as the source says it with what the twin has. Pure; values are stored ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from graph.changes.images import Link
from graph.changes.rules import AssetRule, LinkRule, ValueRules
from graph.ontology.codec import Codec, GeoPoint, Stored
from graph.ontology.model import Classification, Datatype, Json
from graph.ontology.supply import SUPPLY_PROPERTIES
from graph.reconciliation.model import Difference, FoundAsset, Kind, SaidAsset
from graph.reconciliation.question import Tolerance

NOT_SHOWN: Final = "(sensitive)"
"""What reports say instead of a sensitive value."""

_NUMBERS = (Datatype.INT, Datatype.FLOAT, Datatype.DECIMAL)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares by a tolerance; `exact`: what the source leaves out should not be there."""

    tolerance: Tolerance
    exact: bool = False

    def asset(self, rule: AssetRule, said: SaidAsset, found: FoundAsset) -> Iterator[Difference]:
        """Yield how an asset differs; one of another type is compared no further. Containment is left out."""
        if said.type != found.type:
            yield Difference(kind=Kind.TYPE, asset=said.id, type=found.type, source=said.type, twin=found.type)
            return
        if said.name is not None and said.name != found.name:
            yield Difference(kind=Kind.NAME, asset=said.id, type=said.type, source=said.name, twin=found.name)
        whole = self.exact or said.replace
        for name, (wanted, actual) in self._unlike(rule.values, said.values, found.values, whole=whole):
            yield Difference(
                kind=Kind.PROPERTY, asset=said.id, type=said.type, property=name, source=wanted, twin=actual
            )
        externals = () if said.external_ids is None and whole else said.external_ids
        if externals is not None and set(externals) != set(found.external_ids):
            yield Difference(
                kind=Kind.EXTERNAL_IDS,
                asset=said.id,
                type=said.type,
                source=_external(externals),
                twin=_external(found.external_ids),
            )
        sources = () if said.source_of is None and whole else said.source_of
        if sources is not None and set(sources) != set(found.source_of):
            yield Difference(
                kind=Kind.SOURCE_OF,
                asset=said.id,
                type=said.type,
                source=_texts(sources),
                twin=_texts(found.source_of),
            )

    def link(
        self, rule: LinkRule, link: Link, said: Mapping[str, Stored | None], found: Mapping[str, Stored]
    ) -> Iterator[Difference]:
        """Yield how the properties of a relationship differ; a supply property that is not set is its default."""
        supply = rule.supply is not None
        for name, (wanted, actual) in self._unlike(rule.values, said, found, whole=self.exact, supply=supply):
            supplying = supply and name in SUPPLY_PROPERTIES
            yield Difference(
                kind=Kind.SUPPLY_PROPERTY if supplying else Kind.RELATIONSHIP_PROPERTY,
                asset=link.source,
                type=link.type,
                link=link,
                property=name,
                source=wanted,
                twin=actual,
                other=link.target,
            )

    def _unlike(
        self,
        rules: ValueRules,
        said: Mapping[str, Stored | None],
        found: Mapping[str, Stored],
        *,
        whole: bool,
        supply: bool = False,
    ) -> Iterator[tuple[str, tuple[Json, Json]]]:
        unsaid = [name for name in found if name not in said and name not in rules.unwritable] if whole else []
        for name in sorted([*said, *unsaid]):
            codec = rules.codecs[name]
            # A new asset or one that is replaced has the default of what nobody says.
            wanted = said[name] if name in said else rules.defaults.get(name)
            actual = found.get(name)
            default = SUPPLY_PROPERTIES[name].default if supply and name in SUPPLY_PROPERTIES else None
            if default is not None:
                wanted = codec.store(default) if wanted is None else wanted
                actual = codec.store(default) if actual is None else actual
            if not self.alike(codec, wanted, actual):
                yield name, (_shown(codec, wanted), _shown(codec, actual))

    def alike(self, codec: Codec, one: Stored | None, other: Stored | None) -> bool:
        """Whether two stored values are the same within the tolerance; None stands for no value."""
        if one is None or other is None or one == other:
            return one == other
        definition = codec.definition
        if definition.datatype in _NUMBERS:
            return self._near(codec, cast("float", one), cast("float", other))
        if definition.datatype is Datatype.LIST and codec.items is not None:
            pair = cast("tuple[list[Stored], list[Stored]]", (one, other))
            return len(pair[0]) == len(pair[1]) and all(
                self.alike(codec.items, *each) for each in zip(*pair, strict=True)
            )
        if isinstance(one, GeoPoint) and isinstance(other, GeoPoint):
            parts = ((one.longitude, other.longitude), (one.latitude, other.latitude))
            return all(self._close(*part) for part in parts) and self._alike_json(one.height, other.height)
        if definition.datatype in (Datatype.MAP, Datatype.OBJECT):
            return self._alike_json(codec.show(one), codec.show(other))
        return False

    def _near(self, codec: Codec, one: float, other: float) -> bool:
        definition = codec.definition
        allowed = self.tolerance.absolute.get(definition.name)
        if allowed is not None:
            scale = 10**definition.scale if definition.datatype is Datatype.DECIMAL else 1
            # A rounding error of the difference itself is none of the values'.
            return abs(one - other) / scale <= allowed * (1 + 1e-12)
        return definition.datatype is Datatype.FLOAT and self._close(one, other)

    def _close(self, one: float, other: float) -> bool:
        return math.isclose(one, other, rel_tol=self.tolerance.relative)

    def _alike_json(self, one: Json, other: Json) -> bool:
        if isinstance(one, dict) and isinstance(other, dict):
            return one.keys() == other.keys() and all(self._alike_json(one[key], other[key]) for key in one)
        if isinstance(one, list) and isinstance(other, list):
            return len(one) == len(other) and all(map(self._alike_json, one, other))
        if isinstance(one, float) and isinstance(other, float | int):
            return self._close(one, other)
        return one == other and isinstance(one, bool) == isinstance(other, bool)


def containment_differences(
    said: SaidAsset, lines: Iterable[Link] | None, found: Iterable[Link]
) -> Iterator[Difference]:
    """Yield how the place of an asset differs.

    Args:
        said: the asset; its `parents`, where it lists any, are all there should be.
        lines: the containments into it that the source has lines for, None where it has none for any asset.
        found: the containments into it that the twin has.
    """
    there = set(found)
    if said.parents is not None:
        wanted, actual = set(said.parents), {link.source for link in there}
        if wanted != actual:
            yield _placed(said, _texts(wanted), _texts(actual))
        return
    if lines is None:
        return
    told = set(lines)
    if told == there:
        return
    if told and there:
        yield _placed(said, _places(told), _places(there))
        return
    kind = Kind.RELATIONSHIP_MISSING if told else Kind.RELATIONSHIP_EXTRA
    for link in sorted(told | there):
        yield Difference(kind=kind, asset=said.id, type=link.type, link=link)


def _placed(said: SaidAsset, source: Json, twin: Json) -> Difference:
    return Difference(kind=Kind.CONTAINMENT, asset=said.id, type=said.type, source=source, twin=twin)


def _places(links: Iterable[Link]) -> Json:
    return [{"type": each.type, "from": each.source, "key": each.key} for each in sorted(links)]


def _shown(codec: Codec, value: Stored | None) -> Json:
    if value is not None and codec.definition.classification is Classification.SENSITIVE:
        return NOT_SHOWN
    return None if value is None else codec.show(value)


def _external(references: Iterable[tuple[str, str]]) -> Json:
    return [{"system": system, "id": name} for system, name in sorted(references)]


def _texts(names: Iterable[str]) -> Json:
    return list[Json](sorted(names))
