"""What goes wrong with the store of history.

HistoryUnavailable             the store can't be read or written now
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from graph.errors import Unavailable


class HistoryUnavailable(Unavailable):
    """The store of history can't be read or written now."""

    code = "HISTORY_UNAVAILABLE"


@contextmanager
def translated(where: str) -> Generator[None]:
    """Turn what SQLAlchemy and the file system raise inside the block into HistoryUnavailable.

    `where` names the store without its password.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise HistoryUnavailable(
            f"The history at {where} can't be read or written",
            actual=" ".join(str(getattr(error, "orig", None) or error).split())[:300],
            hint="Look at the room on its disk and at TWIN_HISTORY_URL, then try again",
        ) from error
