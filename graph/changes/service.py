"""The door of writing for whoever holds a principal: one change set in, a receipt out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from graph.access.principal import Principal, Scope
from graph.changes.engine import apply_in
from graph.changes.errors import OntologyChanged
from graph.changes.group import GroupCommit, Waiting
from graph.changes.model import ChangeSet, Receipt
from graph.changes.request import Outcome, Request
from graph.changes.rules import Rulebook, rulebook
from graph.clock import Clock
from graph.database import Database, WriteUnit
from graph.identity import Revision, Tenant
from graph.ontology.model import Ontology

Committed: TypeAlias = Callable[[Tenant, Revision], None]


Look: TypeAlias = Callable[[], Awaitable["Ontology | None"]]

_CHANGES = 3
"""Ontologies that may follow each other while one transaction is tried: a version has that many at most."""


async def _unknown() -> Ontology | None:
    """Know of no newer ontology."""
    return None


def _untold(_tenant: Tenant, _revision: Revision) -> None:
    """Tell nobody."""


class ChangeService:
    """Applies change sets; those that wait at the same moment for one tenant share a transaction.

    `ontology` gives the current ontology whenever it is asked; `newer` looks into the database for the one there, where
    that one turns out to be another: what is served follows a moment later, and no write should fail meanwhile.
    `grouped=False` gives every change set a transaction of its own. `committed` is told of each new revision as soon as
    it is committed; it must not block.
    """

    def __init__(
        self,
        database: Database,
        ontology: Callable[[], Ontology],
        clock: Clock,
        *,
        grouped: bool = True,
        waiting: Waiting | None = None,
        committed: Committed = _untold,
        newer: Look = _unknown,
    ) -> None:
        self._database = database
        self._ontology = ontology
        self._clock = clock
        self._newer = newer
        self._rules: Rulebook | None = None
        self._ahead: tuple[Ontology, Rulebook] | None = None
        self._looking = asyncio.Lock()
        self._committed = committed
        self._group = GroupCommit(self._commit, grouped=grouped, waiting=waiting or Waiting())

    async def apply(self, principal: Principal, change_set: ChangeSet) -> Receipt:
        """Apply `change_set` for the tenant of `principal`, whole or not at all, and return what it did.

        Raises Forbidden without scope write, ChangesRefused with all problems, RevisionConflict, IdempotencyMismatch,
        LimitExceeded, and Unavailable where the database or the queue can't take it now.
        """
        principal.demand(Scope.WRITE)
        request = Request(actor=principal.name, change_set=change_set)
        outcome = await self._group.submit(principal.tenant, request)
        if isinstance(outcome, Receipt):
            return outcome
        raise outcome

    async def close(self) -> None:
        """Take no more change sets and finish those that were taken."""
        await self._group.close()

    async def _commit(self, tenant: Tenant, requests: Sequence[Request]) -> list[Outcome]:
        rules = self._current()
        for _ in range(_CHANGES):
            try:
                return await self._commit_with(rules, tenant, requests)
            except OntologyChanged:
                newer = await self._newer_than(rules)
                if newer is None:
                    raise
                rules = newer
        return await self._commit_with(rules, tenant, requests)

    async def _commit_with(self, rules: Rulebook, tenant: Tenant, requests: Sequence[Request]) -> list[Outcome]:
        async def work(unit: WriteUnit) -> list[Outcome]:
            return await apply_in(unit, requests, rules=rules, now=self._clock.now())

        outcomes = await self._database.write(tenant, work)
        newest = max((outcome.revision for outcome in outcomes if isinstance(outcome, Receipt)), default=0)
        if newest:
            self._committed(tenant, Revision(newest))
        return outcomes

    def _current(self) -> Rulebook:
        ontology = self._ontology()
        if self._ahead is not None and self._ahead[0] is ontology:
            return self._ahead[1]
        if self._rules is None or self._rules.ontology is not ontology:
            self._rules, self._ahead = rulebook(ontology), None
        return self._rules

    async def _newer_than(self, rules: Rulebook) -> Rulebook | None:
        """Return what is current by now, or else what the database holds; None where that is the same.

        One looks for all: the writes of every tenant are refused at the same moment.
        """
        async with self._looking:
            current = self._current()
            if current is not rules:
                return current
            held, found = self._ontology(), await self._newer()
            if found is None or found.hash == rules.ontology.hash:
                return None
            ahead = await asyncio.to_thread(rulebook, found)
            self._ahead = held, ahead
            return ahead
