"""A project with one of everything that a page can show, and what is read off its pages."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from migrations import Project, make

FIRST: Final = """
format: twin-ontology/1
name: works
description: Pumps `here` & <there>.
enums:
  Fuel: {values: [DIESEL, GAS], description: What burns.}
assetTypes:
  Space: {abstract: true}
  Site: {extends: [Space]}
  Thing:
    abstract: true
    properties:
      tag: {datatype: string, pattern: "[A-Z]{2}-[0-9]{4}", unique: true, required: true}
      cost: {datatype: decimal, scale: 2, minimum: 0, classification: sensitive}
  Wet: {abstract: true, properties: {depth: {datatype: float, unit: m, minimum: 0.000001, maximum: 9}}}
  Pump:
    extends: [Thing, Wet]
    displayName: {en: Pump, de: Pumpe}
    properties:
      flow:
        {datatype: float, unit: L/s, quantity: volumetric_flow_rate, minimum: 0, exclusiveMinimum: true, required: true}
      fuel: {datatype: enum, enum: Fuel, default: DIESEL}
      place: {datatype: point}
      tags: {datatype: list, items: {datatype: string, pattern: "[a-z]+"}}
      notes: {datatype: map}
      seal: {datatype: object, fields: {maker: {datatype: string, required: true}, fuel: {datatype: enum, enum: Fuel}}}
    channels:
      vibration:
        datatype: float
        unit: mm/s
        staleAfter: PT5M
        levels: {DEGRADED: {above: 4.5}, DOWN: {above: 7}}
        setsOperability: true
    lifecycle: {states: [NEW, OLD], transitions: {NEW: [OLD]}}
  Con: {extends: [Thing]}
  CON: {extends: [Thing], graphql: Cons, plural: manyCons}
  Well: {extends: [Thing], sourceOf: [PIPE]}
  Gauge: {extends: [Thing]}
relationshipTypes:
  CONTAINS: {inverse: CONTAINED_IN, from: [Space], to: [Space, Thing], containment: true, multiplicity: {sources: 0..1}}
  PIPE: {from: [Thing], to: [Thing], symmetric: true, impact: {direction: BOTH, kind: FLOW}}
  WATCHES: {inverse: WATCHED_BY, from: [Gauge], to: [Pump], multiplicity: {sources: 0..*, targets: 2..3}}
  NEEDS: {from: [Pump], to: [Con], impact: {direction: REVERSE}, properties: {why: {datatype: string, required: true}}}
"""
SECOND: Final = FIRST.replace(
    "    channels:\n",
    "      age: {datatype: int, deprecation: {since: 0002_age, message: Look at the plate.}}\n    channels:\n",
    1,
)


def works(folder: Path) -> Project:
    """The project, with two versions."""
    folder.mkdir()
    document = folder / "ontology.yaml"
    for text, name in ((FIRST, "start"), (SECOND, "age")):
        document.write_text(text)
        make(Project.load(folder), f"The {name}", name=name)
    return Project.load(folder)


class Page(HTMLParser):
    """What is to be checked of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Mapping[str, str | None] = dict(attrs)
        self.links += [str(given[name]) for name in ("href", "src") if name in given]
        self.ids += [str(given["id"])] if "id" in given else []
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag not in ("meta", "link", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing is left open by what closes itself."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())
