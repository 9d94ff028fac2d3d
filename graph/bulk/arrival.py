"""Lines on their way into staging: parsed, checked in themselves, set aside for writing; faulty ones are refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from graph.bulk.inputs import LINE_BYTES, Line, Source
from graph.bulk.lines import LineInvalid, parse_line
from graph.bulk.refusals import Refusals
from graph.bulk.spool import SpooledAsset, SpooledLink
from graph.bulk.staging import AssetRow, Staging
from graph.bulk.whole.requirements import missing
from graph.bulk.whole.uniqueness import EXTERNAL
from graph.changes.draft import AssetWrite, LinkWrite, Operation
from graph.changes.model import ChangeSet, UpsertAsset, UpsertRelationship
from graph.changes.normalising import normalise
from graph.changes.request import Limits, Request
from graph.changes.rules import AssetRule, LinkRule, Rulebook, ValueRules
from graph.changes.stepping import said
from graph.errors import Problem
from graph.ontology.codec import Stored

_CHUNK_LINES = 500
_CHUNK_BYTES = 4 * 1024 * 1024
_GROUP_TERMS = frozenset({"group", "needs", "combine", "loss"})
_NO_TERMS = (None, None, None, None)
_OVERSIZE = Problem(
    code="LIMIT_EXCEEDED",
    message="The line is too long",
    expected=f"at most {LINE_BYTES // 1024 // 1024} MiB",
    hint="Put large documents elsewhere and their address into a property",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What came in: lines that are not blank, and SHA-256 over all of them."""

    lines: int
    digest: str


def receive(
    source: Source, staging: Staging, refusals: Refusals, *, rules: Rulebook, heard: Callable[[int], None]
) -> Arrived:
    """Read all of `source` into `staging`; what is wrong in itself goes to `refusals`. `heard` is told of the lines."""
    digest = hashlib.sha256()
    count = 0
    for chunk in chunks(source.lines()):
        for line in chunk:
            digest.update(line.data + b"\n")
        _stage(chunk, staging, refusals, rules)
        count += len(chunk)
        heard(count)
    staging.complete()
    return Arrived(lines=count, digest=digest.hexdigest())


def chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield lines, some hundred at a time, and fewer where they are long."""
    chunk: list[Line] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line.data)
        if len(chunk) >= _CHUNK_LINES or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _stage(chunk: Sequence[Line], staging: Staging, refusals: Refusals, rules: Rulebook) -> None:
    for line, _, operation, faults in normalised(chunk, refusals, rules):
        if faults:
            refusals.refuse(line.number, in_line(faults), line.data)
            continue
        if isinstance(operation, AssetWrite) and operation.rule is not None:
            _stage_asset(line, operation, operation.rule, staging)
        if isinstance(operation, LinkWrite) and operation.rule is not None:
            _stage_link(line, operation, operation.rule, staging)


def normalised(
    chunk: Sequence[Line], refusals: Refusals, rules: Rulebook
) -> Iterator[tuple[Line, UpsertAsset | UpsertRelationship, Operation, list[Problem]]]:
    """Yield lines with the changes that they ask for, these as operations, and what is wrong with each in itself."""
    lines = list(parsed(chunk, refusals))
    request = Request(actor="", change_set=ChangeSet(changes=tuple(change for _, change in lines)))
    draft = normalise(rules, request, Limits())
    faults: dict[int, list[Problem]] = {}
    for problem in draft.problems:
        faults.setdefault(problem.change or 0, []).append(problem)
    for index, (line, change) in enumerate(lines):
        yield line, change, draft.operations[index], faults.get(index, [])


def parsed(chunk: Sequence[Line], refusals: Refusals) -> Iterator[tuple[Line, UpsertAsset | UpsertRelationship]]:
    """Yield lines with the changes that they ask for; what is no line of the format goes to `refusals`."""
    for line in chunk:
        if line.problems:
            refusals.refuse(line.number, line.problems, line.data)
            continue
        if line.oversize:
            refusals.refuse(line.number, (_OVERSIZE,), line.data)
            continue
        try:
            yield line, parse_line(line.data)
        except LineInvalid as error:
            refusals.refuse(line.number, error.problems, line.data)


def in_line(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return problems of a change with places inside the line instead of inside a change set."""
    return tuple(
        replace(problem, change=None, place=(problem.place or "").partition("].")[2].partition(".")[2] or None)
        for problem in problems
    )


def _stage_asset(line: Line, write: AssetWrite, rule: AssetRule, staging: Staging) -> None:
    asset, number = write.id, line.number
    values = said(rule.values.successions, write.values)
    kept = () if write.replace else _unmentioned(rule.values, values)
    for name in rule.values.required:
        if _taken_away(name, rule.values, values, replaced=write.replace):
            staging.refuse(number, missing(asset, rule.type.name, name))
    staging.add_asset(
        AssetRow(id=asset, type=rule.type.name, line=number, lacks=kept, reparented=write.parents is not None)
    )
    for label, name in rule.uniques:
        if name in values or write.replace:
            value = values.get(name)
            shown = None if value is None else orjson.dumps(rule.values.shown(name, value)).decode()
            staging.add_value(label, name, shown, asset=asset, line=number)
    if write.external_ids is not None:
        staging.add_value(EXTERNAL, "", None, asset=asset, line=number)
        for reference in write.external_ids:
            staging.add_value(EXTERNAL, reference.system, reference.id, asset=asset, line=number)
    entry = SpooledAsset(
        number,
        line.data,
        asset,
        rule.type.name,
        write.name,
        write.values,
        write.external_ids,
        write.source_of,
        write.parents,
        write.replace,
    )
    staging.assets.append(entry)
    if write.parents is not None:
        for parent in write.parents:
            staging.add_parent(parent, asset, number)
        staging.relationships.append(entry)


def _stage_link(line: Line, write: LinkWrite, rule: LinkRule, staging: Staging) -> None:
    terms = _terms(rule, write)
    name, key = rule.type.name, write.key or ""
    lacks = None
    if rule.values.required:
        values = said(rule.values.successions, write.values)
        for required in rule.values.required:
            if required in values and values[required] is None:
                staging.refuse(line.number, missing(write.source, name, required))
        lacks = ",".join(_unmentioned(rule.values, values)) or None
    row = (name, write.source, write.target, key, line.number)
    staging.add_link(row if terms is _NO_TERMS and lacks is None else (*row, *terms, lacks))
    staging.relationships.append(
        SpooledLink(line.number, line.data, name, write.source, write.target, write.key, write.values)
    )


def _unmentioned(rules: ValueRules, values: Mapping[str, Stored | None]) -> tuple[str, ...]:
    """Return required properties that something new would lack."""
    return tuple(name for name in rules.required if name not in values and name not in rules.defaults)


def _taken_away(name: str, rules: ValueRules, values: Mapping[str, Stored | None], *, replaced: bool) -> bool:
    """Whether the line leaves the asset without the property, be it new or not."""
    if name in values:
        return values[name] is None
    return replaced and name not in rules.defaults


def _terms(rule: LinkRule, write: LinkWrite) -> tuple[Stored | None, ...]:
    """Return group, needs, combine and loss as the line says; one set to null goes back to its default."""
    if rule.supply is None or _GROUP_TERMS.isdisjoint(write.values):
        return _NO_TERMS
    defaults = rule.supply.defaults
    back = {"group": "", "needs": defaults.needs, "combine": defaults.combine, "loss": defaults.loss}
    return tuple(
        (write.values[name] if write.values[name] is not None else default) if name in write.values else None
        for name, default in back.items()
    )
