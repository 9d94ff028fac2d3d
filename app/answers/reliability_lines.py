"""Single points of failure and cut sets, whole, line by line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from app.answers.executing import Document, executed
from app.answers.lines import PAGE, briefs, line, whole
from app.answers.reliability import CUT_SETS, FIRST_FOUND
from app.graphql import Context, CutSetFinder, TwinSchema, finite
from graph.access import Principal
from graph.analysis import CutSetAnalysis, CutSetRequest
from graph.cutsets import CutSets
from graph.impact import Level

SETS_AT_ONCE = 200
"""Cut sets whose assets are read at once."""

_FOUND = """
fragment Found on CutSetAnalysis {
  revision count completeToOrder probability probabilityBounds { lower upper } truncated { reason limit after }
  importance(first: 0) { birnbaum }
}
"""


async def single_points_lines(context: Context, asset: str, *, level: str = "DOWN") -> AsyncGenerator[bytes]:
    """All of them as NDJSON, by id, of one revision. What is wrong with the question is raised before the first."""
    found = await context.single_points.ask(context.principal, asset, Level(level))
    head: Document = {
        "revision": found.revision,
        "target": asset,
        "level": level,
        "totalCount": len(found.assets),
    }
    async with aclosing(whole(head, _assets(context, found.assets))) as lines:
        async for each in lines:
            yield each


async def cut_sets_lines(
    schema: TwinSchema, context: Context, asset: str, arguments: Mapping[str, object]
) -> AsyncGenerator[bytes]:
    """All of them as NDJSON, smallest first, then the importance of all assets; `arguments` as for the document.

    The last line says `complete: false` where the budget was spent or there are more than are listed.
    """
    held = WholeCutSets(context.cut_sets)
    given = {"maxOrder": 3, **arguments, "asset": asset, "first": FIRST_FOUND}  # of which `held` makes all
    head = await executed(schema, replace(context, cut_sets=held), CUT_SETS + _FOUND, given)
    assert held.analysis is not None
    found = held.analysis.found
    del head["importance"]
    head |= {"target": asset, "listedCount": len(found.cut_sets)}
    complete = found.truncated is None and found.count == len(found.cut_sets)
    async with aclosing(whole(head, cut_items(context, found), complete=complete)) as lines:
        async for each in lines:
            yield each


@dataclass(slots=True)
class WholeCutSets:
    """Cut sets that are all listed; remembers the answer."""

    cut_sets: CutSetFinder
    analysis: CutSetAnalysis | None = None

    async def ask(self, principal: Principal, request: CutSetRequest) -> CutSetAnalysis:
        """The answer to the whole question."""
        self.analysis = await self.cut_sets.ask(principal, replace(request, whole=True))
        return self.analysis


async def _assets(context: Context, assets: Sequence[str]) -> AsyncGenerator[bytes]:
    for start in range(0, len(assets), PAGE):
        page = list(assets[start : start + PAGE])
        known = await briefs(context, page)
        for each in page:
            yield line("asset", known[each])


async def cut_items(context: Context, found: CutSets) -> AsyncGenerator[bytes]:
    """A line for each set, then one for the importance of each asset in them."""
    for start in range(0, len(found.cut_sets), SETS_AT_ONCE):
        page = found.cut_sets[start : start + SETS_AT_ONCE]
        known = await briefs(context, [asset for each in page for asset in each])
        for each in page:
            yield line("cutSet", {"assets": [known[asset] for asset in each]})
    for start in range(0, len(found.importance), PAGE):
        measures = found.importance[start : start + PAGE]
        known = await briefs(context, [each.event for each in measures])
        for each in measures:
            content: Document = {
                "asset": known[each.event],
                "birnbaum": each.birnbaum,
                "fussellVesely": each.fussell_vesely,
                "riskAchievementWorth": finite(each.risk_achievement_worth),
                "riskReductionWorth": finite(each.risk_reduction_worth),
            }
            yield line("importance", content)
