"""Why the change log can't be followed.

ChangesGone                    the log doesn't hold a change that the follower has not had yet
"""

from __future__ import annotations

from graph.errors import Refused


class ChangesGone(Refused):
    """The log doesn't hold a change that the follower has not had yet."""

    code = "CHANGES_GONE"
