"""A twin in a few dicts: the plain meaning of change sets on a part of the campus ontology, for comparison.

It judges the whole state after each change set by brute force and shares no code with the engine.
"""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import networkx as nx

from graph.changes import Change, DeleteAsset, DeleteRelationship, UpsertAsset, UpsertRelationship

SPACES = {"Room", "Rack"}
EQUIPMENT = {"Server", "Sensor"}
ENDS = {
    "CONTAINS": (SPACES, SPACES | EQUIPMENT),
    "LINKS": ({"Server"}, {"Server"}),
    "COOLS": (SPACES, SPACES | EQUIPMENT),
    "MONITORS": ({"Sensor"}, SPACES | EQUIPMENT),
}
Key = tuple[str, str, str, str]


class Refused(Exception):
    """The change set breaks a rule."""


@dataclass
class Thing:
    """An asset."""

    type: str
    name: str
    serial: str | None
    names: set[str]


@dataclass
class Model:
    """Assets by id; relationships by type, source, target and key, with their supply properties."""

    assets: dict[str, Thing] = field(default_factory=dict[str, Thing])
    links: dict[Key, dict[str, object]] = field(default_factory=dict[Key, dict[str, object]])

    def after(self, changes: Sequence[Change]) -> Model:
        """Return the model after a change set, or raise Refused."""
        trial = copy.deepcopy(self)
        orphans: list[tuple[str, str]] = []
        made = {change.id for change in changes if isinstance(change, UpsertAsset)}
        waiting = [change for change in changes if not trial._perform(change, made, orphans)]
        for change in waiting:
            if isinstance(change, UpsertAsset):
                trial._place(change, set())
            else:
                trial._perform(change, set(), orphans)
        if any(child in trial.assets for _, child in orphans):
            raise Refused("not empty")
        trial._check()
        return trial

    def _perform(self, change: Change, made: set[str], orphans: list[tuple[str, str]]) -> bool:
        match change:
            case UpsertAsset():
                self._upsert(change)
                return self._place(change, made)
            case DeleteAsset():
                self._delete(change, orphans)
                return True
            case UpsertRelationship():
                return self._connect(change, made)
            case DeleteRelationship():
                for end in (change.source, change.target):
                    if end not in self.assets:
                        raise Refused("unknown asset")
                key = self._meant(change)
                if key not in self.links:
                    raise Refused("unknown relationship")
                del self.links[key]
                return True

    def _upsert(self, change: UpsertAsset) -> None:
        there = self.assets.get(change.id)
        if there is not None and there.type != change.type:
            raise Refused("type")
        thing = there or Thing(change.type, change.id, None, set())
        if change.name is not None:
            thing.name = change.name
        if "serialNumber" in change.properties:
            value = change.properties["serialNumber"]
            thing.serial = None if value is None else str(value)
        elif change.replace:
            thing.serial = None
        if change.external_ids is not None:
            thing.names = {each.id for each in change.external_ids}
        self.assets[change.id] = thing

    def _place(self, change: UpsertAsset, made: set[str]) -> bool:
        if change.parents is None or change.id not in self.assets:
            return True
        if any(parent not in self.assets and parent in made for parent in change.parents):
            return False
        for parent in change.parents:
            if parent not in self.assets or self.assets[parent].type not in SPACES:
                raise Refused("parent")
        there = {key for key in self.links if key[0] == "CONTAINS" and key[2] == change.id}
        for key in there:
            if key[1] not in change.parents:
                del self.links[key]
        for parent in change.parents:
            if not any(key[1] == parent for key in there):
                self.links["CONTAINS", parent, change.id, ""] = {}
        return True

    def _connect(self, change: UpsertRelationship, made: set[str]) -> bool:
        missing = [end for end in (change.source, change.target) if end not in self.assets]
        if any(end in made for end in missing):
            return False
        if missing:
            raise Refused("unknown end")
        source, target = self.assets[change.source].type, self.assets[change.target].type
        if source not in ENDS[change.type][0] or target not in ENDS[change.type][1]:
            raise Refused("ends")
        key = self._meant(change)
        values = {**self.links.get(key, {}), **change.properties}
        self.links[key] = {name: value for name, value in values.items() if value is not None}
        return True

    def _meant(self, change: UpsertRelationship | DeleteRelationship) -> Key:
        ends = (change.source, change.target)
        source, target = sorted(ends) if change.type == "LINKS" else ends
        if change.key is not None:
            return (change.type, source, target, change.key)
        there = [key for key in self.links if key[:3] == (change.type, source, target)]
        if len(there) > 1:
            raise Refused("ambiguous")
        return there[0] if there else (change.type, source, target, "")

    def _delete(self, change: DeleteAsset, orphans: list[tuple[str, str]]) -> None:
        if change.id not in self.assets:
            raise Refused("unknown asset")
        doomed = {change.id}
        grown = change.cascade
        while grown:
            grown = False
            for asset in set(self.assets) - doomed:
                parents = {key[1] for key in self.links if key[0] == "CONTAINS" and key[2] == asset}
                if parents and parents <= doomed:
                    doomed.add(asset)
                    grown = True
        for key in list(self.links):
            if key[1] in doomed or key[2] in doomed:
                if key[0] == "CONTAINS" and key[1] == change.id and not change.cascade and key[2] != change.id:
                    orphans.append((change.id, key[2]))
                del self.links[key]
        for asset in doomed:
            del self.assets[asset]

    def _check(self) -> None:
        serials = Counter(thing.serial for thing in self.assets.values() if thing.serial is not None)
        names = Counter(name for thing in self.assets.values() for name in thing.names)
        if any(count > 1 for counter in (serials, names) for count in counter.values()):
            raise Refused("not unique")
        contains = [(source, target) for kind, source, target, _ in self.links if kind == "CONTAINS"]
        if contains and not nx.is_directed_acyclic_graph(nx.MultiDiGraph(contains)):
            raise Refused("cycle")
        if any(count > 1 for count in Counter(target for _, target in contains).values()):
            raise Refused("two parents")
        sensing = {source for kind, source, _, _ in self.links if kind == "MONITORS"}
        if any(thing.type == "Sensor" and asset not in sensing for asset, thing in self.assets.items()):
            raise Refused("blind sensor")
        self._check_groups()

    def _check_groups(self) -> None:
        groups: defaultdict[tuple[str, ...], set[tuple[object, object]]] = defaultdict(set)
        for (kind, source, target, _), values in self.links.items():
            terms = (float(str(values.get("needs", 1))), float(str(values.get("loss", 1))))
            if kind == "LINKS":
                groups[source, kind, str(values.get("group"))].add(terms)
                groups[target, kind, str(values.get("group"))].add(terms)
            elif kind == "COOLS" and "group" in values:
                groups[target, "", str(values["group"])].add(terms)
        if any(len(terms) > 1 for terms in groups.values()):
            raise Refused("group")
