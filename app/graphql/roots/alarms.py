"""The parts of the roots that are about alarms."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from functools import partial

import strawberry
from strawberry import UNSET

from app.graphql.info import TwinInfo
from app.graphql.inputs import given, given_texts
from app.graphql.rows import AlarmRows
from app.graphql.types import alarms as shown
from graph import alarms
from graph.alarms import Priority, State, Wanted
from graph.impact import Level
from graph.reading import Row

FIRST = 50


@strawberry.type
class AlarmQuery:
    """The part of the root of reads."""

    @strawberry.field(
        graphql_type=shown.AlarmConnection,
        description="Alarms, those raised last first; `open: true` leaves out what is over.",
    )
    async def alarms(
        self,
        info: TwinInfo,
        filter: shown.AlarmFilter | None = UNSET,  # noqa: A002 - the contract's word
        first: int | None = FIRST,
        after: str | None = UNSET,
    ) -> Row:
        """A page."""
        context = info.context
        page = await context.alarms.page(
            context.principal, wanted(filter), first=FIRST if first is None else first, after=given(after)
        )
        return await _rows(info).page(info.fields, page, after=given(after))

    @strawberry.field(graphql_type=shown.Alarm | None, description="One alarm by its id.")
    async def alarm(self, info: TwinInfo, id: strawberry.ID) -> Row | None:  # noqa: A002 - the contract's word
        """One alarm."""
        found = await info.context.alarms.find(info.context.principal, id)
        return None if found is None else (await _rows(info).rows(info.fields, [found]))[0]


@strawberry.type
class AlarmMutation:
    """The part of the root of writes."""

    @strawberry.field(
        graphql_type=list[shown.Alarm],
        description="Say that alarms were seen, all or none; one that has returned to normal is over then.",
    )
    async def acknowledge_alarms(
        self, info: TwinInfo, ids: list[strawberry.ID], comment: str | None = UNSET
    ) -> list[Row]:
        """Acknowledge."""
        context = info.context
        found = await context.alarms.acknowledge(context.principal, ids, comment=given(comment) or "")
        return await _rows(info).rows(info.fields, found)

    @strawberry.field(
        graphql_type=shown.Alarm,
        description="Put an alarm out of sight until a moment, at most 30 days ahead. It comes back by itself: to be "
        "looked at anew where it is active, over where it isn't.",
    )
    async def shelve_alarm(
        self,
        info: TwinInfo,
        id: strawberry.ID,  # noqa: A002 - the contract's word
        until: datetime,
        reason: str,
    ) -> Row:
        """Shelve."""
        context = info.context
        found = await context.alarms.shelve(context.principal, id, until=until, reason=reason)
        return (await _rows(info).rows(info.fields, [found]))[0]

    @strawberry.field(graphql_type=shown.Alarm, description="Bring an alarm back before its time on the shelf is over.")
    async def unshelve_alarm(
        self,
        info: TwinInfo,
        id: strawberry.ID,  # noqa: A002 - the contract's word
        comment: str | None = UNSET,
    ) -> Row:
        """Unshelve."""
        context = info.context
        found = await context.alarms.unshelve(context.principal, id, comment=given(comment) or "")
        return (await _rows(info).rows(info.fields, [found]))[0]


@strawberry.type
class AlarmSubscription:
    """The part of the root of what is followed."""

    @strawberry.subscription(
        graphql_type=shown.AlarmChange,
        description="What happens to alarms from now on: to those that fit after it, in a subtree or anywhere. Each "
        "with the alarm as it is when it is told.",
    )
    async def alarm_changed(
        self,
        info: TwinInfo,
        filter: shown.AlarmFilter | None = UNSET,  # noqa: A002 - the contract's word
        within: strawberry.ID | None = UNSET,
    ) -> AsyncGenerator[Row]:
        """Alarms as they change."""
        context, fields, rows = info.context, info.fields, _rows(info)
        async for found in context.alarms.changes(context.principal, wanted(filter, within=given(within) or None)):
            # Who is told the same by the same document is handed the same rows: they are read, and completed, once.
            told = tuple(each.transition.number for each in found)
            question = (context.principal.tenant, id(fields), told)
            for row in await context.alarms.sharing.of(question, partial(rows.changes, fields, found)):
                yield row


def wanted(given_filter: shown.AlarmFilter | None, *, within: str | None = None) -> Wanted:
    """What an input means. What is null asks for nothing, as if it were left out."""
    if not given_filter:
        return Wanted(within=within)
    states = given_texts(given_filter.states)
    if given(given_filter.open) is not None:
        of_open = {each for each in State if (each is not State.NORMAL) is given_filter.open}
        states = tuple(sorted(of_open if states is None else of_open & set(states)))
    priorities, levels = given_texts(given_filter.priorities), given_texts(given_filter.levels)
    return Wanted(
        alarms=alarms.AlarmFilter(
            states=None if states is None else tuple(map(State, states)),
            priorities=None if priorities is None else tuple(map(Priority, priorities)),
            levels=None if levels is None else tuple(map(Level, levels)),
            assets=given_texts(given_filter.assets),
            floods=given_texts(given_filter.floods),
        ),
        types=given_texts(given_filter.types),
        within=within or given(given_filter.within) or None,
    )


def _rows(info: TwinInfo) -> AlarmRows:
    context = info.context
    return AlarmRows(
        alarms=context.alarms, reading=context.reading, principal=context.principal, selections=info.selections
    )
