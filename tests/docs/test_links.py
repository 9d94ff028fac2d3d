"""Links between pages lead somewhere, and the guide's index names every page."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import FENCE, ROOT, pages

LINK = re.compile(r"\]\((?P<target>[^)#\s]+)?(?:#(?P<anchor>[^)\s]+))?\)")


def headings(page: str) -> set[str]:
    found = re.findall(r"^#+ (.+)$", FENCE.sub("", (ROOT / page).read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    for link in LINK.finditer(FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))):
        target = link["target"] or ""
        if "://" in target:
            continue
        file = (ROOT / page).parent / target if target else ROOT / page
        assert file.exists(), f"{page}: {target}"
        if link["anchor"] and file.suffix == ".md":
            assert link["anchor"] in headings(str(file.resolve().relative_to(ROOT))), f"{page}: {link[0]}"


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text()
    assert [path.name for path in (ROOT / "docs").glob("*.md") if f"({path.name})" not in index + "(README.md)"] == []


def test_the_list_of_decisions_is_complete() -> None:
    index = (ROOT / "docs/adr/README.md").read_text()
    assert [path.name for path in (ROOT / "docs/adr").glob("0*.md") if f"({path.name})" not in index] == []
