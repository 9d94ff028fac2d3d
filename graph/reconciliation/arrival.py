"""The source on its way into the register: parsed, checked in itself, values as stored; faulty lines are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.bulk.arrival import chunks, in_line, parsed
from graph.bulk.inputs import Line, Source
from graph.bulk.refusals import Refusals
from graph.changes.draft import AssetWrite, LinkWrite
from graph.changes.images import Link
from graph.changes.model import ChangeSet, UpsertAsset
from graph.changes.normalising import normalise
from graph.changes.request import Limits, Request
from graph.changes.rules import AssetRule, LinkRule, Rulebook
from graph.errors import Problem
from graph.identity import id_fault
from graph.reconciliation.model import SaidAsset
from graph.reconciliation.register import Register

_NOT_OURS = "NOT_WRITABLE"
"""Of a property that callers may not write, the source is no master: the rest of the line is compared."""


def register_source(
    source: Source, register: Register, refusals: Refusals, *, rules: Rulebook, heard: Callable[[int], None]
) -> int:
    """Read all of `source` into `register` and return its number of lines; what can't be compared is refused.

    Several sources may go into one register, which is complete when its owner says so. Raises BulkInputBroken.
    """
    count = 0
    for chunk in chunks(source.lines()):
        _register(chunk, register, refusals, rules)
        count += len(chunk)
        heard(count)
    return count


def _register(chunk: Sequence[Line], register: Register, refusals: Refusals, rules: Rulebook) -> None:
    lines = list(parsed(chunk, refusals))
    request = Request(actor="", change_set=ChangeSet(changes=tuple(change for _, change in lines)))
    draft = normalise(rules, request, Limits())
    faults: dict[int, list[Problem]] = {}
    for problem in draft.problems:
        if problem.code != _NOT_OURS:
            faults.setdefault(problem.change or 0, []).append(problem)
    for index, (line, change) in enumerate(lines):
        operation = draft.operations[index]
        if index in faults:
            refusals.refuse(line.number, in_line(faults[index]), line.data)
            if isinstance(change, UpsertAsset) and id_fault(change.id) is None:
                register.add_faulty(change.id, line.number)
        elif isinstance(operation, AssetWrite) and operation.rule is not None:
            _register_asset(line, operation, operation.rule, register, refusals)
        elif isinstance(operation, LinkWrite) and operation.rule is not None:
            _register_link(line, operation, operation.rule, register, refusals)


def _register_asset(line: Line, write: AssetWrite, rule: AssetRule, register: Register, refusals: Refusals) -> None:
    said = SaidAsset(
        write.id,
        rule.type.name,
        write.name,
        write.values,
        write.external_ids,
        write.source_of,
        write.parents,
        write.replace,
    )
    earlier = register.add_asset(said, line.number)
    if earlier is not None:
        refusals.refuse(line.number, (_repeated(f"asset {write.id!r}", earlier),), line.data)


def _register_link(line: Line, write: LinkWrite, rule: LinkRule, register: Register, refusals: Refusals) -> None:
    link = Link(rule.type.name, write.source, write.target, write.key or "")
    earlier = register.add_link(link, write.values, line.number, contains=rule.type.containment)
    if earlier is not None:
        refusals.refuse(line.number, (_repeated(f"relationship {link}", earlier),), line.data)


def _repeated(what: str, first: int) -> Problem:
    return Problem(
        code="LINE_REPEATED",
        message=f"Line {first} is about {what} already",
        expected="one line for each asset and each relationship",
        actual=f"another line for {what}",
        hint=f"Put everything into line {first}; that one was compared",
    )
