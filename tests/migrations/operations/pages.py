"""Pages so small that a handful of assets takes several."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

SMALL: Final = {"PAGE": 2, "SHORT_PAGE": 2, "PAGE_OF_ENDS": 2, "AT_ONCE": 2}
_STEPS: Final = "migrations.steps."


@contextmanager
def small_pages() -> Iterator[None]:
    """Let steps over data take two assets at a time while the block lasts, in this process."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith(_STEPS)]
    with pytest.MonkeyPatch.context() as patch:
        for name, size in SMALL.items():
            sized = [module for module in modules if name in vars(module)]
            assert sized, f"no step has a {name}"
            for module in sized:
                patch.setattr(module, name, size)
        yield
