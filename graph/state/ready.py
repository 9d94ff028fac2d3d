"""Events that were checked, and that history was told of, before it is their turn to become states."""

from __future__ import annotations

from dataclasses import dataclass

from graph.state.checking import EventRules
from graph.state.event import Reading
from graph.state.receipt import Outcome


@dataclass(frozen=True, slots=True)
class Checked:
    """Of each event its readings, and why it is refused, None where it isn't."""

    readings: list[tuple[Reading, ...]]
    outcomes: list[Outcome | None]


@dataclass(frozen=True, slots=True)
class Ready:
    """Some events of which all may be taken, by `rules`, as of a moment in microseconds since 1970."""

    checked: Checked
    rules: EventRules
    moment: int
