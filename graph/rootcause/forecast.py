"""What root cause analysis asks of impact: what could make assets fall, what falls, and which groups have margin."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.impact import Combine, Evaluator, Failure, Group, Question

AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """A group and what it can lose: its dependant falls when members worth more than `slack` have fallen.

    `members` are providers with what each is worth: 1 in a QUORUM, capacity in thousandths in a CAPACITY. Members that
    give nothing anyway (open, or down before) are left out; `slack` is never below 0. `flow` is the FLOW type, or None.
    """

    dependant: str
    members: Mapping[str, int]
    slack: int
    flow: str | None = None

    @property
    def may_matter(self) -> bool:
        """Whether it is more than a requirement of one member, which falls with that."""
        return self.flow is not None or len(self.members) > 1

    def lost(self, fallen: Collection[str]) -> bool:
        """Whether the group trips when these members have fallen."""
        return self.worth(fallen) > self.slack

    def worth(self, fallen: Collection[str]) -> int:
        """What these members are worth together; others than members count nothing."""
        return sum(self.members.get(each, 0) for each in fallen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What falls when some causes fail together.

    `times` has the watched assets with the first moment each is lower; `others` counts the rest by that moment, so that
    a cause that takes down half of a large graph takes no room.
    """

    times: Mapping[str, timedelta]
    others: Mapping[timedelta, int]

    def __contains__(self, asset: str) -> bool:
        return asset in self.times


Promise: TypeAlias = "Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]"
"""How much assets promise, by how many symptoms each could make fall, and roughly how many assets in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What is upstream of symptoms, they among it: `total` assets.

    `symptoms` says of those looked at which symptoms each could make fall (bits by position): those of the greatest
    promise come first, then those with the fewest supplies to their symptoms in sum, then by id.
    """

    total: int
    symptoms: Mapping[str, int]


class Forecast(Protocol):
    """Impact as the search sees it. Deterministic: the same question has the same answer."""

    @property
    def assets(self) -> Collection[str]:
        """All assets, for membership."""
        ...

    @property
    def delayed(self) -> bool:
        """Whether any supply has a delay: else all that falls does so at once."""
        ...

    def upstream(self, assets: Iterable[str]) -> frozenset[str]:
        """These assets and all that could make one of them fall: reached against supplies that carry something."""
        ...

    def reach(self, symptoms: Sequence[str], *, witnesses: Sequence[int], most: int, promise: Promise) -> Reach:
        """What is upstream of `symptoms`, the first `most` of it by rank.

        It is found out for the `witnesses` (positions, rising) alone; of the other symptoms everything is taken to be.
        """
        ...

    def outcome(self, causes: frozenset[str], *, watched: frozenset[str], most: int | None = None) -> Outcome | None:
        """What falls when `causes` fail together, wholly and at once; None where that is more than `most` assets.

        The causes themselves are among it, at 0, but for those that were down before.
        """
        ...

    def margins(self, asset: str) -> Sequence[Margin]:
        """The groups of an asset that count; those that can't be tripped are left out."""
        ...

    def redundant(self, assets: Iterable[str]) -> list[Margin]:
        """The margins of some assets, asset by asset; but for requirements of one member, which have none."""
        ...


