"""What operations may cost over time: never more than the bucket and what flows into it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.graphql.budget import Budget, BudgetSpent
from graph.access import Principal, Scope
from graph.identity import Tenant
from tests.app.door import Door


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def who(name: str = "ui", tenant: str = "site") -> Principal:
    return Principal(name=name, tenant=Tenant(tenant), scopes=frozenset({Scope.READ}))


def test_a_spent_budget_says_when_there_is_enough_again() -> None:
    clock = Clock()
    budget = Budget(100, 50, clock=clock)
    budget.spend(who(), 90)
    assert budget.left(who()) == 10
    with pytest.raises(BudgetSpent) as spent:
        budget.spend(who(), 31)
    assert (spent.value.retry_seconds, budget.left(who())) == (11, 10), "what is refused costs nothing"
    clock.now += 10.4
    with pytest.raises(BudgetSpent):
        budget.spend(who(), 31)
    clock.now += 0.6
    budget.spend(who(), 31)
    clock.now += 1_000
    assert budget.left(who()) == 100, "never more than a bucket"


def test_tokens_and_tenants_spend_apart_and_scalars_are_not_free() -> None:
    budget = Budget(2, 60, clock=Clock())
    budget.spend(who(), 0)
    budget.spend(who(), 0)
    with pytest.raises(BudgetSpent):
        budget.spend(who(), 0)
    budget.spend(who("other"), 2)
    budget.spend(who(tenant="elsewhere"), 2)


def test_what_is_given_back_fills_no_more_than_the_bucket() -> None:
    budget = Budget(10, 60, clock=Clock())
    budget.spend(who(), 8)
    budget.give_back(who(), 8)
    assert budget.left(who()) == 10
    budget.give_back(who(), 8)
    budget.give_back(who(), 100)
    assert budget.left(who()) == 10


def test_it_remembers_so_many_and_those_who_came_last() -> None:
    budget = Budget(2, 60, kept=3, clock=Clock())
    for name in ("a", "b", "c", "a", "d"):
        budget.spend(who(name), 1)
    assert len(budget) == 3
    assert [budget.left(who(name)) for name in ("a", "c", "d")] == [0, 1, 1]


@given(
    asked=st.lists(st.tuples(st.integers(0, 30), st.floats(0, 20)), max_size=40),
    cost=st.integers(1, 40),
    seconds=st.floats(0.5, 60),
)
def test_no_window_takes_more_than_it_may(asked: list[tuple[int, float]], cost: int, seconds: float) -> None:
    clock = Clock()
    budget = Budget(cost, seconds, clock=clock)
    spent: list[tuple[float, int]] = []
    for wanted, pause in asked:
        clock.now += pause
        try:
            budget.spend(who(), wanted)
        except BudgetSpent as refusal:
            clock.now += refusal.retry_seconds
            budget.spend(who(), wanted)  # who waits as long as they were told may
        spent.append((clock.now, min(max(wanted, 1), cost)))
    for first, (begin, _) in enumerate(spent):
        total = 0
        for moment, taken in spent[first:]:
            total += taken
            assert total <= cost + (moment - begin) * cost / seconds + 1e-3


async def test_operations_spend_what_they_cost(door: Door) -> None:
    object.__setattr__(door.context, "budget", Budget(60, 600, clock=Clock()))
    object.__setattr__(door.context, "show_cost", True)
    query = "{ pumps(first: 20) { nodes { id } } }"
    result = await door.schema.execute(query, context_value=door.context)
    assert result.extensions == {"cost": {"value": 21, "limit": 1_000_000, "left": 39}}
    await door.schema.execute("{ __typename }", context_value=door.context)
    wrong = await door.schema.execute("{ nothing }", context_value=door.context)
    assert wrong.errors, "what can't begin costs nothing"
    filtered = "query ($filter: PumpFilter) { pumps(first: 20, filter: $filter) { nodes { id } } }"
    refused = await door.schema.execute(filtered, {"filter": 7}, context_value=door.context)
    assert refused.errors
    assert refused.extensions == {"cost": {"value": 21, "limit": 1_000_000, "left": 38}}, "nor do refused variables"
    follow = "subscription ($after: Long) { changes(after: $after) { revision } }"
    stream = await door.schema.stream(follow, {"after": "x"}, context_value=door.context)
    assert [bool(each.errors) for each in [one async for one in stream]] == [True]
    budget = door.context.budget
    assert budget is not None
    assert budget.left(door.context.principal) == 38
    await door.schema.execute(query, context_value=door.context)
    with pytest.raises(BudgetSpent):
        await door.schema.execute(query, context_value=door.context)
