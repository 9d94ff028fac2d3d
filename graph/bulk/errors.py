"""What can be wrong with a bulk load as a whole; what is wrong with a line is a `Problem` with its place.

InvalidInput
├── BulkInputBroken     the input can't be read to its end (cut off, not gzip, not there)
└── BulkRefused         a strict load met lines that can't be loaded; nothing was written
"""

from __future__ import annotations

from graph.errors import InvalidInput


class BulkInputBroken(InvalidInput):
    """The input can't be read to its end; nothing was written."""

    code = "BULK_INPUT_BROKEN"


class BulkRefused(InvalidInput):
    """A strict load met lines that can't be loaded; nothing was written."""

    code = "BULK_REFUSED"
