"""Parts of the twin that settings alone decide."""

from __future__ import annotations

from collections.abc import Callable

from app.graphql.budget import Budget
from app.graphql.execution import OperationLimits
from app.http.subscribers import StreamLimits, Subscribers
from app.security import Authenticator, OpenAuthenticator, TokenAuthenticator
from app.settings import Auth, Settings
from app.telemetry import Objective
from graph.access import TokenStore
from graph.analysis import cut_sets
from graph.clock import SystemClock
from graph.identity import parse_tenant
from graph.kernel import compile_first
from graph.work import Ended, Workers, WorkLimits


def workers_of(settings: Settings, ended: Callable[[Ended], None] | None) -> Workers:
    """Return what computes questions; `ended` is told of each."""
    limits = WorkLimits(
        at_once=settings.question_workers,
        line=settings.question_line,
        seconds=settings.question_timeout,
        ceilings={cut_sets.KIND: cut_sets.AT_ONCE},
    )
    return Workers(limits, ended=ended, prepare=compile_first)


def budget_of(settings: Settings) -> Budget | None:
    """Return what the operations of a principal may cost over time; None: what they like."""
    return None if settings.cost_budget is None else Budget(settings.cost_budget, settings.cost_budget_seconds)


def objective_of(settings: Settings) -> Objective:
    """Return what is promised of events."""
    return Objective(seconds=settings.objective_seconds, share=settings.objective_share)


def operation_limits(settings: Settings) -> OperationLimits:
    """Return how much a GraphQL operation may ask for."""
    return OperationLimits(
        # Who may never spend so much is told so at once, not to wait.
        cost=min(settings.cost_limit, settings.cost_budget or settings.cost_limit),
        depth=settings.depth_limit,
        aliases=settings.alias_limit,
        introspection=settings.introspection,
    )


def subscribers_of(settings: Settings) -> Subscribers:
    """Return who counts what is under way over WebSocket and as events."""
    return Subscribers(
        StreamLimits(
            subscriptions=settings.subscriptions,
            of_principal=settings.subscriptions_per_principal,
            ping=settings.ping_interval,
        )
    )


def authenticator(settings: Settings, tokens: TokenStore) -> Authenticator:
    """Return who says whose a request is."""
    if settings.auth is Auth.NONE:
        return OpenAuthenticator(parse_tenant(settings.tenant))
    return TokenAuthenticator(tokens, SystemClock())
