"""The ontology's rules in words, for people who don't read its document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from graph.ontology.model import (
    ChannelDefinition,
    Datatype,
    ImpactDirection,
    ImpactKind,
    Json,
    Multiplicity,
    Ontology,
    PropertyDefinition,
    RelationshipType,
    Threshold,
)
from graph.ontology.temporal import format_duration

MILLION = 1_000_000
_ROUND = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))

_LOSSES = "`loss` says how much of the dependant is lost without; `delay` how long it rides through"
_OPEN = "one that is `open` carries nothing."
_REQUIREMENT = (
    "Each one is needed; of one dependant those with the same `group` stand in for each other.",
    "Of a group as many must work as `needs` says (QUORUM), or together they must carry as much (CAPACITY).",
    f"{_LOSSES}; {_OPEN}",
)
_FLOW = (
    "Something flows that must come from a source: any way in that leads back to one will do, no loop feeds itself.",
    "Where a dependant needs several ways at once, `group` and `needs` say so.",
    f"{_LOSSES}; {_OPEN}",
)


def count_words(count: Multiplicity) -> str:
    """Return how many, e.g. `at most 8`."""
    least, most = count.minimum, count.maximum
    if most is None:
        return f"at least {least}" if least else "any number"
    if least == most:
        return f"exactly {most}"
    return f"{least} to {most}" if least else f"at most {most}"


def datatype_words(definition: PropertyDefinition) -> str:
    """Return what it holds, e.g. `list of string`, `decimal with 2 decimals`."""
    match definition.datatype:
        case Datatype.LIST if definition.items:
            return f"list of {datatype_words(definition.items)}"
        case Datatype.MAP if definition.items:
            return f"map to {datatype_words(definition.items)}"
        case Datatype.ENUM if definition.enum:
            return definition.enum.name
        case Datatype.DECIMAL:
            return f"decimal with {definition.scale} decimals"
        case other:
            return other.value


def rule_words(definition: PropertyDefinition) -> tuple[str, ...]:
    """Return what a value must keep to beside its datatype, rule by rule."""
    return tuple(_rules(definition))


def _rules(definition: PropertyDefinition) -> Iterator[str]:
    for flag in ("required", "unique", "indexed"):
        if getattr(definition, flag):
            yield flag
    yield from _range(definition)
    if definition.pattern is not None:
        yield f"matches {definition.pattern}"
    if definition.scale and definition.datatype is Datatype.FLOAT:
        yield f"at most {definition.scale} decimals"
    if definition.quantity is not None:
        yield f"a {definition.quantity.replace('_', ' ')}"
    if not definition.writable:
        yield "set once, not writable"
    if definition.items is not None:
        yield from (f"each {rule}" for rule in _rules(definition.items))


def _range(definition: PropertyDefinition) -> Iterator[str]:
    least, most = definition.minimum, definition.maximum
    unit = f" {definition.unit}" if definition.unit else ""
    if least is not None and most is not None and not definition.exclusive_minimum:
        yield f"{number(least)} to {number(most)}{unit}"
        return
    if least is not None:
        yield f"{'above' if definition.exclusive_minimum else 'at least'} {number(least)}{unit}"
    if most is not None:
        yield f"at most {number(most)}{unit}"


def number(value: float) -> str:
    """Return a number without a fraction that says nothing."""
    return f"{Decimal(repr(value)).normalize():f}" if value == 0 or 1e-9 <= abs(value) < 1e15 else repr(value)


def value_words(value: Json) -> str:
    """Return a value as it is written in JSON, texts without their quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def duration_words(seconds: float) -> str:
    """Return a duration, e.g. `5 minutes`; what is no round number in ISO 8601."""
    for word, length in _ROUND:
        count, rest = divmod(seconds, length)
        if count and not rest:
            return f"{int(count)} {word}{'' if count == 1 else 's'}"
    return format_duration(timedelta(seconds=seconds))


def threshold_words(threshold: Threshold, channel: ChannelDefinition) -> str:
    """Return when a level holds, e.g. `above 4.5 mm/s or below 1 mm/s`."""
    unit = f" {channel.unit}" if channel.unit else ""
    parts = [
        f"{word} {number(bound)}{unit}"
        for word, bound in (("above", threshold.above), ("below", threshold.below))
        if bound is not None
    ]
    if threshold.equals is not None:
        values = threshold.equals if isinstance(threshold.equals, list) else [threshold.equals]
        parts.append(" or ".join(f"at {value_words(value)}" for value in values))
    return " or ".join(parts)


def calming_words(channel: ChannelDefinition) -> str:
    """Return what keeps a channel's levels from flapping, e.g. `levels end 0.5 degC back, after 2 minutes`."""
    parts = [
        f"{number(channel.hysteresis)}{f' {channel.unit}' if channel.unit else ''} back" if channel.hysteresis else "",
        f"after {duration_words(channel.hold_down)}" if channel.hold_down else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"levels end {told}" if told else ""


def share_words(millionths: int) -> str:
    """Return an operability in per cent."""
    return f"{number(millionths * 100 / MILLION)} %"


def freshness_words(channel: ChannelDefinition) -> str:
    """Return what counts while a channel is stale or was never seen."""
    if not channel.sets_operability:
        return "shown beside the asset; its own operability stays as it is"
    return {
        "UNKNOWN": "the asset's own level is unknown while it is stale or was never seen",
        "LAST": "the last level counts on while it is stale",
        "OK": "the asset counts as OK while it is stale or was never seen",
    }[channel.when_stale]


def impact_words(link: RelationshipType, ontology: Ontology) -> tuple[str, ...]:
    """Return what a relationship type means when something fails, sentence by sentence."""
    if not link.is_supply:
        return (
            "Impact does not travel along it: when one end fails, the other goes on.",
            *(("It says where things are, and nothing of what they need.",) if link.containment else ()),
        )
    return (*_who_suffers(link), *_how_groups_work(link, ontology))


def _who_suffers(link: RelationshipType) -> tuple[str, ...]:
    match link.impact:
        case ImpactDirection.FORWARD:
            return ("The target needs the source: when the source fails, the target suffers.",)
        case ImpactDirection.REVERSE:
            return ("The source needs the target: when the target fails, the source suffers.",)
        case _:
            return ("It works both ways: each end supplies the other.",)


def _how_groups_work(link: RelationshipType, ontology: Ontology) -> tuple[str, ...]:
    if link.kind is ImpactKind.REQUIREMENT:
        return _REQUIREMENT
    sources = [name for name, kind in ontology.asset_types.items() if link.name in kind.sources and not kind.abstract]
    called = f"Sources are {_listed(sources)}." if sources else "No type is a source; single assets may be called one."
    return (_FLOW[0], called, *_FLOW[1:])


def consequence_words(link: RelationshipType, *, source: bool) -> str:
    """Return what follows for an asset at one end of a relationship type with impact, and for those at the other."""
    flow = link.kind is ImpactKind.FLOW
    unless = "unless another way in leads back to a source" if flow else "unless enough others of its group work"
    if link.impact is ImpactDirection.BOTH:
        return f"When one of those at the other end fails, it suffers, {unless}; and so do they when it fails."
    if source == (link.impact is ImpactDirection.FORWARD):
        return "When it fails, those at the other end suffer."
    return f"When one of those at the other end fails, it suffers, {unless}."


def _listed(names: list[str], most: int = 12) -> str:
    shown = sorted(names)[:most]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
