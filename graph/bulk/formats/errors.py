"""What can be wrong with reading another format; what is wrong with one row or node of it is a `Problem` of its line.

InvalidInput
├── MapInvalid            a mapping file that doesn't hold together (all problems at once)
└── FormatNeedsExtra      the format is read by a library that is not installed
"""

from __future__ import annotations

from graph.errors import InvalidInput, ManyProblems


class MapInvalid(ManyProblems, InvalidInput):
    """A mapping file that doesn't hold together, or names what the ontology does not have."""

    code = "MAP_INVALID"


class FormatNeedsExtra(InvalidInput):
    """The format is read by a library that is not installed."""

    code = "FORMAT_NEEDS_EXTRA"

    def __init__(self, file: str, *, library: str, extra: str) -> None:
        super().__init__(
            f"{file} can't be read without {library}",
            expected=f"the library {library}",
            actual="it is not installed",
            hint=f'Install the extra: pip install "twin-topology[{extra}]"',
        )
        self.extra = extra
