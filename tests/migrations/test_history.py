"""The graph of revisions; graphs are written as text: `0002_b <- 0001_a` says what 0002_b builds on."""

from __future__ import annotations

import pytest

from migrations.errors import HistoryInvalid
from migrations.files import History, Migration, history_of

HASH = f"sha256:{'0' * 64}"


def migration(revision: str, *parents: str, checksum: str = "sha256:x", file: str | None = None) -> Migration:
    return Migration(
        revision=revision,
        parents=parents,
        before=None,
        after=HASH,
        message="",
        author=None,
        expand=(),
        checksum=checksum,
        file=file or f"versions/{revision}.yaml",
        text="",
    )


def graph(text: str) -> History:
    lines = [line.strip() for line in text.strip().splitlines()]
    parts = [(left.strip(), right.split()) for left, _, right in (line.partition("<-") for line in lines)]
    return history_of(migration(revision, *parents) for revision, parents in parts)


def codes(error: HistoryInvalid) -> set[str]:
    return {problem.code for problem in error.problems}


def test_an_empty_history_has_no_head() -> None:
    history = history_of(())

    assert history.head is None
    assert history.order == ()


def test_a_line_runs_from_its_beginning() -> None:
    history = graph("""
        0003_c <- 0002_b
        0001_a
        0002_b <- 0001_a
    """)

    assert history.order == ("0001_a", "0002_b", "0003_c")
    assert history.head == "0003_c"
    assert history.ancestors("0003_c") == ("0001_a", "0002_b")


def test_branches_have_two_heads_until_merged() -> None:
    branches = """
        0001_a
        0002_b <- 0001_a
        0002_c <- 0001_a
    """
    forked = graph(branches)
    merged = graph(branches + "    0003_d <- 0002_c 0002_b")

    assert forked.heads == ("0002_b", "0002_c")
    with pytest.raises(HistoryInvalid) as caught:
        _ = forked.head
    assert {problem.place for problem in caught.value.problems} == {"versions/0002_b.yaml", "versions/0002_c.yaml"}
    assert merged.head == "0003_d"
    assert merged.ancestors("0003_d") == ("0001_a", "0002_b", "0002_c")


def test_a_missing_parent_is_named() -> None:
    with pytest.raises(HistoryInvalid) as caught:
        graph("0002_b <- 0001_a")

    (problem,) = caught.value.problems
    assert problem.code == "PARENT_MISSING"
    assert problem.place == "versions/0002_b.yaml"
    assert "0001_a" in problem.message


def test_a_circle_names_its_revisions() -> None:
    with pytest.raises(HistoryInvalid) as caught:
        graph("""
            0001_a
            0002_b <- 0001_a 0003_c
            0003_c <- 0002_b
        """)

    (problem,) = caught.value.problems
    assert problem.code == "REVISIONS_IN_CIRCLE"
    assert "0002_b, 0003_c" in problem.message


def test_two_beginnings_are_refused() -> None:
    with pytest.raises(HistoryInvalid) as caught:
        graph("""
            0001_a
            0001_b
        """)

    assert codes(caught.value) == {"SEVERAL_BEGINNINGS"}


def test_one_revision_in_two_files_is_refused() -> None:
    with pytest.raises(HistoryInvalid) as caught:
        history_of((migration("0001_a"), migration("0001_a", file="versions/0001_other.yaml")))

    assert codes(caught.value) == {"REVISION_TWICE", "REVISION_MISNAMED"}


def test_the_chain_changes_with_any_file_below() -> None:
    def chain(first: str) -> str:
        return history_of((migration("0001_a", checksum=first), migration("0002_b", "0001_a"))).chain("0002_b")

    assert chain("sha256:1") == chain("sha256:1")
    assert chain("sha256:1") != chain("sha256:2")
