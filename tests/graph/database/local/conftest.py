"""What the tests of the local server share: a repository of jars on loopback, and where the real jars are kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from graph.database.local.release import Jar, Release
from tests.graph.database.local.repository import CONTENT, Repository, served


@pytest.fixture
def small_release() -> Release:
    return Release(
        version="1.0",
        jars=tuple(
            Jar(path=path, size=len(body), sha256=hashlib.sha256(body).hexdigest()) for path, body in CONTENT.items()
        ),
    )


@pytest.fixture
def repository() -> Iterator[Repository]:
    with served() as running:
        yield running


@pytest.fixture(scope="session")
def jar_cache() -> Path:
    """Where jars are kept between runs, as the program itself keeps them."""
    data_dir = os.environ.get("TWIN_DATA_DIR") or platformdirs.user_data_dir("twin-topology")
    return Path(data_dir) / "cache"


@pytest.fixture(scope="session")
def line() -> str:
    return os.environ.get("TWIN_TEST_NEO4J_LINE", "2026")
