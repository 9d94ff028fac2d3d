"""Plans are made by what the planner has sampled, which lags behind what the other tests write meanwhile."""

from __future__ import annotations

import pytest

from graph.database import Database
from queries import Mode, Query

REPLANNING = Query(
    name="tests/prepare_for_replanning",
    purpose="Samples the indexes anew and forgets the plans that were made.",
    mode=Mode.READ,
    parameters={},
    columns=(),
    plan=(),
    text="CALL db.prepareForReplanning(60)",
)


@pytest.fixture
async def database(database: Database) -> Database:
    """The database of the run, with its planner up to date."""
    await database.rows(None, REPLANNING)
    return database
