"""Open files of a process that serves: each connection is one, and many systems allow 1,024 unless asked for more."""

from __future__ import annotations

import sys
from typing import Final

from structlog.stdlib import get_logger

BESIDE: Final = 512
"""Files beside those of subscribers: the database's pool, requests under way, what is open on disk."""


if sys.platform == "win32":

    def allow(subscribers: int) -> int:
        """Return how many open files are allowed: there is no limit that could be asked for."""
        return subscribers + BESIDE

else:
    import resource

    def allow(subscribers: int) -> int:
        """Allow as many open files as so many subscribers take, as far as the system lets; return how many are allowed.

        Where it is too low for all, the log says so: who comes beyond it would wait for nothing.
        """
        wanted = subscribers + BESIDE
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        unlimited = resource.RLIM_INFINITY
        most = wanted if hard == unlimited else min(wanted, hard)
        if soft != unlimited and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
        if soft != unlimited and soft < wanted:
            get_logger("twin.serve").warning(
                "fewer files may be open than all subscribers would take", allowed=soft, wanted=wanted
            )
        return wanted if soft == unlimited else soft
