"""What goes wrong with the store of history.

HistoryUnavailable             the store can't be read or written now
├── HistoryRefused             it answers, and does not take these values
ParquetNeedsExtra              the library that writes Parquet is not installed
"""

from __future__ import annotations

from graph.errors import InvalidInput, Unavailable


class HistoryUnavailable(Unavailable):
    """The store of history can't be read or written now."""

    code = "HISTORY_UNAVAILABLE"


class HistoryRefused(HistoryUnavailable):
    """The store of history answers, and does not take these values."""


class ParquetNeedsExtra(InvalidInput):
    """A Parquet file is wanted, and the library that writes it is not installed."""

    code = "FORMAT_NEEDS_EXTRA"

    def __init__(self) -> None:
        super().__init__(
            "Parquet files are written by a library that is not installed",
            expected="pyarrow",
            hint="Install it (`pip install 'twin-topology[parquet]'`), or write .csv or .ndjson",
        )
