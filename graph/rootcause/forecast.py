"""What root cause analysis asks of impact: what could make assets fall, what falls, and which groups have margin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Protocol

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

    def lost(self, fallen: Collection[str]) -> bool:
        """Whether the group trips when these members have fallen."""
        return self.worth(fallen) > self.slack

    def worth(self, fallen: Collection[str]) -> int:
        """What these members are worth together; others than members count nothing."""
        return sum(self.members.get(each, 0) for each in fallen)


class Forecast(Protocol):
    """Impact as the search sees it. Deterministic: the same question has the same answer."""

    @property
    def assets(self) -> Collection[str]:
        """All assets, for membership."""
        ...

    def upstream(self, assets: Iterable[str]) -> frozenset[str]:
        """These assets and all that could make one of them fall: reached against supplies that carry something."""
        ...

    def falls(self, causes: frozenset[str]) -> Mapping[str, timedelta]:
        """What falls when `causes` fail together, wholly and at once: the asset and the first moment it is lower.

        The causes themselves are among them, at 0, but for those that were down before.
        """
        ...

    def margins(self, asset: str) -> Sequence[Margin]:
        """The groups of an asset that count; those that can't be tripped are left out."""
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

    def margins(self, asset: str) -> Sequence[Margin]:
        """The groups of an asset that count."""
        found = (self._margin(group) for group in self._groups.get(asset, ()))
        return [each for each in found if each is not None]

    @cached_property
    def _providers(self) -> Mapping[str, tuple[str, ...]]:
        return {
            asset: tuple({member for group in groups for member in self._giving(group)})
            for asset, groups in self._groups.items()
        }

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
