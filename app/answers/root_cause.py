"""Answers about root causes as a document, or line by line: the contract's RootCauseAnalysis."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

from app.answers.executing import BRIEF, WHY, Document, executed
from app.answers.lines import line, whole
from app.answers.root_cause_bodies import RootCauseBody
from app.graphql import Context, TwinSchema

_WHOLE: Final = (
    """
query RootCause($input: RootCauseInput!) {
  rootCause(input: $input) {
    revision notes
    candidates {
      causes { ...Brief } score explainsCount unexplainedCount contradictedByCount
      explains { symptom { ...Brief } evidence { ...Why } }
      unexplained { ...Brief } contradictedBy { ...Brief }
    }
  }
}
"""
    + WHY
    + BRIEF
)


async def root_cause_document(schema: TwinSchema, context: Context, body: RootCauseBody) -> Document:
    """The answer as one document. Raises what `RootCauseService.ask` raises, and ValueInvalid for a wrong moment."""
    return await executed(schema, context, _WHOLE, {"input": body.given})


async def root_cause_lines(schema: TwinSchema, context: Context, body: RootCauseBody) -> AsyncGenerator[bytes]:
    """The same as NDJSON, a candidate a line, the likeliest first. What is wrong is raised before the first line."""
    answer = await root_cause_document(schema, context, body)
    match answer.pop("candidates"):
        case list(candidates):
            items = _items([each for each in candidates if isinstance(each, dict)])
        case other:
            raise AssertionError(f"{other!r} are no candidates")
    async with aclosing(whole(answer, items)) as lines:
        async for each in lines:
            yield each


async def _items(candidates: Sequence[Document]) -> AsyncGenerator[bytes]:
    for each in candidates:
        yield line("candidate", each)
