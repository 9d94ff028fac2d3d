"""Which causes may do together what neither does alone: found where they take margin from the same group.

A redundant pair explains nothing one by one, so no ranking of single causes leads to it. But each alone brings down
members of the same groups (the power strips of path A, those of path B). So: index, for every group upstream of the
symptoms that has margin, which single causes make which of its members fall; a set that has already taken some members
is worth extending by those causes that take enough of the rest. This is the step from cut sets of the members to cut
sets of their dependant (Fussell and Vesely 1972), taken at one level only, for forecasts carry it on exactly.

What is returned are hints, ranked by what they could explain at most; the forecast of the whole set decides. Not seen:
sets of which no two share a group directly, such as the two cuts of a ring that are some assets apart (`separation.py`
looks for those in FLOW).

Cost: O(sum over groups of fallen members) to index; an extension looks at `MOST_TAKERS` causes for each group touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from graph.rootcause.forecast import Margin
from graph.rootcause.outcomes import Outcome

MOST_TAKERS: Final = 40
"""Of a group, how many causes that take members are kept: those upstream of most symptoms."""


@dataclass(slots=True, kw_only=True)
class Promise:
    """What adding a cause might do: symptoms downstream of the groups that trip (bits), and how many groups do.

    `nearer` are the symptoms downstream of groups that would lose more of their margin, but not yet all.
    """

    trips: int = 0
    groups: int = 0
    nearer: int = 0


class Margins:
    """Groups with margin upstream of the symptoms, and the single causes that take their members.

    `reach` says for each asset upstream which symptoms it could make fall at all (bits).
    """

    def __init__(self, margins: Iterable[Margin], reach: Mapping[str, int]) -> None:
        self._margins = [each for each in margins if any(worth <= each.slack for worth in each.members.values())]
        self._reach = reach
        self._reading: dict[str, list[int]] = defaultdict(list)
        for number, margin in enumerate(self._margins):
            for member in sorted(margin.members):
                self._reading[member].append(number)
        self._takers: list[dict[str, frozenset[str]]] = [{} for _ in self._margins]

    def index(self, singles: Mapping[str, Outcome]) -> None:
        """Note which of these causes alone take members of which groups without tripping them."""
        for cause, outcome in sorted(singles.items()):
            for number, members in self._taken(outcome).items():
                self._takers[number][cause] = members
        for number, takers in enumerate(self._takers):
            if len(takers) > MOST_TAKERS:
                kept = sorted(takers, key=lambda each: (-self._reach[each].bit_count(), each))[:MOST_TAKERS]
                self._takers[number] = {each: takers[each] for each in sorted(kept)}

    def extensions(self, causes: frozenset[str], outcome: Outcome) -> Mapping[str, Promise]:
        """By cause that might be added to `causes`, what that promises."""
        found: dict[str, Promise] = defaultdict(Promise)
        for number, members in self._taken(outcome).items():
            margin = self._margins[number]
            reached, before = self._reach[margin.dependant], margin.worth(members)
            for cause, more in self._takers[number].items():
                worth = margin.worth(members | more)
                if worth == before or cause in causes:
                    continue
                promise = found[cause]
                if worth > margin.slack:
                    promise.trips |= reached
                    promise.groups += 1
                else:
                    promise.nearer |= reached
        return found

    def _taken(self, outcome: Outcome) -> Mapping[int, frozenset[str]]:
        """The groups of which members have fallen, but whose dependant hasn't, with those members."""
        taken: dict[int, set[str]] = defaultdict(set)
        for asset in outcome.times:
            for number in self._reading.get(asset, ()):
                if self._margins[number].dependant not in outcome:
                    taken[number].add(asset)
        return {number: frozenset(members) for number, members in sorted(taken.items())}
