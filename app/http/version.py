"""Which version of the service answers."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache  # it is read from a file
def served_version() -> str:
    """Return it as the installed distribution says."""
    try:
        return version("twin-topology")
    except PackageNotFoundError:
        return "0+not-installed"  # run from its sources
