"""From differences to the one change set that takes them away, and what such a change set must not do unasked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from graph.changes.images import Link
from graph.changes.model import (
    Change,
    ChangeSet,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    Presence,
    Receipt,
    UpsertAsset,
    UpsertRelationship,
)
from graph.changes.normalising import digest_of
from graph.changes.request import LIMITS
from graph.changes.rules import Rulebook, ValueRules
from graph.errors import LimitExceeded
from graph.ontology.codec import Stored
from graph.ontology.model import Json
from graph.reconciliation.errors import ReconcileRefused
from graph.reconciliation.findings import Findings
from graph.reconciliation.model import Difference, Group, Kind, SaidAsset
from graph.reconciliation.register import Register
from graph.reconciliation.report import Report

MOST_DELETED: Final = 0.1
"""Share of the assets, or relationships, within the extent that a repair deletes without a reason given."""

_OF_ASSETS: Final = (Kind.NAME, Kind.PROPERTY, Kind.EXTERNAL_IDS, Kind.SOURCE_OF, Kind.CONTAINMENT)
_OF_LINKS: Final = (Kind.RELATIONSHIP_PROPERTY, Kind.SUPPLY_PROPERTY)
_PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What to do about differences: those of `groups` are taken away.

    `delete_extra` says outright that what is extra may be deleted; more than a tenth of it all needs `reason`, which is
    kept in the change record. Without `write` everything is judged and nothing written.
    """

    groups: frozenset[Group]
    delete_extra: bool = False
    reason: str | None = None
    write: bool = False
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair did, or would do: `changes` of one change set, which take away `covered` differences.

    `left`: differences of type, which are left to people.
    """

    written: bool
    changes: int
    covered: int
    left: int
    receipt: Receipt | None


def check_repair(repair: Repair, report: Report) -> None:
    """Raise ReconcileRefused where the repair would take away too much, or can't tell what it takes away."""
    if Group.EXTRA not in repair.groups:
        return
    if not repair.delete_extra:
        raise ReconcileRefused(
            "What is extra would be deleted, which has to be said outright",
            expected="--apply extra together with --delete-extra",
            hint="Look at the report first; leave `extra` out to keep what the source doesn't know",
        )
    if report.refused:
        raise ReconcileRefused(
            f"{report.refused} lines of the source can't be read, so what seems extra may be in one of them",
            expected="a source all of whose lines can be compared",
            actual=f"{report.refused} of {report.lines} lines refused",
            hint="Correct these lines, or leave `extra` out",
        )
    if repair.reason is not None:
        return
    for what, kind, total in (
        ("assets", Kind.ASSET_EXTRA, report.seen.assets),
        ("relationships", Kind.RELATIONSHIP_EXTRA, report.seen.relationships),
    ):
        doomed = report.count(kind=kind)
        if doomed > MOST_DELETED * total:
            raise ReconcileRefused(
                f"{doomed} of {total} {what} would be deleted",
                expected=f"at most {MOST_DELETED:.0%} of what is compared",
                actual=f"{doomed / total:.0%}" if total else "all",
                hint="Check that the source is whole; `--force --reason TEXT` deletes them all the same",
            )


def change_set(repair: Repair, report: Report, findings: Findings, register: Register, rules: Rulebook) -> ChangeSet:
    """Return the change set that takes away the differences of the groups chosen; it may have no changes.

    It is refused where something it touches is newer than the report. Raises LimitExceeded beyond what one may hold.
    """
    changes: list[Change] = []
    for change in _changes(repair.groups, findings, register, rules):
        changes.append(change)
        if len(changes) > LIMITS.changes:
            raise LimitExceeded(
                "The repair is too large for one change set",
                expected=f"at most {LIMITS.changes} changes",
                actual=f"{report.count()} differences",
                hint="Repair a part by --within or --types, or load the source by `twin load`, which writes in batches",
            )
    operation = "reconcile" if repair.reason is None else f"reconcile: {repair.reason}"
    made = ChangeSet(
        changes=tuple(changes),
        expected_revision=report.revision,
        dry_run=not repair.write,
        operation=operation,
    )
    key = repair.idempotency_key or f"reconcile-{hashlib.sha256(digest_of(made).encode()).hexdigest()[:32]}"
    return replace(made, idempotency_key=key)


def _changes(groups: frozenset[Group], findings: Findings, register: Register, rules: Rulebook) -> Iterator[Change]:
    """Yield changes: assets before the relationships between them, deletions last."""
    if Group.MISSING in groups:
        yield from _created(findings, register, rules)
    if Group.DIFFERENT in groups:
        yield from _changed_assets(findings, register, rules)
    if Group.MISSING in groups:
        yield from _linked(findings, register, rules)
    if Group.DIFFERENT in groups:
        yield from _changed_links(findings, register, rules)
    if Group.EXTRA in groups:
        yield from _deleted(findings)


def _created(findings: Findings, register: Register, rules: Rulebook) -> Iterator[Change]:
    for page in _paged(findings.all([Kind.ASSET_MISSING])):
        said = register.said([each.asset for each in page])
        for each in page:
            if (told := said.get(each.asset)) is not None:
                values = {name: value for name, value in told.values.items() if value is not None}
                yield replace(
                    _upsert(told, _shown(rules.assets[told.type].values, values)),
                    name=told.name,
                    external_ids=_external(told),
                    source_of=told.source_of,
                    parents=told.parents,
                    presence=Presence.NEW,
                )


