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
        if leader in written and follower in written:
            _agreed(each, leading, following)
        elif follower in written:
            values[leader] = _led(each, before, leading, following)
        elif leading is not None:
            if following is None or leading != before.get(leader):
                values[follower] = or_none(each.up, leading)
        elif leader in written or leader in before:
            values[follower] = None
        elif following is not None:
            values[leader] = or_none(each.down, following)  # what was taken away comes back, asset by asset
    return values


def said(successions: Sequence[Succession], written: Values) -> Values:
    """Return what a write says, also of old properties by the new ones that alone it names."""
    if not successions:
        return written
    values = dict(written)
    for each in successions:
        leader, follower = each.leader.name, each.follower.name
        if follower in written and leader not in written:
            following = written[follower]
            values[leader] = None if following is None else or_none(each.down, following)
    return values


def _led(
    each: Succession, before: Mapping[str, Stored], leading: Stored | None, following: Stored | None
) -> Stored | None:
    """Return the old value beside a new one that alone was written: the one there is, if that says exactly the same.

    A null takes away only what the new property had: a value that it could not take over is not its to drop.
    """
    if following is None:
        return leading if before.get(each.follower.name) is None else None
    if leading is not None and or_none(each.up, leading) == following:
        return leading
    return each.down(following)


def _agreed(each: Succession, leading: Stored | None, following: Stored | None) -> None:
    """Raise ValueInvalid where both are written and say different things."""
    if leading is None and following is None:
        return
    if leading is None or following is None or not each.agree(leading, following):
        shown = None if following is None else codec(each.follower).show(following)
        raise refusal(
            each.follower,
            shown,
            f"what {each.leader.name} says, which it takes the place of",
            hint="Write one of the two; until the migration is completed they are kept in step",
        )


def or_none(convert: Convert, value: Stored) -> Stored | None:
    """Return what a value becomes, None where it can't be taken over."""
    try:
        return convert(value)
    except InvalidInput:
        return None  # counted and named before the migration is completed
