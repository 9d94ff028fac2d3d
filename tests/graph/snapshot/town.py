"""A twin in memory whose change sets are judged and recorded as the service does, and what it says a snapshot is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from graph.changes import Change, DeleteAsset, DeleteRelationship, UpsertAsset, UpsertRelationship
from graph.changes.judging import judge
from graph.changes.model import ChangeSet
from graph.changes.normalising import normalise
from graph.changes.records import entries_of
from graph.changes.request import EVERYTHING, LIMITS, Request
from graph.changes.rules import Rulebook
from graph.changes.world import World
from graph.identity import Revision, Tenant
from graph.impact import Direction, Kind, RelationshipId, Supply, Topology, build_topology, supplies_of, terms
from graph.kernel import decode
from graph.snapshot import Snapshot
from graph.snapshot.reading import build, nothing
from graph.snapshot.rules import Rules

TYPES = {"s": ("Site",), "r": ("Room",), "p": ("Pump", "Board"), "t": ("Tank",), "b": ("Board",)}
IDS = [f"{letter}{number}" for letter in TYPES for number in range(3)]
THINGS = "ptb"
DELAYS = ("PT0S", "PT1H", "P1DT0.5S", None)


class Town:
    """Takes change sets and keeps what they did as change records do."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.world = World(rulebook, Tenant("town"))
        self.revision = Revision(0)

    def write(self, *changes: Change) -> Sequence[str] | None:
        """The entries of the change record; None where the change set is refused or changes nothing."""
        request = Request(actor="tester", change_set=ChangeSet(changes=changes), checks=EVERYTHING)
        if judge(self.world, normalise(self.world.rules, request), LIMITS):
            self.world.undo()
            return None
        entries, _ = entries_of(self.world)
        if not entries:
            self.world.undo()
            return None
        self.revision = Revision(self.revision + 1)
        self.world.keep(self.revision)
        return entries

    def topology(self) -> Topology:
        """What follows for impact, by plain code."""
        ontology = self.world.rules.ontology
        assets = {
            name: frozenset((*ontology.asset_types[image.type].sources, *image.source_of))
            for name, image in self.world.assets.items()
            if image is not None
        }
        supplies: list[Supply] = []
        for link, image in self.world.links.items():
            kind = ontology.relationship_types[link.type]
            if image is None or not kind.is_supply:
                continue
            values: dict[str, Any] = dict(image.properties)
            loss = values.pop("loss", None)
            supplies += supplies_of(
                RelationshipId(type=link.type, source=link.source, target=link.target, key=link.key),
                direction=Direction(kind.impact.value),
                kind=Kind(kind.kind.value),
                terms=terms(**values, loss_share=loss),
            )
        return build_topology(assets, supplies)

    def kinds(self) -> dict[str, str]:
        """The types of assets."""
        return {name: image.type for name, image in self.world.assets.items() if image is not None}

    def parents(self) -> dict[str, Counter[str]]:
        """What contains each asset, as often as it is said."""
        found = {name: Counter[str]() for name in self.kinds()}
        for link, image in self.world.links.items():
            if image is not None and link.type in self.world.rules.containment:
                found[link.target][link.source] += 1
        return found


def empty(rules: Rules) -> Snapshot:
    """A snapshot of nothing."""
    return build(nothing(rules), rules, Tenant("town"))


def agree(snapshot: Snapshot, town: Town) -> None:
    """Check that a snapshot says what the town is."""
    there = [at for at in range(snapshot.size) if snapshot.there[at]]
    decoded, topology = decode(snapshot.supplies, there), town.topology()
    assert decoded.assets == topology.assets
    assert sorted(decoded.supplies, key=repr) == sorted(topology.supplies, key=repr)
    assert {snapshot.ids[at]: snapshot.kind_of(snapshot.ids[at]) for at in there} == town.kinds()
    assert {
        snapshot.ids[at]: Counter(snapshot.ids[parent] for parent in snapshot.containment.of(at)) for at in there
    } == town.parents()
    ordered = snapshot.ids.in_order(np.array(there, np.int32)).tolist()
    assert [snapshot.ids[at] for at in ordered] == sorted(town.kinds())


class Author:
    """Writes random change sets over few ids, so that they meet."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def change_set(self) -> tuple[Change, ...]:
        """A few changes."""
        return tuple(self._change() for _ in range(self._random.choice((1, 1, 2, 4))))

    def _change(self) -> Change:
        choose = self._random.random()
        if choose < 0.45:
            return self._asset()
        if choose < 0.8:
            return self._relationship()
        if choose < 0.9:
            return DeleteAsset(id=self._id(), cascade=self._random.random() < 0.5)
        kind, source, target = self._ends()
        return DeleteRelationship(type=kind, source=source, target=target, key=self._key())

    def _asset(self) -> UpsertAsset:
        asset, random_ = self._id(), self._random
        of_type = random_.choice(TYPES[asset[0]])
        parents = ("sr" if asset[0] == "r" else "sr" if asset[0] in THINGS else "") or None
        return UpsertAsset(
            id=asset,
            type=of_type,
            properties={"ratedFlow": random_.choice((1, 2))} if of_type == "Pump" else {},
            source_of=random_.choice((None, None, (), ("PIPE",))) if asset[0] in THINGS else None,
            parents=None if parents is None else random_.choice((None, None, (), (self._id(parents),))),
            replace=random_.random() < 0.1,
        )

    def _relationship(self) -> UpsertRelationship:
        kind, source, target = self._ends()
        properties: dict[str, Any] = {}
        for name, values in (
            ("group", ("g", None)),
            ("needs", (1, 2, None)),
            ("loss", (0.5, 1)),
            ("open", (True, False, None)),
            ("delay", DELAYS),
            ("capacity", (0.125, 2, None)),
        ):
            if kind != "CONTAINS" and self._random.random() < 0.2:
                properties[name] = self._random.choice(values)
        return UpsertRelationship(type=kind, source=source, target=target, key=self._key(), properties=properties)

    def _ends(self) -> tuple[str, str, str]:
        kind = self._random.choice(("CONTAINS", "PIPE", "PIPE", "POWERS", "NEEDS", "NEEDS", "HANGS"))
        if kind == "CONTAINS":
            return kind, self._id("sr"), self._id("r" + THINGS)
        return kind, self._id("pb" if kind == "HANGS" else THINGS), self._id("pb" if kind == "HANGS" else THINGS)

    def _key(self) -> str | None:
        return self._random.choice((None, None, "", "main"))

    def _id(self, letters: str = "srptb") -> str:
        return self._random.choice([asset for asset in IDS if asset[0] in letters])
