"""The PostgreSQL of the run, for the stores beside the graph."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import postgres


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str | None]:
    """A PostgreSQL that databases can be made in; None where there is none."""
    with postgres() as url:
        yield url
