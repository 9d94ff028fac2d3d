from __future__ import annotations

import pytest

from docs.generate import HERE, PARTS, WHOLE, remade


@pytest.mark.parametrize("page", sorted(PARTS))
def test_generated_parts_are_as_the_code_says(page: str) -> None:
    assert (HERE / page).read_text(encoding="utf-8") == remade(page), "run `make docs`"


@pytest.mark.parametrize("file", sorted(WHOLE))
def test_files_made_as_a_whole_are_as_the_code_says(file: str) -> None:
    assert (HERE / file).read_text(encoding="utf-8") == WHOLE[file](), "run `make docs`"
