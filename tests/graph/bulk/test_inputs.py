from __future__ import annotations

import gzip
import io
import os
from pathlib import Path

import pytest

from graph.bulk import BulkInputBroken, Input, opened
from graph.bulk.inputs import LINE_BYTES


def lines_of(data: bytes) -> list[tuple[int, bytes]]:
    return [(line.number, line.data) for line in Input("input", io.BytesIO(data), total=None).lines()]


def test_lines_are_numbered_from_one_and_blank_ones_skipped() -> None:
    assert lines_of(b"a\n\n  \nb") == [(1, b"a"), (4, b"b")]


def test_carriage_returns_are_no_part_of_a_line() -> None:
    assert lines_of(b"a\r\nb\r\n\r\n") == [(1, b"a"), (2, b"b")]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert lines_of(b"\xef\xbb\xbfa\nb") == [(1, b"a"), (2, b"b")]


def test_nothing_is_no_line() -> None:
    assert lines_of(b"") == []


def test_a_line_of_the_greatest_length_is_whole() -> None:
    data = b"x" * LINE_BYTES
    (line,) = Input("input", io.BytesIO(data + b"\n"), total=None).lines()
    assert (line.oversize, line.data) == (False, data)


@pytest.mark.parametrize("size", [LINE_BYTES + 1, 50_000_000])
def test_only_the_beginning_of_a_longer_line_is_kept(size: int) -> None:
    found = list(Input("input", io.BytesIO(b"x" * size + b"\nnext\n"), total=None).lines())
    assert [(line.number, line.oversize) for line in found] == [(1, True), (2, False)]
    assert len(found[0].data) < 100_000


def test_a_packed_file_is_told_from_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "plain.ndjson"
    file.write_bytes(gzip.compress(b"\xef\xbb\xbfa\nb\n"))
    with opened(file) as source:
        assert [line.data for line in source.lines()] == [b"a", b"b"]
        assert source.position == source.total == file.stat().st_size


@pytest.mark.parametrize("kept", [5, 60, -3])
def test_a_packed_file_that_ends_early_is_refused(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "cut.ndjson.gz"
    file.write_bytes(gzip.compress(os.urandom(200).hex().encode() + b"\n")[:kept])
    with opened(file) as source, pytest.raises(BulkInputBroken, match="ends early or is damaged"):
        list(source.lines())


def test_a_damaged_packed_file_is_refused(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"".join(b"%d\n" % number for number in range(1000))))
    packed[len(packed) // 2] ^= 0xFF
    file = tmp_path / "damaged.gz"
    file.write_bytes(packed)
    with opened(file) as source, pytest.raises(BulkInputBroken) as caught:
        list(source.lines())
    assert caught.value.hint


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BulkInputBroken, match="can't be opened"), opened(tmp_path / "none.ndjson"):
        pass


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BulkInputBroken, match="can't be opened"), opened(tmp_path):
        pass


def test_a_packed_stream_is_told_from_its_bytes() -> None:
    stream = io.BufferedReader(io.BytesIO(gzip.compress(b"a\nb\n")))
    assert [line.data for line in Input("standard input", stream, total=None).lines()] == [b"a", b"b"]
