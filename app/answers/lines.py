"""Whole answers as NDJSON: a line that says what they are about, a line for each item, a line that says it is all.

However long an answer is, a page of it is in memory. Who finds no last line knows that the rest is missing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from app.answers.executing import Document
from app.graphql import Context
from graph.errors import NotFound, TwinError
from graph.reading.selection import AssetSelection, AssetValue, ValueField

PAGE: Final = 1000
"""Items whose assets are read at once."""

_BRIEF: Final = AssetSelection(
    fields=tuple(
        ValueField(key=key, value=value)
        for key, value in (("id", AssetValue.ID), ("type", AssetValue.TYPE), ("name", AssetValue.NAME))
    )
)


class Line(BaseModel):
    """A line of a whole answer; its other fields are those of what it is."""

    model_config = ConfigDict(extra="allow")

    lines: int | None = Field(None, description="Of `end`: how many came before")
    complete: bool | None = Field(None, description="Of `end`: whether nothing was left out")


class SinglePointLine(Line):
    """A line of single points of failure: what they are of, an asset, or how it ended."""

    kind: Literal["analysis", "asset", "error", "end"]


class CutSetLine(Line):
    """A line of minimal cut sets: what they are of, a set, the importance of an asset, or how it ended."""

    kind: Literal["analysis", "cutSet", "importance", "error", "end"]


class CriticalityLine(Line):
    """A line of criticality: what it is of, an asset with what its failure does, or how it ended."""

    kind: Literal["analysis", "criticality", "error", "end"]


class RootCauseLine(Line):
    """A line of root causes: what they are of, a candidate, or how it ended."""

    kind: Literal["analysis", "candidate", "error", "end"]


def line(kind: str, content: Document) -> bytes:
    """A line of NDJSON whose `kind` says what it is."""
    return orjson.dumps({"kind": kind, **content}, option=orjson.OPT_APPEND_NEWLINE)


async def whole(
    head: Document, items: AsyncGenerator[bytes], *, kind: str = "analysis", complete: bool = True
) -> AsyncGenerator[bytes]:
    """The line `kind`, the items, and the line `end` with their number; `error` instead where reading fails."""
    yield line(kind, head)
    lines = 1
    try:
        async with aclosing(items):
            async for item in items:
                yield item
                lines += 1
    except TwinError as error:
        yield line("error", {"code": error.code, "message": error.message, "hint": error.hint})
    else:
        yield line("end", {"lines": lines, "complete": complete})


async def briefs(context: Context, assets: Sequence[str]) -> dict[str, Document]:
    """Id, type and name of assets. Raises NotFound for one that was deleted since the answer's revision."""
    wanted = list(dict.fromkeys(assets))
    found: dict[str, Document] = {}
    for start in range(0, len(wanted), PAGE):
        page = wanted[start : start + PAGE]
        for asset, row in zip(page, await context.reading.by_ids(context.principal, page, _BRIEF), strict=True):
            if row is None:
                raise NotFound(
                    f"{asset} was deleted after the revision that this answer is about",
                    expected="an asset that is still there",
                    hint="Ask the question again",
                )
            found[asset] = {name: row[name] for name in ("id", "type", "name")}
    return found
