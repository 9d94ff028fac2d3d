"""Refusals of a question about cut sets.

InvalidInput
└── TargetAmongEvents      the target's own failure is no explanation of its failure

An unknown target or event is NotFound, a number out of its range ValueInvalid.
"""

from __future__ import annotations

from graph.errors import InvalidInput


class TargetAmongEvents(InvalidInput):
    """The target is one of the basic events."""

    code = "TARGET_AMONG_EVENTS"

    def __init__(self, target: str) -> None:
        super().__init__(
            f"{target} can't explain its own failure",
            place="events",
            expected=f"assets other than {target}",
            actual=target,
            hint="Leave the target out of the events",
        )
        self.target = target
