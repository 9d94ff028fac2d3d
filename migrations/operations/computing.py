"""The operation by which values are computed: by a function of one asset, or by a statement that reads the graph."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from graph.ontology.model import Json
from migrations.operations.draft import ASSET_TYPES, Definition, Draft, OperationRefused
from migrations.operations.operation import Operation

Row: TypeAlias = "Mapping[str, Json]"
Function: TypeAlias = "Callable[[Row], Mapping[str, Json] | None]"

FUNCTION = "change"
"""What the function is called that an author writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeProperties:
    """Gives properties of assets the values that a function of each asset returns, or a statement finds.

    `python` is a source that defines `change(asset)`; `cypher` a statement that reads, and returns `id` and
    `properties`. One of the two is given.
    """

    type: str
    sets: tuple[str, ...]
    python: str | None = None
    cypher: str | None = None
    kind = "compute_properties"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        how: Definition = {"cypher": self.cypher} if self.python is None else {"python": self.python}
        return {"type": self.type, "sets": list(self.sets), **how}

    def apply(self, draft: Draft) -> None:
        """Change nothing: the ontology stays; or raise OperationRefused where the source is no function."""
        draft.element(ASSET_TYPES, self.type)
        if self.python is not None and not self._defines():
            raise OperationRefused(
                f"The source defines no function {FUNCTION!r}",
                expected=f"def {FUNCTION}(asset): return {{'property': value}}",
            )

    def function(self) -> Function:
        """Return the function that the source defines; whatever running the source raises.

        Only a step over data does that: who checks, lints or replays runs nothing.
        """
        assert self.python is not None, "only a source defines a function"
        space: dict[str, object] = {}
        exec(compile(self.python, f"<{self}>", "exec"), space)  # noqa: S102  the author's own migration
        return cast("Function", space[FUNCTION])

    def _defines(self) -> bool:
        assert self.python is not None, "only a source defines a function"
        try:
            tree = ast.parse(self.python)
        except SyntaxError as error:
            raise OperationRefused(f"The source is no Python: {error}", hint="Correct it") from error
        return any(isinstance(each, ast.FunctionDef) and each.name == FUNCTION for each in tree.body)


def read_compute(written: Definition) -> Operation:
    """Read `compute_properties`."""
    return ComputeProperties(
        type=str(written["type"]),
        sets=tuple(cast("list[str]", written["sets"])),
        python=cast("str | None", written.get("python")),
        cypher=cast("str | None", written.get("cypher")),
    )
