"""A file is a snapshot in every byte or it is none: damaged, cut off, foreign and old ones are left aside."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from graph.changes.rules import rulebook
from graph.identity import Revision, Tenant
from graph.ontology import parse_ontology
from graph.snapshot import Evaluators, Snapshot, files
from graph.snapshot.files import FileUnusable, Origin, load, origin_of, save
from graph.snapshot.following import followed
from graph.snapshot.records import Difference
from graph.snapshot.rules import Rules
from tests.graph.changes.conftest import MINI
from tests.graph.snapshot.town import Author, Town, agree, empty

TOWN = Tenant("town")


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.of(parse_ontology(MINI))


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(rulebook(parse_ontology(MINI)))


@pytest.fixture(scope="module")
def snapshot(town: Town, rules: Rules) -> Snapshot:
    author, difference = Author(3), Difference()
    for _ in range(80):
        difference.add(town.write(*author.change_set()) or (), rules)
    return followed(empty(rules), difference, town.revision, rules)


def origin(snapshot: Snapshot, rules: Rules) -> Origin:
    return Origin(tenant=TOWN, revision=snapshot.revision, record="abc", rules=rules.digest)


@pytest.fixture
def written(tmp_path: Path, snapshot: Snapshot, rules: Rules) -> Path:
    path = tmp_path / "town.snapshot"
    save(path, snapshot, Evaluators().of(snapshot).engine.baseline, origin(snapshot, rules))
    return path


def test_what_is_written_is_what_is_read(written: Path, snapshot: Snapshot, town: Town, rules: Rules) -> None:
    found, of = load(written, rules, TOWN)
    assert of == origin(snapshot, rules) == origin_of(written)
    assert found.revision == snapshot.revision
    agree(found, town)
    assert found.baseline is not None
    assert np.array_equal(found.baseline.x, Evaluators().of(snapshot).engine.nominal)


def test_nobody_else_may_read_it(written: Path) -> None:
    assert written.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in written.parent.iterdir()] == [written.name]


def test_every_part_of_it_counts(written: Path, rules: Rules) -> None:
    """One bit turned anywhere in what was written: the prefix, the header, each array."""
    whole = bytearray(written.read_bytes())
    with written.open("rb") as file:
        _, sections = files.read_header(file.fileno())
    chance = random.Random(1)
    header = int.from_bytes(whole[12:16], "little")
    places = [*range(20), *(20 + chance.randrange(header) for _ in range(20))]
    places += [
        each.start + at for each in sections if each.size for at in {0, each.size - 1, chance.randrange(each.size)}
    ]
    for place in places:
        whole[place] ^= 1 << chance.randrange(8)
        damaged = written.with_name("damaged")
        damaged.write_bytes(whole)
        with pytest.raises(FileUnusable):
            load(damaged, rules, TOWN)
        whole[:] = written.read_bytes()


@pytest.mark.parametrize("left", [0, 7, 19, 25, 3000, 5000, -4096, -1])
def test_a_file_that_was_cut_off_is_none(written: Path, rules: Rules, left: int) -> None:
    whole = written.read_bytes()
    written.write_bytes(whole[:left])
    with pytest.raises(FileUnusable):
        load(written, rules, TOWN)
    written.write_bytes(whole + b"more")
    with pytest.raises(FileUnusable):
        load(written, rules, TOWN)


def test_a_file_of_another_tenant_or_other_rules_is_none(written: Path, rules: Rules) -> None:
    with pytest.raises(FileUnusable):
        load(written, rules, Tenant("village"))
    others = Rules.of(parse_ontology(MINI.replace("direction: REVERSE", "direction: FORWARD")))
    with pytest.raises(FileUnusable):
        load(written, others, TOWN)


def test_a_file_of_another_version_is_none(
    tmp_path: Path, snapshot: Snapshot, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.snapshot"
    with monkeypatch.context() as patch:
        patch.setattr(files, "VERSION", files.VERSION - 1)
        save(path, snapshot, Evaluators().of(snapshot).engine.baseline, origin(snapshot, rules))
    with pytest.raises(FileUnusable):
        load(path, rules, TOWN)


def test_what_can_not_be_written_leaves_the_file_before(
    written: Path, snapshot: Snapshot, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written.read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "pwrite", full)
    with pytest.raises(OSError, match="No space"):
        save(written, snapshot, Evaluators().of(snapshot).engine.baseline, origin(snapshot, rules))
    assert written.read_bytes() == before
    assert [each.name for each in written.parent.iterdir()] == [written.name]


def test_what_grows_behind_a_file_leaves_it_as_it_is(written: Path, town: Town, rules: Rules) -> None:
    before = written.read_bytes()
    found, _ = load(written, rules, TOWN)
    assert "new" not in found.ids
    text = '{"kind": "asset", "id": "new", "type": "Tank", "before": null, "after": {"type": "Tank", "sourceOf": []}}'
    difference = Difference()
    difference.add([text], rules)
    later = followed(found, difference, Revision(found.revision + 1), rules)
    assert later.kind_of("new") == "Tank"
    agree(found, town)
    assert written.read_bytes() == before
