"""Operations on the values of an enum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from migrations.operations.draft import ENUMS, Definition, Draft, OperationRefused
from migrations.operations.operation import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEnumValue:
    """Adds a value to an enum, before another or at the end."""

    enum: str
    value: str
    before: str | None = None
    kind = "add_enum_value"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"enum": self.enum, "value": self.value, **({"before": self.before} if self.before else {})}

    def apply(self, draft: Draft) -> None:
        """Add the value, or raise OperationRefused."""
        values = _values(draft, self.enum)
        if self.value in values:
            raise OperationRefused(f"The enum {self.enum!r} has the value {self.value!r} already")
        place = len(values) if self.before is None else _place(self.enum, values, self.before)
        values.insert(place, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveEnumValue:
    """Removes a value from an enum."""

    enum: str
    value: str
    kind = "remove_enum_value"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"enum": self.enum, "value": self.value}

    def apply(self, draft: Draft) -> None:
        """Remove the value, or raise OperationRefused."""
        values = _values(draft, self.enum)
        del values[_place(self.enum, values, self.value)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceEnumValue:
    """Removes a value from an enum, and puts another of it in its place wherever it stands."""

    enum: str
    value: str
    by: str
    kind = "replace_enum_value"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"enum": self.enum, "value": self.value, "by": self.by}

    def prepare(self, draft: Draft) -> None:
        """Change nothing, or raise OperationRefused where there is no such value, or none to stand for it."""
        values = _values(draft, self.enum)
        _place(self.enum, values, self.value)
        _place(self.enum, values, self.by)

    def close(self, draft: Draft) -> None:
        """Let who writes the one store the other."""
        replaced = cast("dict[str, str]", draft.element(ENUMS, self.enum).setdefault("replaced", {}))
        replaced[self.value] = self.by

    def open(self, draft: Draft) -> None:
        """Change nothing: both are written."""

    def apply(self, draft: Draft) -> None:
        """Remove the value, or raise OperationRefused."""
        values = _values(draft, self.enum)
        del values[_place(self.enum, values, self.value)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEnumValues:
    """Puts the values of an enum into another order."""

    enum: str
    values: tuple[str, ...]
    kind = "order_enum_values"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"enum": self.enum, "values": list(self.values)}

    def apply(self, draft: Draft) -> None:
        """Order the values, or raise OperationRefused where they are not the enum's own."""
        values = _values(draft, self.enum)
        if sorted(values) != sorted(self.values):
            raise OperationRefused(
                f"These are not the values that {self.enum!r} has at this point of the history",
                expected=", ".join(values),
                hint="Add and remove values by operations of their own",
            )
        values[:] = self.values


def read_add(written: Definition) -> Operation:
    """Read `add_enum_value`."""
    before = written.get("before")
    return AddEnumValue(
        enum=str(written["enum"]), value=str(written["value"]), before=None if before is None else str(before)
    )


def read_remove(written: Definition) -> Operation:
    """Read `remove_enum_value`."""
    return RemoveEnumValue(enum=str(written["enum"]), value=str(written["value"]))


def read_replace(written: Definition) -> Operation:
    """Read `replace_enum_value`."""
    return ReplaceEnumValue(enum=str(written["enum"]), value=str(written["value"]), by=str(written["by"]))


def read_order(written: Definition) -> Operation:
    """Read `order_enum_values`."""
    return OrderEnumValues(enum=str(written["enum"]), values=tuple(cast("list[str]", written["values"])))


def _values(draft: Draft, enum: str) -> list[str]:
    return cast("list[str]", draft.element(ENUMS, enum)["values"])


def _place(enum: str, values: list[str], value: str) -> int:
    if value not in values:
        raise OperationRefused(f"The enum {enum!r} has no value {value!r}", expected=", ".join(values))
    return values.index(value)
