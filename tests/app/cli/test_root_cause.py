"""What `twin root-cause` prints, without a database; the campus's journeys ask it in earnest."""

from __future__ import annotations

import pytest

from app.cli.analysis.root_cause import print_root_causes
from tests.command_line import CommandLine

CANDIDATE = {
    "causes": [{"id": "A", "name": "Board [a]"}, {"id": "B", "name": "Board b"}],
    "score": 0.98765,
    "explainsCount": 2,
    "unexplained": [{"id": f"S{number}"} for number in range(20)],
    "unexplainedCount": 25,
    "contradictedBy": [{"id": "H"}],
    "contradictedByCount": 1,
}


def test_a_row_for_each_candidate(capsys: pytest.CaptureFixture[str]) -> None:
    print_root_causes({"revision": 7, "candidates": [CANDIDATE], "notes": ["The budget was spent"]}, 27)
    assert capsys.readouterr().out.splitlines() == [
        "What may be behind 27 symptoms, at revision 7:",
        "",
        "likeliest first",
        "causes  name                 score  explains  leaves                  against",
        "A + B   Board [a] + Board b  0.99   2 of 27   S0, S1, S2 and 22 more  H",
        "note: The budget was spent",
    ]


def test_nothing_to_blame(capsys: pytest.CaptureFixture[str]) -> None:
    print_root_causes({"revision": 7, "candidates": [], "notes": []}, 1)
    assert capsys.readouterr().out == "Nothing can be behind 1 symptom, at revision 7\n"


def test_wrong_usage(bare: CommandLine) -> None:
    assert bare("root-cause").code == 64
    assert bare("root-cause", "A", "--max-causes", "0").code == 64