class TopologyForecast:
    """A forecast by the plain evaluator, with `maintenance` planned down before anything fails.

    Cost of `falls`: one evaluation, O(assets + supplies) at least. Safe to share between threads once made.
    """

    def __init__(self, evaluator: Evaluator, *, maintenance: tuple[str, ...] = ()) -> None:
        self._evaluator = evaluator
        self._maintenance = maintenance
        before = evaluator.evaluate(Question(maintenance=maintenance))
        self._before = {asset: before.before(asset).lower for asset in evaluator.topology.assets}
        self._groups: dict[str, list[Group]] = defaultdict(list)
        for group in sorted(evaluator.topology.groups.values(), key=lambda each: each.id.order):
            if group.needs and group.id.flow_type not in evaluator.topology.assets[group.id.dependant]:
                self._groups[group.id.dependant].append(group)

    @property
    def assets(self) -> Collection[str]:
        """All assets, for membership."""
        return self._evaluator.topology.assets.keys()

    @property
    def delayed(self) -> bool:
        """Whether any supply has a delay."""
        return any(each.terms.delay for each in self._evaluator.topology.supplies)

    def question(self, causes: Iterable[str]) -> Question:
        """The question about impact that a set of causes is: all fail at once."""
        return Question(failures=tuple(Failure(asset=each) for each in sorted(causes)), maintenance=self._maintenance)

    def upstream(self, assets: Iterable[str]) -> frozenset[str]:
        """These assets and what could make them fall. Cost: the supplies that lead there."""
        found = set(assets)
        ahead = list(found)
        while ahead:
            for provider in self._providers.get(ahead.pop(), ()):
                if provider not in found:
                    found.add(provider)
                    ahead.append(provider)
        return frozenset(found)

    def falls(self, causes: frozenset[str]) -> Mapping[str, timedelta]:
        """What falls when `causes` fail together, by one evaluation. Raises BudgetSpent."""
        answer = self._evaluator.evaluate(self.question(causes))
        struck = (cause for cause in sorted(causes) if self._before[cause] > 0)
        return dict.fromkeys(struck, AT_ONCE) | {each.asset: each.time_to_impact for each in answer.impacted}

    def reach(self, symptoms: Sequence[str], *, witnesses: Sequence[int], most: int, promise: Promise) -> Reach:
        """What is upstream of `symptoms`, ranked. Cost: what is downstream of each that is."""
        bits = dict.fromkeys(self.upstream(symptoms), (1 << len(symptoms)) - 1 - sum(1 << each for each in witnesses))
        hops = dict.fromkeys(bits, 0)
        for number in witnesses:
            for asset, distance in _distances(self._providers, symptoms[number]):
                bits[asset] |= 1 << number
                hops[asset] += distance
        listed = sorted(bits)
        reached = np.array([bits[each].bit_count() for each in listed], np.float64)
        breadths = np.array([sum(1 for _ in _distances(self._dependants, each)) for each in listed], np.float64)
        worth = dict(zip(listed, promise(reached, breadths).tolist(), strict=True))
        ranked = sorted(listed, key=lambda each: (-worth[each], hops[each]))
        return Reach(total=len(bits), symptoms={each: bits[each] for each in ranked[:most]})

    def outcome(self, causes: frozenset[str], *, watched: frozenset[str], most: int | None = None) -> Outcome | None:
        """What falls when `causes` fail together, by one evaluation. Raises BudgetSpent."""
        falls = self.falls(causes)
        if most is not None and len(falls) > most:
            return None
        return Outcome(
            times={asset: time for asset, time in falls.items() if asset in watched},
            others=Counter(time for asset, time in falls.items() if asset not in watched),
        )

    def margins(self, asset: str) -> Sequence[Margin]:
        """The groups of an asset that count."""
        found = (self._margin(group) for group in self._groups.get(asset, ()))
        return [each for each in found if each is not None]

    def redundant(self, assets: Iterable[str]) -> list[Margin]:
        """The margins of some assets, but for those of a requirement of one member."""
        return [each for asset in assets for each in self.margins(asset) if each.may_matter]

    @cached_property
    def _providers(self) -> Mapping[str, tuple[str, ...]]:
        return {
            asset: tuple({member for group in groups for member in self._giving(group)})
            for asset, groups in self._groups.items()
        }

    @cached_property
    def _dependants(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for asset, providers in self._providers.items():
            for each in providers:
                found[each].append(asset)
        return {asset: tuple(each) for asset, each in found.items()}

    def _giving(self, group: Group) -> dict[str, int]:
        """Members that give something before anything fails, with what they are worth."""
        worth: dict[str, int] = defaultdict(int)
        for supply in group.supplies:
            if not supply.terms.open and self._before[supply.provider] > 0:
                worth[supply.provider] += supply.terms.capacity if group.combine is Combine.CAPACITY else 1
        return worth

    def _margin(self, group: Group) -> Margin | None:
        members = self._giving(group)
        needs = group.needs if group.combine is Combine.CAPACITY else group.needs // 1000
        if not members:
            return None
        slack = max(0, sum(members.values()) - needs)
        return Margin(dependant=group.id.dependant, members=members, slack=slack, flow=group.id.flow_type or None)


def _distances(beside: Mapping[str, Sequence[str]], asset: str) -> Iterator[tuple[str, int]]:
    """What is reached from an asset, with the fewest steps."""
    found, ring, distance = {asset}, [asset], 0
    while ring:
        yield from ((each, distance) for each in ring)
        ring = list({other for each in ring for other in beside.get(each, ()) if other not in found})
        found.update(ring)
        distance += 1
