"""Files are written when it is worth it, never too many, and what fails there fails nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from graph.database import Row
from graph.identity import Revision, Tenant
from graph.ontology import parse_ontology
from graph.snapshot import Evaluators, Snapshot, shelf
from graph.snapshot.files import origin_of
from graph.snapshot.rules import Rules
from graph.snapshot.shelf import EVERY, FEW, MANY, Shelf
from graph.snapshot.source import Source
from tests.graph.changes.conftest import MINI
from tests.graph.snapshot.town import empty

pytestmark = pytest.mark.anyio

RULES = Rules.of(parse_ontology(MINI))


class Records:
    """A source of change records alone."""

    async def record(self, tenant: Tenant, revision: Revision) -> Row | None:
        """A record that names its tenant and revision."""
        return [tenant, revision]


class Hands:
    """A clock that stands until it is put forward."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def kept(tmp_path: Path, hands: Hands) -> Shelf:
    return Shelf(tmp_path / "snapshots", cast("Source", Records()), RULES, Evaluators(), seconds=hands)


def at(revision: int, tenant: str = "town") -> Snapshot:
    return replace(empty(RULES), revision=Revision(revision), tenant=Tenant(tenant))


def written(folder: Path, tenant: str = "town") -> int | None:
    origin = origin_of(folder / "snapshots" / f"{tenant}.{RULES.digest[:12]}.snapshot")
    return None if origin is None else origin.revision


async def test_a_file_is_written_again_after_enough_time_and_changes(kept: Shelf, hands: Hands, tmp_path: Path) -> None:
    async def offered(revision: int) -> int | None:
        kept.offer(at(revision))
        await kept.settled()
        return written(tmp_path)

    assert await offered(1) == 1
    assert await offered(MANY + 1) == 1, "too soon"
    hands.at = EVERY
    assert await offered(MANY) == 1, "too little"
    assert await offered(MANY + 2) == MANY + 2
    assert await offered(MANY + 2 + FEW) == MANY + 2
    await kept.close()
    assert written(tmp_path) == MANY + 2 + FEW
    kept.offer(at(MANY + 3 + FEW))
    await kept.close()
    assert written(tmp_path) == MANY + 2 + FEW, "what is soon followed"


async def test_what_was_written_is_found(kept: Shelf, tmp_path: Path, hands: Hands) -> None:
    assert await kept.find(Tenant("town")) is None
    kept.offer(at(3))
    await kept.close()
    again = Shelf(tmp_path / "snapshots", cast("Source", Records()), RULES, Evaluators(), seconds=hands)
    found = await again.find(Tenant("town"))
    assert found is not None
    assert found.revision == 3


async def test_editions_overwrite_nothing_of_each_other(kept: Shelf, tmp_path: Path, hands: Hands) -> None:
    rules = Rules.of(
        parse_ontology(MINI.replace("Tank: {extends: [Thing], sourceOf: [PIPE]}", "Tank: {extends: [Thing]}"))
    )
    later = Shelf(tmp_path / "snapshots", cast("Source", Records()), rules, Evaluators(), seconds=hands)
    kept.offer(at(1))
    later.offer(replace(empty(rules), revision=Revision(2)))
    await kept.close()
    await later.close()
    assert written(tmp_path) == 1
    found = await later.find(Tenant("town"))
    assert found is not None
    assert found.revision == 2


async def test_only_so_many_files_are_kept(kept: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST", 2)
    for tenant in ("one", "two", "three"):
        kept.offer(at(1, tenant))
        await kept.settled()
    names = sorted(each.name.partition(".")[0] for each in (tmp_path / "snapshots").iterdir())
    assert names == ["three", "two"]


async def test_what_can_not_be_written_is_no_error(kept: Shelf, tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_text("no folder")
    kept.offer(at(1))
    await kept.close()
    assert await kept.find(Tenant("town")) is None
