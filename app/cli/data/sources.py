"""Sources of a load for the command line: which files go together, in which format, with which mapping file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from graph import bulk
from graph.bulk import formats
from graph.errors import InvalidInput
from graph.ontology import Ontology

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files that are loaded as one, in their format."""

    paths: tuple[Path, ...]
    format: formats.Format = formats.Format.NDJSON
    mapping: Path | None = None

    def __str__(self) -> str:
        return " + ".join(map(str, self.paths))

    def opened(self, stack: ExitStack, ontology: Ontology) -> bulk.Source:
        """Open the files while `stack` lasts, as what the Loader reads."""
        inputs = [stack.enter_context(_opened(path)) for path in self.paths]
        if self.format is formats.Format.NDJSON:
            return inputs[0]
        names = None if self.mapping is None else formats.load_map(self.mapping, ontology)
        return formats.converted(inputs, self.format, ontology, names)


def together(paths: Sequence[Path], chosen: formats.Format | None, mapping: Path | None) -> list[Files]:
    """Return what is loaded one after the other: all tables as one load, every other file alone.

    The format is recognised where none is `chosen`. Raises InvalidInput where a mapping file has nothing to map.
    """
    kinds = [chosen or _recognised(path) for path in paths]
    if mapping is not None and formats.Format.NDJSON in kinds:
        raise InvalidInput(
            f"{paths[kinds.index(formats.Format.NDJSON)]} is in the bulk format, which needs no mapping file",
            expected="--map with a file of another format",
            hint="Name the format with --format, or leave --map out",
        )
    return [Files(paths=tuple(group), format=kind, mapping=mapping) for kind, group in formats.loads_of(paths, kinds)]


def refusals_for(source: bulk.Source, path: Path | None) -> bulk.Refusals:
    """Return where the refused lines of `source` go, told in the source's own terms."""
    return formats.PlacedRefusals(path, source) if isinstance(source, formats.Converted) else bulk.Refusals(path)


def left_out(source: bulk.Source) -> str | None:
    """Return what of `source` was skipped, in a sentence, or None where nothing was."""
    if not isinstance(source, formats.Converted) or not source.left_out:
        return None
    return "left out: " + ", ".join(f"{count} {what}" for what, count in sorted(source.left_out.items()))


def _opened(path: Path) -> AbstractContextManager[bulk.Input]:
    return bulk.standard_input() if str(path) == STANDARD_INPUT else bulk.opened(path)


def _recognised(path: Path) -> formats.Format:
    if str(path) != STANDARD_INPUT:
        return formats.recognised(path)
    # What is packed can't be looked into without taking it away from the load: it needs --format.
    peek: Callable[[int], bytes] | None = getattr(sys.stdin.buffer, "peek", None)
    return formats.Format.NDJSON if peek is None else formats.recognise(STANDARD_INPUT, peek(formats.HEAD_BYTES))
