"""Channels and lifecycles: what an asset's state may be, as declarations."""

from __future__ import annotations

from datetime import timedelta

from graph.errors import UnitInvalid, ValueInvalid
from graph.ontology.definitions import NUMERIC, Linking, check_name, deprecation
from graph.ontology.document import ChannelDocument, LifecycleDocument, ThresholdDocument
from graph.ontology.model import ChannelDefinition, Datatype, Json, Lifecycle, PropertyDefinition, Threshold
from graph.ontology.names import CAMEL, UPPER_SNAKE
from graph.ontology.priority import Priority
from graph.ontology.problems import Problems
from graph.ontology.source import Path
from graph.ontology.temporal import parse_duration
from graph.ontology.units import check_unit
from graph.ontology.values import store

DATATYPES = NUMERIC - {Datatype.DECIMAL} | {Datatype.BOOLEAN, Datatype.STRING, Datatype.ENUM}
MILLION = 1_000_000


def channel_definition(
    name: str, document: ChannelDocument, path: Path, linking: Linking, *, owner: str
) -> ChannelDefinition:
    """Return a channel, noting all that is wrong with it."""
    problems = linking.problems
    for each in (name, *(document.formerly or ()), document.kept_as, document.becomes):
        if each is not None:
            check_name(problems, path, each, CAMEL)
    _check_datatype(document, path, problems)
    if document.unit is not None and not linking.units_judged:
        _check_unit(document.unit, document.datatype, path, problems)
    enum = linking.enum(document.enum, path)
    value = PropertyDefinition(
        id="", name=name, datatype=document.datatype, declared_by=owner, unit=document.unit, enum=enum
    )
    _check_calming(document, path, problems)
    if document.sets_operability and not document.levels:
        message = "A channel that sets operability needs levels"
        problems.value("CHANNEL_INVALID", (*path, "setsOperability"), message, expected="levels with a threshold")
    return ChannelDefinition(
        id=document.id or f"type:{owner}#{name}",
        name=name,
        datatype=document.datatype,
        declared_by=owner,
        unit=document.unit,
        stale_after=_seconds(
            document.stale_after, "staleAfter", "Not a time after which a value is stale", path, problems
        ),
        thresholds=_thresholds(document, value, path, problems),
        hysteresis=document.hysteresis or 0.0,
        hold_down=_seconds(document.hold_down, "holdDown", "Not a time to hold a level for", path, problems) or 0.0,
        sets_operability=document.sets_operability,
        when_stale=document.when_stale,
        enum=enum,
        formerly=tuple(document.formerly or ()),
        kept_as=document.kept_as,
        becomes=document.becomes,
        description=document.description,
        deprecation=deprecation(document.deprecation),
    )


def _check_datatype(document: ChannelDocument, path: Path, problems: Problems) -> None:
    datatype = document.datatype
    if datatype not in DATATYPES:
        problems.value(
            "DATATYPE_INVALID",
            (*path, "datatype"),
            f"A channel can't carry {datatype}",
            expected=" or ".join(sorted(DATATYPES)),
            actual=datatype,
        )
    if (document.enum is not None) != (datatype is Datatype.ENUM):
        message = "A channel names an enum if, and only if, its datatype is enum"
        problems.value("DATATYPE_INVALID", (*path, "enum"), message, actual=datatype)


def _check_unit(unit: str, datatype: Datatype, path: Path, problems: Problems) -> None:
    if datatype not in NUMERIC:
        problems.key("DATATYPE_INVALID", (*path, "unit"), f"unit is not for {datatype}", actual=datatype)
        return
    try:
        check_unit(unit)
    except UnitInvalid as error:
        problems.value("UNIT_INVALID", (*path, "unit"), error.message, expected=error.expected, actual=error.actual)


def _seconds(written: str | None, name: str, meaning: str, path: Path, problems: Problems) -> float | None:
    """Return a duration above nothing, noting one that is none."""
    if written is None:
        return None
    try:
        duration = parse_duration(written)
    except ValueInvalid as error:
        duration = timedelta()
        expected = error.expected
    else:
        expected = "a duration above PT0S"
    if duration <= timedelta():
        problems.value("CHANNEL_INVALID", (*path, name), meaning, expected=expected, actual=written[:80])
    return duration.total_seconds()


