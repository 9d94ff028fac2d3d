"""A snapshot that follows the change log is what one that is read anew would be, however the log is cut."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from graph.changes.rules import Rulebook, rulebook
from graph.errors import TwinError
from graph.identity import Revision
from graph.impact import Evaluator, Failure, Question
from graph.kernel import Contradicted
from graph.ontology import parse_ontology
from graph.snapshot import Evaluators, Snapshot
from graph.snapshot.files import Origin, load, save
from graph.snapshot.following import followed
from graph.snapshot.records import Difference
from graph.snapshot.rules import Rules, digest_of
from graph.snapshot.tidying import tidied
from tests.graph.changes.conftest import MINI
from tests.graph.kernel.test_equivalence import agree as agree_in_answers
from tests.graph.snapshot.town import Author, Town, agree, empty


@pytest.fixture(scope="module")
def rulebook_() -> Rulebook:
    return rulebook(parse_ontology(MINI))


@pytest.fixture(scope="module")
def rules(rulebook_: Rulebook) -> Rules:
    return Rules.of(rulebook_.ontology)


def difference(records: Sequence[Sequence[str]], rules: Rules) -> Difference:
    found = Difference()
    for entries in records:
        found.add(entries, rules)
    return found


def test_images_of_values_alone_leave_whole_ones_as_they_are(rules: Rules) -> None:
    """A step over data says of an asset no more than what it changed."""
    whole = {"type": "Room", "name": "R", "properties": {}, "externalIds": [], "sourceOf": []}
    said = {"kind": "asset", "id": "R-1", "type": "Room"}
    made = {**said, "before": None, "after": whole}
    filled = {**said, "before": {"properties": {}}, "after": {"properties": {"area": 1.0}}}
    gone = {**said, "before": whole, "after": None}

    assert difference([[json.dumps(filled)]], rules).assets == {}
    assert difference([[json.dumps(made)], [json.dumps(filled)]], rules).assets["R-1"].after == whole
    assert difference([[json.dumps(filled)], [json.dumps(gone)]], rules).assets["R-1"].before == whole


def following(snapshot: Snapshot, records: Sequence[Sequence[str]], rules: Rules) -> Snapshot:
    revision = Revision(snapshot.revision + len(records))
    return followed(snapshot, difference(records, rules), revision, rules)


def through(rulebook_: Rulebook, rules: Rules, seed: int, *, writes: int, path: Path) -> None:
    """Write at random; follow now and then, put in order, or go through a file; compare each time."""
    chance, author, town, evaluators = random.Random(seed), Author(seed), Town(rulebook_), Evaluators()
    snapshot, records = empty(rules), []
    for _ in range(writes):
        entries = town.write(*author.change_set())
        if entries is None:
            continue
        records.append(entries)
        if chance.random() < 0.4:
            snapshot, records = following(snapshot, records, rules), []
            assert snapshot.revision == town.revision
            agree(snapshot, town)
            agree_in_evaluation(evaluators, snapshot, town, chance)
        choose = chance.random()
        if choose < 0.05:
            snapshot = tidied(snapshot, rules, evaluators.known(snapshot))
        elif choose < 0.1:
            snapshot = through_file(path, snapshot, evaluators, rules)


def through_file(path: Path, snapshot: Snapshot, evaluators: Evaluators, rules: Rules) -> Snapshot:
    origin = Origin(tenant=snapshot.tenant, revision=snapshot.revision, record="", rules=rules.digest)
    save(path, snapshot, evaluators.of(snapshot).engine.baseline, origin)
    return load(path, rules, snapshot.tenant)[0]


def agree_in_evaluation(evaluators: Evaluators, snapshot: Snapshot, town: Town, chance: random.Random) -> None:
    topology = town.topology()
    if not topology.assets:
        return
    failed = chance.sample(sorted(topology.assets), min(2, len(topology.assets)))
    question = Question(failures=tuple(Failure(asset=each) for each in failed))
    try:
        judged = Evaluator(topology).evaluate(question)
    except TwinError:
        return
    agree_in_answers(evaluators.of(snapshot).evaluate(question), judged)


@pytest.mark.parametrize("seed", range(6))
def test_what_follows_is_what_is_there(rulebook_: Rulebook, rules: Rules, tmp_path: Path, seed: int) -> None:
    through(rulebook_, rules, seed, writes=120, path=tmp_path / "town.snapshot")


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(100, 160))
def test_what_follows_is_what_is_there_for_long(rulebook_: Rulebook, rules: Rules, tmp_path: Path, seed: int) -> None:
    through(rulebook_, rules, seed, writes=1500, path=tmp_path / "town.snapshot")


def test_older_versions_stay_what_they_were(rulebook_: Rulebook, rules: Rules) -> None:
    author, town = Author(5), Town(rulebook_)
    versions = [(empty(rules), town.topology(), town.kinds())]
    for _ in range(150):
        entries = town.write(*author.change_set())
        if entries is not None:
            made = following(versions[-1][0], [entries], rules)
            versions.append((made, town.topology(), town.kinds()))
    evaluators = Evaluators()
    for snapshot, topology, kinds in versions[::-7]:
        assert {name: snapshot.kind_of(name) for name in kinds} == kinds
        if topology.assets:
            question = Question(failures=(Failure(asset=min(topology.assets)),))
            agree_in_answers(evaluators.of(snapshot).evaluate(question), Evaluator(topology).evaluate(question))


def test_what_differs_in_nothing_that_matters_shares_everything(rulebook_: Rulebook, rules: Rules) -> None:
    author, town = Author(1), Town(rulebook_)
    records = [entries for _ in range(40) if (entries := town.write(*author.change_set())) is not None]
    before = following(empty(rules), records, rules)
    after = followed(before, Difference(), Revision(before.revision + 1), rules)
    assert (after.supplies, after.number, after.family) == (before.supplies, before.number, before.family)


def test_a_log_of_something_else_is_noticed(rulebook_: Rulebook, rules: Rules) -> None:
    author, town = Author(2), Town(rulebook_)
    records = [entries for _ in range(60) if (entries := town.write(*author.change_set())) is not None]
    whole = following(empty(rules), records, rules)
    with pytest.raises(Contradicted):
        following(whole, records[:1], rules)
    agree(whole, town)


def test_a_snapshot_is_outgrown_by_what_came(rulebook_: Rulebook, rules: Rules) -> None:
    assert not empty(rules).outgrown
    text = '{"kind": "asset", "id": "a%d", "type": "Board", "before": null, "after": {"type": "Board", "sourceOf": []}}'
    many = following(empty(rules), [[text % number for number in range(5000)]], rules)
    assert many.outgrown
    assert not tidied(many, rules).outgrown


def test_the_digest_tells_rules_of_impact_and_nothing_else() -> None:
    mini = digest_of(parse_ontology(MINI))
    same = MINI.replace("weight: {datatype: float, unit: kg, minimum: 0}", "weight: {datatype: float, unit: g}")
    assert digest_of(parse_ontology(same)) == mini
    others = [
        MINI.replace(
            "PIPE: {from: [Thing], to: [Thing], impact: {direction: BOTH",
            "PIPE: {from: [Thing], to: [Thing], impact: {direction: FORWARD",
        ),
        MINI.replace("Tank: {extends: [Thing], sourceOf: [PIPE]}", "Tank: {extends: [Thing]}"),
        MINI.replace("NESTS: {from: [Board], to: [Board], containment: true}", "NESTS: {from: [Board], to: [Board]}"),
        MINI.replace("Panel: {extends: [Thing]}", "Panel: {extends: [Thing]}\n  Desk: {extends: [Thing]}"),
    ]
    digests = [mini, *(digest_of(parse_ontology(each)) for each in others)]
    assert all(one != other for one, other in pairwise(sorted(digests)))
