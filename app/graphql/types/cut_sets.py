"""Answers about minimal cut sets."""

from __future__ import annotations

import strawberry

from app.graphql.fields import FIRST_50, shown
from app.graphql.scalars import Long
from app.graphql.types.assets import Asset, Truncation

_CAPPED = "; 1.7976931348623157e308, the largest float, where it is infinite"


@strawberry.type(description="How much one asset's failure matters to the target being DOWN.")
class Importance:
    """The importance of an event."""

    asset: Asset = shown()
    birnbaum: float = shown("P(target DOWN if it has failed) - P(target DOWN if it has not)")
    fussell_vesely: float = shown("The probability that a cut set with it has occurred, given that the target is DOWN")
    risk_achievement_worth: float = shown("P(target DOWN if it has failed) / P(target DOWN)" + _CAPPED)
    risk_reduction_worth: float = shown("P(target DOWN) / P(target DOWN if it has not failed)" + _CAPPED)


@strawberry.type(description="Proven bounds of a probability, equal where it is exact.")
class ProbabilityBounds:
    """Bounds of a probability."""

    lower: float = shown()
    upper: float = shown()


@strawberry.type(description="The smallest sets of assets whose joint failure brings a target DOWN.")
class CutSetAnalysis:
    """An answer about cut sets, exact at its revision."""

    revision: Long = shown()
    count: str | None = shown("How many there are up to maxOrder, exactly; null where that could not be told")
    cut_sets: list[list[Asset]] = shown("The first of them, smallest first, then by ids")
    complete_to_order: int | None = shown(
        "None of at most this size is missing from cutSets, but for those after the first ones; null where none is"
    )
    probability: float | None = shown(
        "Of the target being DOWN, with cut sets of any size; null where an asset that matters has none"
    )
    probability_bounds: ProbabilityBounds | None = shown(
        "What is proven of it, also where it could not be told; null where an asset that matters has none"
    )
    importance: list[Importance] = shown(
        "Of assets in cut sets, the largest fussellVesely first; empty without probability", FIRST_50
    )
    truncated: Truncation | None = shown(
        "What was spent while making what, as CUT_SETS_SECONDS; what is there is right all the same"
    )
