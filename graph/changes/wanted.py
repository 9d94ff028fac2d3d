"""What change sets name, gathered over all sets of a transaction: what has to be read before they can be judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.changes.draft import AssetDelete, AssetWrite, Draft, LinkDelete, LinkWrite
from graph.changes.images import ExternalRef, Link
from graph.changes.rules import AssetRule, Comparable, LinkRule, comparable
from graph.changes.stepping import said
from graph.ontology.codec import Stored


@dataclass(slots=True)
class Wanted:
    """Names and values by what is to be asked of them.

    `whole` assets are read with everything, `ends` only with their type; `exact` relationships have a key, `loose` ones
    are named by type and ends alone; `placed` assets are given new parents; `contained` pairs are containers with what
    would come under them; `only_writes`: no change deletes anything.
    """

    whole: set[str] = field(default_factory=set[str])
    ends: set[str] = field(default_factory=set[str])
    exact: set[Link] = field(default_factory=set[Link])
    loose: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    names: set[ExternalRef] = field(default_factory=set[ExternalRef])
    uniques: defaultdict[tuple[str, str], dict[Comparable, Stored]] = field(default_factory=lambda: defaultdict(dict))
    placed: set[str] = field(default_factory=set[str])
    contained: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    deleted: set[str] = field(default_factory=set[str])
    cascades: set[str] = field(default_factory=set[str])
    supplies: list[tuple[LinkWrite, LinkRule]] = field(default_factory=list[tuple[LinkWrite, LinkRule]])
    only_writes: bool = True


def wanted_by(drafts: Sequence[Draft]) -> Wanted:
    """Return what all drafts together name."""
    wanted = Wanted()
    for draft in drafts:
        for operation in draft.operations:
            match operation:
                case AssetWrite():
                    _want_asset(wanted, operation)
                case LinkWrite():
                    _want_link(wanted, operation, operation.rule)
                    if operation.rule is not None and operation.rule.supply and draft.request.checks.groups:
                        wanted.supplies.append((operation, operation.rule))
                case LinkDelete():
                    _want_link(wanted, operation, operation.rule)
                    wanted.only_writes = False
                case AssetDelete():
                    _want_deleted(wanted, operation)
    return wanted


def _want_asset(wanted: Wanted, write: AssetWrite) -> None:
    if write.rule is None:
        return
    wanted.whole.add(write.id)
    if write.rule.uniques:
        _want_uniques(wanted, write, write.rule)
    if write.external_ids:
        wanted.names.update(write.external_ids)
    if write.parents is not None:
        wanted.placed.add(write.id)
        wanted.ends.update(write.parents)
        wanted.contained.update((parent, write.id) for parent in write.parents)


def _want_deleted(wanted: Wanted, delete: AssetDelete) -> None:
    wanted.only_writes = False
    if not delete.sound:
        return
    wanted.whole.add(delete.id)
    wanted.deleted.add(delete.id)
    if delete.cascade:
        wanted.cascades.add(delete.id)


def _want_uniques(wanted: Wanted, write: AssetWrite, rule: AssetRule) -> None:
    values = said(rule.values.successions, write.values)
    for label, name in rule.uniques:
        value = values.get(name, rule.values.defaults.get(name))
        if value is not None:
            wanted.uniques[label, name][comparable(value)] = value


def _want_link(wanted: Wanted, operation: LinkWrite | LinkDelete, rule: LinkRule | None) -> None:
    if rule is None:
        return
    wanted.ends.add(operation.source)
    wanted.ends.add(operation.target)
    name = rule.type.name
    if operation.key is None:
        wanted.loose.add((name, operation.source, operation.target))
    else:
        wanted.exact.add(Link(name, operation.source, operation.target, operation.key))
    if rule.type.containment and isinstance(operation, LinkWrite):
        wanted.contained.add((operation.source, operation.target))
