"""Refusals of the impact model.

NotFound
└── UnknownRelationship    a removed relationship that isn't there
Refused
├── GroupDisagrees         members of one redundancy group say different things about the group
└── Ambiguous              a reference without key that fits several relationships
InvalidInput
└── QuestionInvalid        a question that contradicts itself
Unavailable
└── BudgetSpent            the evaluation needed more work than it was allowed; no guess is given
"""

from __future__ import annotations

from graph.errors import InvalidInput, NotFound, Refused, Unavailable


class GroupDisagrees(Refused):
    """Members of one redundancy group disagree about needs, combine or loss."""

    code = "GROUP_DISAGREES"


class Ambiguous(Refused):
    """A reference without key fits several relationships."""

    code = "AMBIGUOUS"


class UnknownRelationship(NotFound):
    """A relationship named in a question is not there, or carries no impact."""

    code = "UNKNOWN_RELATIONSHIP"


class QuestionInvalid(InvalidInput):
    """A question that contradicts itself."""

    code = "QUESTION_INVALID"


class BudgetSpent(Unavailable):
    """The values had not settled when the budget of recomputations was spent."""

    code = "IMPACT_BUDGET_SPENT"

    def __init__(self, *, budget: int, assets: tuple[str, ...]) -> None:
        super().__init__(
            "Values did not settle within the budget; assets still changing: " + ", ".join(assets),
            expected=f"at most {budget:,} recomputations",
            hint="Look for a loop of CAPACITY groups or of losses below 1 among these assets, or raise the budget",
        )
        self.budget = budget
        self.assets = assets
