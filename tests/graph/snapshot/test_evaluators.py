"""The evaluators asked for last are kept, whatever their revisions are."""

from __future__ import annotations

from dataclasses import replace

from graph.identity import Revision
from graph.ontology import parse_ontology
from graph.snapshot import Evaluators, Snapshot
from graph.snapshot.rules import Rules
from tests.graph.changes.conftest import MINI
from tests.graph.snapshot.town import empty

RULES = Rules.of(parse_ontology(MINI))


def at(revision: int) -> Snapshot:
    return replace(empty(RULES), revision=Revision(revision))


def test_one_of_a_lower_revision_is_kept_as_well() -> None:
    evaluators = Evaluators()
    first, second, put_back = at(8), at(9), at(2)
    for each in (first, second, first, put_back):
        evaluators.of(each)
    assert evaluators.known(put_back) is evaluators.of(put_back)
    assert evaluators.known(first) is not None
    assert evaluators.known(second) is None


def test_snapshots_of_one_revision_are_not_the_same_for_that() -> None:
    one = at(3)
    assert one.is_same(replace(one))
    assert not one.is_same(at(3))
    assert not one.is_same(replace(one, revision=Revision(4)))
