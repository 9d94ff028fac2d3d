"""Questions about a source of truth as doors get them: texts become a question and a repair."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.receipts import receipt_json
from graph.errors import ValueInvalid
from graph.ontology.model import Json
from graph.reconciliation import Group, Repaired, Tolerance


def tolerance_of(texts: Sequence[str]) -> Tolerance:
    """Return the tolerance that `1e-6` (a share) and `ratedFlow=0.05` (in the property's unit) ask for.

    Raises ValueInvalid.
    """
    relative = Tolerance().relative
    absolute: dict[str, float] = {}
    for text in texts:
        name, separator, value = text.rpartition("=")
        if separator:
            absolute[name.strip()] = _number(value, text)
        else:
            relative = _number(value, text)
    return Tolerance(relative=relative, absolute=absolute)


def groups_of(text: str) -> frozenset[Group]:
    """Return the groups that `missing,different` names. Raises ValueInvalid."""
    known = {group.value: group for group in Group}
    names = [each.strip().lower() for each in text.split(",") if each.strip()]
    for unknown in (name for name in names if name not in known):
        raise ValueInvalid(
            "That can't be repaired", place="apply", expected=", ".join(known), actual=repr(unknown[:40])
        )
    return frozenset(known[name] for name in names)


def repaired_json(repaired: Repaired) -> dict[str, Json]:
    """Return what a repair did, or would do, as JSON."""
    receipt = repaired.receipt
    shown: dict[str, Json] = {"written": repaired.written, "changes": repaired.changes, "left": repaired.left}
    return shown if receipt is None else {**shown, **receipt_json(receipt)}


def _number(text: str, whole: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (value >= 0 and math.isfinite(value)):
        raise ValueInvalid(
            "Not a tolerance",
            place="tolerance",
            expected="a share of the value, as 1e-6, or PROPERTY=NUMBER in the unit of the property",
            actual=repr(whole[:80]),
        )
    return value