def _check_calming(document: ChannelDocument, path: Path, problems: Problems) -> None:
    """Note what is meant to keep levels from flapping, and can't."""
    for name, given in (("hysteresis", document.hysteresis), ("holdDown", document.hold_down)):
        if given is not None and not document.levels:
            message = f"A channel without levels needs no {name}"
            problems.key("CHANNEL_INVALID", (*path, name), message, expected="levels with a threshold")
    if document.hysteresis is not None and document.datatype not in NUMERIC:
        message = f"hysteresis is not for {document.datatype}"
        problems.key("CHANNEL_INVALID", (*path, "hysteresis"), message, expected="a number's datatype")


def _thresholds(
    document: ChannelDocument, value: PropertyDefinition, path: Path, problems: Problems
) -> tuple[Threshold, ...]:
    """Return thresholds, the worst level first."""
    for level, threshold in document.levels.items():
        _check_threshold(level, threshold, value, (*path, "levels", level), problems)
    down, degraded = document.levels.get("DOWN"), document.levels.get("DEGRADED")
    if down and degraded:
        _check_order(down, degraded, (*path, "levels", "DOWN"), problems)
    return tuple(
        Threshold(
            level=level,
            above=threshold.above,
            below=threshold.below,
            equals=threshold.equals,
            operability=0 if level == "DOWN" else round((threshold.operability or 0.5) * MILLION),
            priority=_priority(level, threshold),
        )
        for level, threshold in (("DOWN", down), ("DEGRADED", degraded))
        if threshold
    )


def _priority(level: str, threshold: ThresholdDocument) -> Priority | None:
    """Return the priority of a level's alarms where it isn't the usual one."""
    usual = Priority.HIGH if level == "DOWN" else Priority.MEDIUM
    return None if threshold.priority in (None, usual) else Priority(threshold.priority)


def _check_threshold(
    level: str, threshold: ThresholdDocument, value: PropertyDefinition, path: Path, problems: Problems
) -> None:
    if threshold.above is None and threshold.below is None and threshold.equals is None:
        problems.value("CHANNEL_INVALID", path, f"{level} begins nowhere", expected="above, below or equals")
    for bound in ("above", "below"):
        if getattr(threshold, bound) is not None and value.datatype not in NUMERIC:
            problems.key("CHANNEL_INVALID", (*path, bound), f"{bound} is not for {value.datatype}", expected="equals")
    operability = threshold.operability
    if operability is not None and (operability > 0) != (level == "DEGRADED"):
        problems.value(
            "CHANNEL_INVALID",
            (*path, "operability"),
            f"{level} has another operability",
            expected="0" if level == "DOWN" else "a number between 0 and 1",
            actual=f"{operability:g}",
        )
    if value.datatype is not Datatype.ENUM or value.enum is not None:
        _check_equals(threshold.equals, value, (*path, "equals"), problems)


def _check_equals(equals: Json, value: PropertyDefinition, path: Path, problems: Problems) -> None:
    if value.datatype not in DATATYPES or equals is None:
        return
    for one in equals if isinstance(equals, list) else [equals]:
        try:
            store(value, one)
        except (ValueInvalid, UnitInvalid) as error:
            message = f"{value.name} is never equal to this"
            problems.value("CHANNEL_INVALID", path, message, expected=error.expected, actual=error.actual)


def _check_order(down: ThresholdDocument, degraded: ThresholdDocument, path: Path, problems: Problems) -> None:
    above = down.above is not None and degraded.above is not None and down.above < degraded.above
    below = down.below is not None and degraded.below is not None and down.below > degraded.below
    if above or below:
        bound = "above" if above else "below"
        message = "DOWN begins before DEGRADED, which then never holds"
        problems.value("CHANNEL_INVALID", (*path, bound), message, expected="DOWN beyond DEGRADED")


def lifecycle(document: LifecycleDocument | None, path: Path, problems: Problems) -> Lifecycle | None:
    """Return a lifecycle, noting transitions between states that are not there."""
    if document is None:
        return None
    states = document.states
    for position, state in enumerate(states):
        at = (*path, "states", position)
        check_name(problems, at, state, UPPER_SNAKE)
        if state in states[:position]:
            problems.value("DUPLICATE_NAME", at, f"{state!r} is there twice", expected="each state once", actual=state)
    for source, targets in document.transitions.items():
        at = (*path, "transitions", source)
        unknown = [state for state in (source, *targets) if state not in states]
        for state in unknown:
            expected = f"one of {', '.join(states)}"
            problems.key("LIFECYCLE_INVALID", at, f"{state!r} is not a state", expected=expected, actual=state)
    pairs = ((source, target) for source, targets in document.transitions.items() for target in targets)
    return Lifecycle(states=tuple(states), transitions=tuple(sorted(pairs)))
