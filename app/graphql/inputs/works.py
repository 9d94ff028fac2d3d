"""Questions about planned works from the contract's input."""

from __future__ import annotations

from typing import Final

from app.graphql.inputs.given import given, given_texts
from app.graphql.types.inputs import MaintenanceCheckInput
from graph.analysis import MaintenanceRequest
from graph.impact import Level
from graph.maintenance import PlannedWork

MAX_ORDER: Final = 3


def maintenance_request(asked: MaintenanceCheckInput) -> MaintenanceRequest:
    """The request that an input means."""
    return MaintenanceRequest(
        works=tuple(
            PlannedWork(
                name=each.name,
                assets=tuple(each.assets),
                start=each.start,
                end=given(each.end),
                duration=given(each.duration),
            )
            for each in asked.works
        ),
        level=Level.DOWN if asked.level is None else Level(asked.level),
        types=given_texts(asked.types),
        weight_by=given(asked.weight_by),
        max_order=MAX_ORDER if asked.max_order is None else asked.max_order,
    )
