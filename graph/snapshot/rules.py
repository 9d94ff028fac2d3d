"""What of an ontology a snapshot is made by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from graph.impact import Direction, Kind
from graph.kernel import SupplyType, flows_of
from graph.ontology import TypeCodec
from graph.ontology.codec import Codec
from graph.ontology.model import Ontology

TERMS = ("group", "needs", "combine", "capacity", "loss", "delay", "open")
"""Properties that say how a relationship supplies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Types by number, what is a source by its type, and how relationships count.

    `sources` are the numbers of the FLOW types that assets of a type are sources of; `codecs` read the terms of the
    supply types from what change records show.
    """

    ontology: Ontology
    kind_names: tuple[str, ...]
    kinds: Mapping[str, int]
    types: tuple[SupplyType, ...]
    flows: tuple[str, ...]
    sources: Mapping[str, frozenset[int]]
    containment: frozenset[str]
    codecs: Mapping[str, Mapping[str, Codec]]
    digest: str

    @classmethod
    def of(cls, ontology: Ontology) -> Rules:
        """The rules of an ontology."""
        names = tuple(sorted(name for name, kind in ontology.asset_types.items() if not kind.abstract))
        types = tuple(
            SupplyType(name=kind.name, direction=Direction(kind.impact.value), kind=Kind(kind.kind.value))
            for kind in ontology.supply_types
        )
        flows, _ = flows_of(types)
        return cls(
            ontology=ontology,
            kind_names=names,
            kinds={name: number for number, name in enumerate(names)},
            types=types,
            flows=flows,
            sources={name: flow_numbers(ontology.asset_types[name].sources, flows) for name in names},
            containment=frozenset(kind.name for kind in ontology.containment_types),
            codecs={kind.name: _codecs(TypeCodec(kind)) for kind in ontology.supply_types},
            digest=digest_of(ontology),
        )

    @property
    def relationship_types(self) -> tuple[str, ...]:
        """Names of all relationship types that matter, sorted."""
        types = self.ontology.relationship_types.values()
        return tuple(sorted(kind.name for kind in types if kind.is_supply or kind.containment))


def flow_numbers(named: tuple[str, ...] | list[str], flows: tuple[str, ...]) -> frozenset[int]:
    """The numbers of some FLOW types; others are left out."""
    return frozenset(flows.index(each) for each in named if each in flows)


def digest_of(ontology: Ontology) -> str:
    """The same for two ontologies by which the same data makes the same snapshot."""
    labels = sorted((sorted(labels), name) for labels, name in ontology.types_by_labels.items())
    kinds = {name: [kind.abstract, sorted(kind.sources)] for name, kind in ontology.asset_types.items()}
    types = [
        [kind.name, kind.impact.value, kind.kind.value, kind.containment, kind.symmetric]
        for kind in ontology.relationship_types.values()
        if kind.is_supply or kind.containment
    ]
    text = orjson.dumps([labels, kinds, types], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def _codecs(codec: TypeCodec) -> Mapping[str, Codec]:
    return {name: codec.codecs[name] for name in TERMS}
