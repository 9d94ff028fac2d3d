"""The parts of the roots that are about dead letters, and their rows."""

from __future__ import annotations

import base64

import strawberry
from strawberry import UNSET

from app.graphql.info import TwinInfo
from app.graphql.inputs import given, given_texts, problem_row
from app.graphql.rows import place_row
from app.graphql.types.dead_letters import DeadLetterConnection, DeadLetterReplays
from app.ingest import Choice
from graph.clock import text_of_micros
from graph.deadletters import DeadLetterPage, Parked
from graph.reading import Row

FIRST = 50
FIRST_REPLAYED = 100


@strawberry.type
class DeadLetterQuery:
    """The part of the root of reads."""

    @strawberry.field(
        graphql_type=DeadLetterConnection,
        description="Dead letters that wait, or those that were replayed, the newest first; `code` chooses one reason.",
    )
    async def dead_letters(
        self,
        info: TwinInfo,
        code: str | None = UNSET,
        replayed: bool = False,
        first: int | None = FIRST,
        after: str | None = UNSET,
    ) -> Row:
        """A page."""
        context = info.context
        page = await context.letters.page(
            context.principal,
            first=FIRST if first is None else first,
            after=given(after),
            code=given(code),
            replayed=replayed,
        )
        return _page_row(page, after=given(after))


@strawberry.type
class DeadLetterMutation:
    """The part of the root of writes."""

    @strawberry.field(
        graphql_type=DeadLetterReplays,
        description="Send dead letters again, by their ids or `all` that wait, a page of them; with `dryRun` only tell "
        "what would become of them. One of which all is taken waits no longer.",
    )
    async def replay_dead_letters(
        self,
        info: TwinInfo,
        ids: list[strawberry.ID] | None = UNSET,
        all: bool = False,  # noqa: A002 - the contract's word
        code: str | None = UNSET,
        first: int | None = FIRST_REPLAYED,
        after: str | None = UNSET,
        dry_run: bool = False,
    ) -> Row:
        """Replay."""
        context = info.context
        done = await context.letters.replay(
            context.principal,
            _choice(ids, code, every=all),
            first=FIRST_REPLAYED if first is None else first,
            after=given(after),
            dry_run=dry_run,
        )
        letters: list[Row] = [
            {"id": each.id, "accepted": each.accepted, "problems": [*map(problem_row, each.problems)]}
            for each in done.letters
        ]
        return {"letters": [*letters], "endCursor": done.cursor}

    @strawberry.field(
        graphql_type=int, description="Forget dead letters, by their ids or `all` that wait; how many there were."
    )
    async def drop_dead_letters(
        self,
        info: TwinInfo,
        ids: list[strawberry.ID] | None = UNSET,
        all: bool = False,  # noqa: A002 - the contract's word
        code: str | None = UNSET,
    ) -> int:
        """Forget."""
        context = info.context
        return await context.letters.drop(context.principal, _choice(ids, code, every=all))


def _choice(ids: list[strawberry.ID] | None, code: str | None, *, every: bool) -> Choice:
    return Choice(ids=given_texts(ids) or (), every=every, code=given(code))


def _page_row(page: DeadLetterPage, *, after: str | None) -> Row:
    nodes = [_row(each) for each in page.letters]
    cursors = [page.cursor(number) for number in range(len(nodes))]
    return {
        "nodes": [*nodes],
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, nodes, strict=True)],
        "pageInfo": place_row(cursors, before=after is not None, after=page.more),
        "totalCount": page.total,
    }


def _row(each: Parked) -> Row:
    letter = each.letter
    return {
        "id": each.id,
        "code": letter.code,
        "message": letter.message,
        "transport": letter.transport,
        "source": letter.source,
        "offset": letter.offset,
        "trace": letter.trace,
        "media": letter.media,
        "received": text_of_micros(letter.received),
        "replayed": None if each.replayed is None else text_of_micros(each.replayed),
        "times": each.times,
        "size": each.size,
        "payload": letter.payload.decode("utf-8", "replace"),
        "payloadBase64": base64.b64encode(letter.payload).decode(),
        "whole": each.whole,
    }
