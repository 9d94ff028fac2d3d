"""What the pages say of `make` is what its recipes do."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)


def test_demo_runs_the_verb() -> None:
    assert "\n\t$(BIN)/twin demo $(if $(ONCE),--once)\n" in MAKEFILE


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_says_what_it_does(target: str) -> None:
    assert re.search(rf"^{target}:.*## \w", MAKEFILE, re.MULTILINE)


def test_pages_name_targets_that_exist() -> None:
    named = {
        word
        for page in ("README.md", "CONTRIBUTING.md")
        if (ROOT / page).exists()
        for word in re.findall(r"`make ([a-z-]+)", (ROOT / page).read_text())
    }
    assert named - set(TARGETS) == set()
    assert named
