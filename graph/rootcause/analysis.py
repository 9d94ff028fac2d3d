"""From a question to the ranked causes."""

from __future__ import annotations

from typing import Final

from graph.rootcause.answer import Candidate, RootCauses
from graph.rootcause.forecast import Forecast
from graph.rootcause.likelihood import Account, scores
from graph.rootcause.outcomes import Budget
from graph.rootcause.question import RootCauseQuestion, check
from graph.rootcause.search import Search

BUDGET: Final = Budget()
"""For one question: some seconds by the plain evaluator on a few thousand assets, and no limit of time."""


def find_root_causes(question: RootCauseQuestion, forecast: Forecast, *, budget: Budget = BUDGET) -> RootCauses:
    """The causes that explain the symptoms of `question` best, by impact as `forecast` tells it.

    What the budget left out is said in `notes`. The same question has the same answer, unless the time is what ends it.
    Raises what `check` raises, and what the forecast does (BudgetSpent of `graph.impact`).
    """
    check(question, forecast.assets)
    search = Search(question, forecast, budget=budget)
    accounts = search.run()
    symptoms = sorted(each.asset for each in question.symptoms)
    ranked = zip(accounts[: question.first], scores(accounts), strict=False)
    return RootCauses(
        question=question,
        candidates=tuple(_candidate(account, score, symptoms) for account, score in ranked),
        looked_at=len(accounts),
        forecasts=search.forecasts,
        notes=tuple(search.notes),
    )


def _candidate(account: Account, score: float, symptoms: list[str]) -> Candidate:
    explained = {asset for number, asset in enumerate(symptoms) if account.explains >> number & 1}
    return Candidate(
        causes=tuple(sorted(account.causes)),
        score=score,
        explains=tuple(sorted(explained)),
        unexplained=tuple(asset for asset in symptoms if asset not in explained),
        contradicted_by=tuple(sorted(account.contradicted)),
        silent=account.silent,
    )
