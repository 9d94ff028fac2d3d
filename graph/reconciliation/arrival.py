"""The source on its way into the register: parsed, checked in itself, values as stored; faulty lines are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.bulk.arrival import chunks, in_line, normalised
from graph.bulk.inputs import Line, Source
from graph.bulk.refusals import Refusals, repeated
from graph.changes.draft import AssetWrite, LinkWrite
from graph.changes.images import Link
from graph.changes.model import UpsertAsset
from graph.changes.rules import AssetRule, LinkRule, Rulebook
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
    for line, change, operation, problems in normalised(chunk, refusals, rules):
        faults = [problem for problem in problems if problem.code != _NOT_OURS]
        if faults:
            refusals.refuse(line.number, in_line(faults), line.data)
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
        refusals.refuse(line.number, (repeated(f"asset {write.id!r}", earlier, "that one was compared"),), line.data)


def _register_link(line: Line, write: LinkWrite, rule: LinkRule, register: Register, refusals: Refusals) -> None:
    link = Link(rule.type.name, write.source, write.target, write.key or "")
    earlier = register.add_link(link, write.values, line.number, contains=rule.type.containment)
    if earlier is not None:
        refusals.refuse(line.number, (repeated(f"relationship {link}", earlier, "that one was compared"),), line.data)
