"""Every query file says what it is, and somebody uses it."""

from __future__ import annotations

from queries import named, names
from tests.architecture.sources import ROOT, sources


def test_every_head_fits_its_text() -> None:
    assert names()
    for name in names():
        query = named(name)
        assert query.purpose, name
        assert query.text, name


def test_every_query_is_used() -> None:
    code = "\n".join((ROOT / path).read_text() for path in sources("graph", "migrations", "app"))
    assert [name for name in names() if f'"{name}"' not in code] == []
