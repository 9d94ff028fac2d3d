"""A count goes on where it was, whatever stopped it, and what is damaged is counted again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analysis import Pace, Tally, TallyFiles, counting, digest_of
from graph.analysis.counting import Count
from graph.analysis.tally_files import KEPT
from graph.identity import Revision, Tenant
from graph.kernel import Criticality, containment_of, count_falls, encode
from graph.kernel.evaluation import Engine
from graph.kernel.supplies import Supplies
from graph.kernel.updating import written
from graph.snapshot import Evaluators, Snapshot
from graph.work import Workers, WorkLimits
from tests.graph.impact.drawing import drawn, need
from tests.graph.kernel.changing import TYPES, write_of

TENANT = Tenant("site")
DIGEST = bytes(range(32))


def chain(assets: int) -> Supplies:
    """Each asset needs the one before it."""
    return encode(drawn(*(need(f"a{at + 1:03}", f"a{at:03}") for at in range(assets - 1))))


def snapshot_of(supplies: Supplies) -> Snapshot:
    nobody = np.zeros(0, np.int32)
    return Snapshot(
        tenant=TENANT,
        revision=Revision(1),
        supplies=supplies,
        kind_names=("Pump",),
        kinds=np.zeros(supplies.size, np.int16),
        containment=containment_of(nobody, nobody, assets=supplies.size),
    )


def half_done(assets: int) -> Tally:
    tally = Tally.blank(assets)
    piece = tally.next_piece(assets // 2)
    assert piece is not None
    tally.counted.impacted[piece.start : piece.stop] = 7
    tally.counted.weight[piece.start : piece.stop] = 0.5
    tally.take_in(piece)
    return tally


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 9))
@settings(max_examples=60)
def test_what_is_not_counted_is_handed_out_once(known: list[bool], most: int) -> None:
    tally = Tally(Criticality.blank(len(known)), np.array(known, np.uint8))
    handed: list[int] = []
    while (piece := tally.next_piece(most)) is not None:
        assert 0 < len(piece) <= most
        handed += piece
        tally.take_in(piece)
    assert handed == [at for at, one in enumerate(known) if not one]
    assert tally.done == tally.total == len(known)
    assert tally.known.all()


def test_the_pace_is_that_of_this_process() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0], 100)
    assert pace.progress(100, 300).seconds_left is None
    now[0] = 2.0
    progress = pace.progress(150, 300)
    assert (progress.per_second, progress.seconds_left, progress.complete) == (25.0, 6.0, False)
    assert pace.progress(300, 300).seconds_left == 0


def test_a_file_holds_what_was_counted(tmp_path: Path) -> None:
    files, tally = TallyFiles(tmp_path), half_done(10)
    assert files.load(TENANT, DIGEST, 10) is None
    files.save(TENANT, DIGEST, tally)
    found = files.load(TENANT, DIGEST, 10)
    assert found is not None
    assert (found.done, found.total) == (5, 10)
    assert found.counted.impacted.tolist() == [7] * 5 + [0] * 5
    assert found.counted.weight.tolist() == [0.5] * 5 + [0.0] * 5
    assert found.next_piece(100) == range(5, 10)
    found.counted.impacted[9] = 1  # it is its own
    assert files.load(TENANT, bytes(32), 10) is None
    assert files.load(Tenant("other"), DIGEST, 10) is None
    assert not list(tmp_path.rglob("*.part"))


@given(st.data())
@settings(max_examples=30)
def test_a_file_that_is_damaged_anywhere_is_none(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    files = TallyFiles(tmp_path_factory.mktemp("tallies"))
    files.save(TENANT, DIGEST, half_done(10))
    (path,) = files.folder.rglob("*.tally")
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    else:
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    path.write_bytes(content)
    assert files.load(TENANT, DIGEST, 10) is None
    assert not path.exists()


def test_who_got_further_is_not_overwritten(tmp_path: Path) -> None:
    files, further = TallyFiles(tmp_path), half_done(10)
    files.save(TENANT, DIGEST, further)
    files.save(TENANT, DIGEST, Tally.blank(10))
    found = files.load(TENANT, DIGEST, 10)
    assert found is not None
    assert found.done == 5


def test_the_newest_files_are_kept(tmp_path: Path) -> None:
    files = TallyFiles(tmp_path)
    for number in range(KEPT + 3):
        files.save(TENANT, bytes([number]) * 32, Tally.blank(4))
    assert len(list(tmp_path.rglob("*.tally"))) == KEPT


def test_a_folder_that_can_not_be_written_stops_no_count(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    files = TallyFiles(tmp_path / "file")
    files.save(TENANT, DIGEST, half_done(4))
    assert files.load(TENANT, DIGEST, 4) is None


def test_a_count_is_named_by_what_it_follows_from() -> None:
    one, other, ones = chain(5), chain(6), np.ones(5)
    five, six = np.arange(5, dtype=np.int32), np.arange(6, dtype=np.int32)
    names = {digest_of(one, five, ones), digest_of(one, five, 2 * ones), digest_of(other, six, np.ones(6))}
    assert len(names) == 3
    assert digest_of(chain(5), five, ones) in names


def test_a_name_follows_from_what_is_meant_however_it_came_to_be() -> None:
    one, two = need("b", "a", group="g"), need("c", "b", group="h")
    topology = drawn(one, two)
    whole = encode(topology)
    for first in (one, two):
        begun = drawn(first)
        supplies = encode(begun, also=TYPES)
        step = written(supplies, write_of(supplies, begun, drawn(one, two, need("d", "c")))).supplies
        grown = written(step, write_of(step, drawn(one, two, need("d", "c")), topology)).supplies
        weights = np.array([ord(grown.ids[at]) if at < len(grown.ids) else 0.0 for at in range(grown.size)])
        there = np.array([at for at in range(len(grown.ids)) if grown.ids.is_there(at)], np.int32)
        order = grown.ids.in_order(there)
        named = digest_of(grown, order, weights)
        assert named == digest_of(encode(topology, also=TYPES), np.arange(3, dtype=np.int32), weights[order])
    assert whole.size == 3


def test_columns_go_by_ids_and_back() -> None:
    tally, order = half_done(6), np.array([4, 0, 2], np.int32)
    back = tally.of(order).placed(order, assets=6)
    assert back.known.tolist() == [1, 1, 1, 1, 0, 1]
    assert back.counted.impacted.tolist() == [7, 0, 7, 0, 0, 0]
    assert (tally.of(order).done, back.done) == (2, 5)


async def test_a_stopped_count_goes_on_and_ends_as_a_fresh_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "CHUNK", 1)
    monkeypatch.setattr(counting, "SHORT", 0.0)
    supplies, files = chain(120), TallyFiles(tmp_path)
    weights = np.arange(1.0, supplies.size + 1)
    fresh = Criticality.blank(supplies.size)
    count_falls(Engine(supplies), range(supplies.size), weights, fresh)

    def begun() -> Count:
        pool = Workers(WorkLimits(at_once=2))
        count = Count(snapshot_of(supplies), weights, workers=pool, files=files, clock=_clock())
        count.begin(Evaluators())
        return count

    stopped = begun()
    seen: list[int] = []
    while stopped.progress.done < 20:
        seen.append(stopped.progress.done)
        await asyncio.sleep(0)
    stopped.work.cancel()
    await asyncio.gather(stopped.work, return_exceptions=True)
    kept = stopped.progress.done
    assert 20 <= kept < supplies.size
    assert seen == sorted(seen)

    resumed = begun()
    await resumed.work
    assert resumed.progress.complete
    for name in ("impacted", "down", "weight"):
        assert getattr(resumed.counted, name).tolist() == getattr(fresh, name).tolist()
    again = begun()
    await again.work
    assert again.counted.impacted.tolist() == fresh.impacted.tolist()


def _clock() -> Callable[[], float]:
    return asyncio.get_running_loop().time