def _changed_assets(findings: Findings, register: Register, rules: Rulebook) -> Iterator[Change]:
    for page in _paged(findings.of_assets(_OF_ASSETS)):
        said = register.said([each.asset for each in page])
        for asset, differences in groupby(page, key=lambda each: each.asset):
            if (told := said.get(asset)) is not None:
                yield from _changed_asset(told, list(differences), register, rules)


def _changed_asset(
    told: SaidAsset, differences: list[Difference], register: Register, rules: Rulebook
) -> Iterator[Change]:
    kinds = {each.kind for each in differences}
    named = [each.property for each in differences if each.property is not None]
    defaults = rules.assets[told.type].values.defaults
    values = {name: told.values[name] if name in told.values else defaults.get(name) for name in named}
    change = _upsert(told, _shown(rules.assets[told.type].values, values))
    if Kind.NAME in kinds:
        change = replace(change, name=told.name)
    if Kind.EXTERNAL_IDS in kinds:
        change = replace(change, external_ids=_external(told) or ())
    if Kind.SOURCE_OF in kinds:
        change = replace(change, source_of=told.source_of or ())
    if Kind.CONTAINMENT in kinds and told.parents is not None:
        change = replace(change, parents=told.parents)
    if kinds != {Kind.CONTAINMENT} or told.parents is not None:
        yield change
    if Kind.CONTAINMENT in kinds and told.parents is None:
        (moved,) = (each for each in differences if each.kind is Kind.CONTAINMENT)
        yield from _moved(told, moved, register, rules)


def _moved(told: SaidAsset, moved: Difference, register: Register, rules: Rulebook) -> Iterator[Change]:
    """Yield the containments by lines of their own: those that the twin has too many, then those it lacks."""
    wanted = set(register.containments_of([told.id]).get(told.id, []))
    there = {Link(*_name(place, told.id)) for place in _listed(moved.twin)}
    for link in sorted(there - wanted):
        yield DeleteRelationship(type=link.type, source=link.source, target=link.target, key=link.key)
    values = register.told_from([link.source for link in wanted])
    for link in sorted(wanted - there):
        yield _upsert_link(link, values.get(link, {}), rules)


def _linked(findings: Findings, register: Register, rules: Rulebook) -> Iterator[Change]:
    for page in _paged(findings.all([Kind.RELATIONSHIP_MISSING])):
        links = [each.link for each in page if each.link is not None]
        values = register.told_from([link.source for link in links])
        for link in links:
            yield _upsert_link(link, values.get(link, {}), rules)


def _changed_links(findings: Findings, register: Register, rules: Rulebook) -> Iterator[Change]:
    for page in _paged(findings.of_links(_OF_LINKS)):
        told = register.told_from([each.link.source for each in page if each.link is not None])
        for link, differences in groupby(page, key=lambda each: each.link):
            if link is not None:
                values = {**rules.links[link.type].values.defaults, **told.get(link, {})}
                yield _upsert_link(
                    link, {each.property or "": values.get(each.property or "") for each in differences}, rules
                )


def _deleted(findings: Findings) -> Iterator[Change]:
    for each in findings.all([Kind.RELATIONSHIP_EXTRA]):
        if (link := each.link) is not None:
            yield DeleteRelationship(type=link.type, source=link.source, target=link.target, key=link.key)
    for each in findings.all([Kind.ASSET_EXTRA]):
        yield DeleteAsset(id=each.asset, type=each.type)


def _upsert(told: SaidAsset, properties: Mapping[str, Json]) -> UpsertAsset:
    return UpsertAsset(id=told.id, type=told.type, properties=properties)


def _upsert_link(link: Link, values: Mapping[str, Stored | None], rules: Rulebook) -> UpsertRelationship:
    shown = _shown(rules.links[link.type].values, values)
    return UpsertRelationship(type=link.type, source=link.source, target=link.target, key=link.key, properties=shown)


def _shown(rules: ValueRules, values: Mapping[str, Stored | None]) -> dict[str, Json]:
    return {name: None if value is None else rules.shown(name, value) for name, value in values.items()}


def _external(told: SaidAsset) -> tuple[ExternalId, ...] | None:
    if told.external_ids is None:
        return None
    return tuple(ExternalId(system=each.system, id=each.id) for each in told.external_ids)


def _listed(value: Json) -> list[dict[str, str]]:
    return (
        [{key: str(part) for key, part in each.items()} for each in value or () if isinstance(each, dict)]
        if isinstance(value, list)
        else []
    )


def _name(place: Mapping[str, str], target: str) -> tuple[str, str, str, str]:
    return (place["type"], place["from"], target, place["key"])


def _paged(differences: Iterable[Difference]) -> Iterator[list[Difference]]:
    """Yield differences some at a time; those of one asset stay together."""
    page: list[Difference] = []
    for each in differences:
        if len(page) >= _PAGE and each.asset != page[-1].asset:
            yield page
            page = []
        page.append(each)
    if page:
        yield page
