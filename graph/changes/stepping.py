"""Properties in step: one takes the place of another while a migration waits to be completed, and both are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from graph.errors import InvalidInput
from graph.ontology.codec import Stored, refusal
from graph.ontology.succession import Convert, Succession
from graph.ontology.values import codec

Values: TypeAlias = "Mapping[str, Stored | None]"


def in_step(successions: Sequence[Succession], before: Mapping[str, Stored], after: Values, written: Values) -> Values:
    """Return the values `after` a write, with followers and what they follow saying the same.

    Who knows only the old property writes that, and the new one becomes what it becomes; a value that it can't take
    over leaves it empty, for the old are not to notice anything. Who writes only the new one writes the old with it.

    Raises:
        ValueInvalid, UnitInvalid: a value of the new property that the old one can't say, or both at odds.
    """
    if not successions:
        return after
    values = dict(after)
    for each in successions:
        leader, follower = each.leader.name, each.follower.name
        leading, following = values.get(leader), values.get(follower)
        if follower in written and following is not None:
            if leading is None or not each.agree(leading, following):
                values[leader] = _said_by_leader(each, following, written)
        elif follower in written and leader not in written:
            values[leader] = None
        elif leading is not None:
            if following is None or not each.agree(leading, following):
                values[follower] = _or_none(each.up, leading)
        elif leader in written or leader in before:
            values[follower] = None
        elif following is not None:
            values[leader] = _or_none(each.down, following)  # what was taken away comes back, asset by asset
    return values


def _said_by_leader(each: Succession, following: Stored, written: Values) -> Stored:
    if written.get(each.leader.name) is not None:
        raise refusal(
            each.follower,
            codec(each.follower).show(following),
            f"what {each.leader.name} says, which it takes the place of",
            hint="Write one of the two; until the migration is completed they are kept in step",
        )
    return each.down(following)


def _or_none(convert: Convert, value: Stored) -> Stored | None:
    try:
        return convert(value)
    except InvalidInput:
        return None  # counted and named before the migration is completed
