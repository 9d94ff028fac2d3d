"""What `twin ontology make` wants to know of the author: by options, or by asking where there is a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from migrations import Answers, Project

_BECOMES = re.compile(r"([A-Za-z]\w*)\.([A-Za-z]\w*)=(?:\1\.)?([A-Za-z]\w*)", re.ASCII)


def answers_for(project: Project, *, erase: bool, successors: Iterable[str]) -> Answers:
    """Return the options as answers, and in a terminal those to what they leave open.

    Raises BadParameter where an option says nothing of the ontology.
    """
    from migrations import Answers, open_questions

    said = dict(_successor(each) for each in successors)
    asked = open_questions(project)
    for (owner, name), successor in said.items():
        candidates = asked.lost.get((owner, name))
        if candidates is None:
            raise typer.BadParameter(f"{owner} has lost no property or value {name}", param_hint="--becomes")
        if successor not in candidates:
            there = ", ".join(candidates) or "none"
            message = f"{successor} is nothing that could take its place in {owner} ({there} could)"
            raise typer.BadParameter(message, param_hint="--becomes")
    if sys.stdin.isatty() and sys.stderr.isatty():
        for (owner, name), candidates in asked.lost.items():
            if (owner, name) in said:
                continue
            for candidate in (each for each in candidates if each not in said.values()):
                if typer.confirm(f"Is {owner}.{candidate} what {name} becomes, with its values?", err=True):
                    said[owner, name] = candidate
                    break
    return Answers(erase=erase, successors=said)


def _successor(written: str) -> tuple[tuple[str, str], str]:
    found = _BECOMES.fullmatch(written)
    if found is None:
        raise typer.BadParameter(
            f"{written!r} is not of the form TYPE.OLD=NEW, e.g. Pump.flowGpm=ratedFlow or Fuel.DIESEL=HVO",
            param_hint="--becomes",
        )
    return (found[1], found[2]), found[3]
