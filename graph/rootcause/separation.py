"""The fewest assets that part symptoms from the sources of a FLOW type: joint causes in meshes and rings.

In a mesh the two failures that darken a stretch of it need not take members of one group, so `joint.py` doesn't see
them. There the fewest failures that explain are a minimum vertex cut (Menger 1927), which as many rounds of augmenting
paths as the cut has assets find (Ford and Fulkerson 1956). Of all minimum cuts two are given: the one nearest to the
symptoms, which predicts least beside them, and the one nearest to the sources. Symptoms and sources may be cut, too.

Each group is taken to be served by any one member, the default of FLOW; where it needs more, the cut is not the least.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from graph.rootcause.forecast import Margin

Node: TypeAlias = "tuple[str, bool]"
"""An asset's side: where flow comes in (False) or goes out (True)."""

MOST_ALONE: Final = 32
"""For how many symptoms of a FLOW type a cut of each alone is looked for, beside that of all."""

MOST_KEPT: Final = 12
"""How often assets that are cuts by themselves are set aside, two at a time, before the search gives up."""

WORK: Final = 300_000
"""Supplies to be walked, roughly: larger networks get fewer cuts of single symptoms."""


def separations(margins: Iterable[Margin], symptoms: Collection[str], most: int) -> list[frozenset[str]]:
    """Cuts of 2 to `most` assets, for each FLOW type: of all its symptoms together, then of single ones.

    Cost: O(most * supplies) for each cut.
    """
    types: dict[str, dict[str, set[str]]] = {}
    for margin in margins:
        if margin.flow is not None:
            types.setdefault(margin.flow, {}).setdefault(margin.dependant, set()).update(margin.members)
    found: dict[frozenset[str], None] = {}
    for _, providers in sorted(types.items()):
        fed = [each for each in sorted(symptoms) if each in providers]
        alone = min(MOST_ALONE, WORK // (1 + sum(map(len, providers.values()))))
        for sinks in (fed, *([each] for each in fed[:: max(1, len(fed) // max(1, alone))][:alone])):
            found |= dict.fromkeys(_joint(providers, sinks, most))
    return [cut for cut in found if 1 < len(cut) <= most]


def _joint(providers: Mapping[str, Collection[str]], sinks: Collection[str], most: int) -> tuple[frozenset[str], ...]:
    """The least cuts without any asset that is a cut by itself, for that is a single cause."""
    kept: frozenset[str] = frozenset()
    for _ in range(MOST_KEPT):
        cuts = tuple(_Cut(providers, sinks, kept).found(most))
        if not any(len(cut) == 1 for cut in cuts):
            return cuts
        kept = kept.union(*cuts)
    return ()


class _Cut:
    """Paths from the sources to `sinks` that share no asset but those `kept`, as many as there are."""

    def __init__(self, providers: Mapping[str, Collection[str]], sinks: Collection[str], kept: frozenset[str]) -> None:
        self._into = {asset: sorted(each) for asset, each in providers.items()}
        self._out: dict[str, list[str]] = {}
        for dependant, each in sorted(self._into.items()):
            for provider in each:
                self._out.setdefault(provider, []).append(dependant)
        self._sinks = frozenset(sinks)
        self._sources = [asset for asset in sorted(self._out) if asset not in self._into]
        self._kept = kept
        self._used: Counter[tuple[Node, Node]] = Counter()

    def found(self, most: int) -> Iterator[frozenset[str]]:
        """The two cuts, if they have at most `most` assets."""
        for _ in range(most + 1):
            reached = self._augment()
            if reached is not None:
                yield frozenset(asset for asset, out in reached if not out and (asset, True) not in reached)
                leads = self._leads()
                yield frozenset(asset for asset, out in leads if out and (asset, False) not in leads)
                return

    def _augment(self) -> Mapping[Node, Node | None] | None:
        """One more path by breadth; where there is none, what a path can reach."""
        back: dict[Node, Node | None] = {(asset, False): None for asset in self._sources}
        ahead = deque(back)
        while ahead:
            node = ahead.popleft()
            if node[1] and node[0] in self._sinks:
                self._take(node, back)
                return None
            for further in self._further(node):
                if further not in back:
                    back[further] = node
                    ahead.append(further)
        return back

    def _take(self, node: Node, back: Mapping[Node, Node | None]) -> None:
        while (before := back[node]) is not None:
            if self._used[node, before]:
                self._used[node, before] -= 1
            else:
                self._used[before, node] += 1
            node = before

    def _passable(self, asset: str) -> bool:
        return asset in self._kept or not self._used[(asset, False), (asset, True)]

    def _further(self, node: Node) -> Iterator[Node]:
        """Where flow can go on from here, or be taken back."""
        asset, out = node
        if out:
            yield from ((each, False) for each in self._out.get(asset, ()))
            if self._used[(asset, False), node]:
                yield (asset, False)
            return
        if self._passable(asset):
            yield (asset, True)
        yield from ((each, True) for each in self._into.get(asset, ()) if self._used[(each, True), node])

    def _leads(self) -> set[Node]:
        """From where a path could still lead to a sink."""
        found: set[Node] = {(asset, True) for asset in self._sinks}
        ahead = sorted(found)
        while ahead:
            asset, out = ahead.pop()
            new = [each for each in self._before(asset, out=out) if each not in found]
            found.update(new)
            ahead += new
        return found

    def _before(self, asset: str, *, out: bool) -> Iterator[Node]:
        """From where flow can come here: `_further` the other way round."""
        if out:
            if self._passable(asset):
                yield (asset, False)
            yield from ((each, False) for each in self._out.get(asset, ()) if self._used[(asset, True), (each, False)])
            return
        yield from ((each, True) for each in self._into.get(asset, ()))
        if self._used[(asset, False), (asset, True)]:
            yield (asset, True)
