"""Functions that make rows of the values of a statement, compiled: one for each selection and exact type.

What is read of a row, and how, is the same for every row of a type, so it is worked into one dict display. Read step by
step, a thousand rows of nine values took more time than all else that the service did for them. Compiled text holds
response keys and names of the ontology as literals; values never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from graph.reading.fragments import Read, Reading, Values
from graph.reading.kinds import Kind
from graph.reading.selection import Row

Unpack: TypeAlias = "Callable[[Values, Reading], Row]"

_TYPENAME: Final = "__typename"

Step: TypeAlias = "tuple[str, int, Read, frozenset[str] | None]"
"""Response key, column, how to read it, and on which exact types."""


@dataclass(frozen=True, slots=True)
class PropertyRead:
    """Reads one property."""

    name: str

    def __call__(self, value: Any, kind: Kind, _row: Row, _reading: Reading) -> Any:
        """Return it as it is shown; None where there is no value, or the type hasn't got it."""
        if value is None or self.name not in kind.shows:
            return None
        show = kind.shows[self.name]
        return value if show is None else show(value)


def plain(value: Any, _kind: Kind, _row: Row, _reading: Reading) -> Any:
    """Read a value that is JSON already."""
    return value


def type_name(_value: object, kind: Kind, _row: Row, _reading: Reading) -> Any:
    """Read the exact type, known already."""
    return kind.name


def unpacker(steps: Iterable[Step], kind: Kind, typename: str | None) -> Unpack:
    """Return what makes a row of the columns of something of this kind; `typename` None: it has no `__typename`.

    A step is handed the row as far as it is made.
    """
    names: dict[str, Any] = {"kind": kind}
    lines = [f"    row = {{{'' if typename is None else f'{_TYPENAME!r}: {typename!r}'}}}"]
    for key, column, read, when in steps:
        if when is not None and kind.name not in when:
            continue
        shown = _shown(column, read, kind, names)
        if shown is None:
            name = f"k{len(names)}"
            names[name] = read
            shown = f"{name}(v[{column}], kind, row, reading)"
        lines.append(f"    row[{key!r}] = {shown}")
    text = "\n".join(["def unpack(v, reading):", *lines, "    return row\n"])
    made: dict[str, Any] = {}
    exec(compile(text, "<unpacking>", "exec"), names, made)  # noqa: S102 - names of the ontology as literals
    return made["unpack"]


def _shown(column: int, read: Read, kind: Kind, names: dict[str, Any]) -> str | None:
    """Return text for what is read of a column; None where its own function is to be called."""
    if read is plain:
        return f"v[{column}]"
    if read is type_name:
        return repr(kind.name)
    if not isinstance(read, PropertyRead):
        return None
    if read.name not in kind.shows:
        return "None"
    show = kind.shows[read.name]
    if show is None:
        return f"v[{column}]"
    name = f"k{len(names)}"
    names[name] = show
    text = " or type(x) is str" if read.name in kind.texts else ""
    return f"(x if (x := v[{column}]) is None{text} else {name}(x))"
