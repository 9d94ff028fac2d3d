"""What an analysis of cut sets answers."""

from __future__ import annotations

from dataclasses import dataclass

from graph.cutsets.budget import Cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """How much one event matters to the top event T ("the target is DOWN"), all events failing independently.

    - `birnbaum`: P(T | failed) - P(T | not failed).
    - `fussell_vesely`: the probability, given T, that at least one minimal cut set that holds the event has occurred
      (Fussell 1975, Vesely 1970), exactly, not by the sum over cut sets. 0 where P(T) is 0.
    - `risk_achievement_worth`: P(T | failed) / P(T).
    - `risk_reduction_worth`: P(T) / P(T | not failed).

    A ratio of 0 to 0 is 1, for nothing changes; any other over 0 is infinite (math.inf): without this event the target
    can't fail.
    """

    event: str
    birnbaum: float
    fussell_vesely: float
    risk_achievement_worth: float
    risk_reduction_worth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Proven bounds of a probability."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSets:
    """The minimal cut sets of a target.

    - `cut_sets`: the first of them, smallest first, then by ids; each is sorted. A target that is DOWN with nothing
      failed has one, the empty set.
    - `count`: how many there are, up to the order asked for; None where that could not be told.
    - `complete_to`: no cut set of at most this size is missing from `cut_sets`, but for those after the `first` ones;
      None where none of the order asked for is missing.
    - `probability`: of the top event with cut sets of all sizes, whatever order was asked for; None where an event that
      matters has no probability, or it could not be told. `bounds` has it between proven bounds, which are equal where
      it is exact.
    - `importance`: of each event that is in some minimal cut set, the largest Fussell-Vesely first, then by id; for any
      other event it would be 0, 0, 1 and 1. Empty where `probability` is None.
    - `truncated`: why something is missing; None where nothing is. What is there is right all the same.
    """

    cut_sets: tuple[tuple[str, ...], ...]
    count: int | None = None
    complete_to: int | None = None
    probability: float | None = None
    bounds: Between | None = None
    importance: tuple[Importance, ...] = ()
    truncated: Cut | None = None
