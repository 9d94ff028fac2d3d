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

from graph.rootcause.forecast import Margin, Outcome

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
        self._reading: dict[str, list[tuple[int, int]]] = defaultdict(list)  # group, and the member's bit in it
        for number, margin in enumerate(self._margins):
            for place, member in enumerate(sorted(margin.members)):
                self._reading[member].append((number, 1 << place))
        self._worth: list[dict[int, int]] = [{} for _ in self._margins]
        self._takers: list[dict[str, int]] = [{} for _ in self._margins]
        self._singly: dict[str, Mapping[int, int]] = {}

    def index(self, singles: Mapping[str, Outcome]) -> None:
        """Note which of these causes alone take members of which groups without tripping them."""
        for cause, outcome in sorted(singles.items()):
            taken = self._singly[cause] = self._taken(outcome)
            for number, members in taken.items():
                self._takers[number][cause] = members
        for number, takers in enumerate(self._takers):
            if len(takers) > MOST_TAKERS:
                kept = sorted(takers, key=lambda each: (-self._reach[each].bit_count(), each))[:MOST_TAKERS]
                self._takers[number] = {each: takers[each] for each in sorted(kept)}

    def taken(self, causes: frozenset[str], outcome: Outcome) -> Mapping[int, int]:
        """The groups of which members fall with `causes`, but whose dependant doesn't, with those members as bits."""
        if len(causes) == 1:
            (cause,) = causes
            return self._singly[cause]
        return self._taken(outcome)

    def cost(self, taken: Mapping[int, int]) -> int:
        """How many steps `extensions` takes."""
        return sum(len(self._takers[number]) for number in taken)

    def extensions(self, causes: frozenset[str], taken: Mapping[int, int]) -> Mapping[str, Promise]:
        """By cause that might be added to `causes`, which have `taken` so much, what that promises."""
        found: dict[str, Promise] = defaultdict(Promise)
        for number, members in taken.items():
            slack, reached = self._margins[number].slack, self._reach[self._margins[number].dependant]
            before = self._worth_of(number, members)
            for cause, more in self._takers[number].items():
                worth = self._worth_of(number, members | more)
                if worth == before or cause in causes:
                    continue
                promise = found[cause]
                if worth > slack:
                    promise.trips |= reached
                    promise.groups += 1
                else:
                    promise.nearer |= reached
        return found

    def _worth_of(self, number: int, members: int) -> int:
        """What members (bits) of a group are worth together; remembered, for the same ones come again and again."""
        known = self._worth[number].get(members)
        if known is None:
            of = self._margins[number].members
            known = sum(of[each] for place, each in enumerate(sorted(of)) if members >> place & 1)
            self._worth[number][members] = known
        return known

    def _taken(self, outcome: Outcome) -> Mapping[int, int]:
        taken: dict[int, int] = defaultdict(int)
        for asset in outcome.times:
            for number, bit in self._reading.get(asset, ()):
                taken[number] |= bit
        return {
            number: members
            for number, members in sorted(taken.items())
            if self._margins[number].dependant not in outcome
        }
