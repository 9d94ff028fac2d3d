"""The chain over the ledger shows whatever is changed in it, or taken out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrations import Project
from migrations.governance import Entry, EntryKind, NewEntry
from migrations.ledger import Facts, corrected, facts_of, sealing, tampering
from tests.migrations.ledgers import chain, facts_at, record_of

START = "0001_start"


def applied(project: Project) -> NewEntry:
    return NewEntry(kind=EntryKind.APPLIED, revision=START, by="tester", facts=facts_of(record_of(project, START)))


def more(count: int) -> list[NewEntry]:
    return [
        NewEntry(kind=EntryKind.APPROVED, revision=START, by=f"p{n}", facts={"checksum": "x"}) for n in range(count)
    ]


@pytest.fixture
def facts(project: Project) -> Facts:
    return facts_at(project, START, entries=chain(applied(project), *more(3)))


def said(facts: Facts) -> list[str]:
    return [f"{each.about} {each.says}" for each in tampering(facts)]


def test_a_chain_that_nobody_touched_is_whole(facts: Facts) -> None:
    assert said(facts) == []
    assert said(replace(facts, entries=())) == []  # a database from before there was a chain


CHANGES: list[tuple[str, Callable[[Sequence[Entry]], list[Entry]], str]] = [
    ("changed", lambda e: [e[0], replace(e[1], by="nobody"), *e[2:]], "entry 2 (APPROVED 0001_start) was changed"),
    ("facts", lambda e: [replace(e[0], facts="{}"), *e[1:]], "entry 1 (APPLIED 0001_start) was changed"),
    ("time", lambda e: [*e[:3], replace(e[3], at=9)], "entry 4 (APPROVED 0001_start) was changed"),
    ("gone", lambda e: [e[0], *e[2:]], "entry 3 follows entry 1: others are missing"),
    ("first gone", lambda e: list(e[1:]), "entry 2 follows entry 0: others are missing"),
    (
        "made anew",
        lambda e: [e[0], rehashed(replace(e[1], by="nobody")), *e[2:]],
        "entry 3 does not follow the entry before it, which was changed",
    ),
]


def rehashed(entry: Entry) -> Entry:
    return replace(entry, hash=entry.right_hash)


@pytest.mark.parametrize(("change", "message"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_what_is_changed_in_the_chain_is_seen(
    facts: Facts, change: Callable[[Sequence[Entry]], list[Entry]], message: str
) -> None:
    assert message in said(replace(facts, entries=tuple(change(facts.entries))))


def test_what_is_changed_in_a_record_is_seen(facts: Facts) -> None:
    (record,) = facts.records

    assert said(replace(facts, records=(replace(record, message="Another", changed=9),))) == [
        "0001_start was changed in the ledger: message"
    ]
    assert said(replace(facts, records=())) == ["0001_start was applied, and is not in the ledger any more"]
    other = replace(record, revision="0002_forged")
    assert said(replace(facts, records=(other, record))) == ["0002_forged is applied, and no entry says so"]


def test_what_was_rolled_back_may_be_gone(project: Project) -> None:
    back = NewEntry(kind=EntryKind.ROLLED_BACK, revision=START, by="tester")
    facts = facts_at(project, START, entries=chain(applied(project), back))

    assert said(replace(facts, records=())) == []


def test_what_is_acknowledged_is_told_no_more_until_it_changes_again(facts: Facts) -> None:
    (record,) = facts.records
    changed = replace(facts, records=(replace(record, message="Another"),))
    (found,) = tampering(changed)
    known = NewEntry(kind=EntryKind.ACKNOWLEDGED, revision="", by="Ada", facts={"acknowledged": [found.mark]})
    before = [
        NewEntry(kind=EntryKind(each.kind), revision=each.revision, by=each.by, facts=each.said)
        for each in facts.entries
    ]
    entries = chain(*before, known)

    assert said(replace(changed, entries=entries)) == []
    again = replace(changed, records=(replace(record, message="A third"),), entries=entries)
    assert said(again) == ["0001_start was changed in the ledger: message"]


def test_versions_from_before_the_chain_are_sealed_once(project: Project) -> None:
    facts = facts_at(project, START)

    (entry,) = sealing(facts)
    sealed = replace(facts, entries=chain(entry))

    assert (entry.kind, entry.revision, entry.by) == (EntryKind.SEALED, START, "tester")
    assert said(sealed) == []
    assert sealing(sealed) == ()


def test_a_corrected_file_is_the_one_that_counts_and_the_record_stays(project: Project) -> None:
    record = record_of(project, START)
    once = NewEntry(
        kind=EntryKind.CORRECTED, revision=START, by="Ada", facts={"was": record.checksum, "now": "sha256:1"}
    )
    twice = NewEntry(kind=EntryKind.CORRECTED, revision=START, by="Ada", facts={"was": "sha256:1", "now": "sha256:2"})
    entries = chain(applied(project), once, twice)

    now = corrected(record, entries)

    assert (now.checksum, now.original) == ("sha256:2", record.checksum)
    assert said(replace(facts_at(project, START, entries=entries), records=(now,))) == []


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5), st.sampled_from(["kind", "revision", "at", "by", "facts", "previous", "number"]), st.data())
def test_no_field_of_any_entry_can_be_changed_unseen(position: int, field: str, data: st.DataObject) -> None:
    entries = list(chain(*more(6)))
    old = getattr(entries[position], field)
    new = data.draw(st.integers(0, 99) if isinstance(old, int) else st.text(max_size=9))
    entries[position] = replace(entries[position], **{field: new})

    assert bool(said(Facts(entries=tuple(entries)))) is (new != old)
