"""Answers about root causes as a document: the contract's RootCauseAnalysis."""

from __future__ import annotations

from typing import Final

from app.answers.executing import BRIEF, WHY, Document, executed
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
