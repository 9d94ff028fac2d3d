"""Examples are what they say: lines that the format reads, and that keep every rule of the ontology."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.bulk.lines import parse_line
from graph.changes import UpsertAsset, rulebook
from graph.changes.images import End
from graph.ontology import Codecs, Ontology, parse_ontology
from migrations import Project, init
from migrations.catalogue.ends import connections
from migrations.catalogue.examples import Example, asset_example, relationship_example
from migrations.catalogue.patterns import matching_text
from tests.migrations.catalogue.sites import FIRST

STARTER = Path("migrations/starter/ontology.yaml")


@pytest.fixture(scope="module", params=["campus", "works", "starter"])
def ontology(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    if request.param == "campus":
        return Project.bundled().desired
    return parse_ontology(FIRST) if request.param == "works" else init(tmp_path_factory.mktemp("s") / "p").desired


def faults(ontology: Ontology, example: Example) -> list[str]:
    """What an example breaks, by the rules that writing keeps."""
    codecs, rules = Codecs(ontology), rulebook(ontology)
    changes = [parse_line(json.dumps(line).encode()) for line in example.lines]
    types = {change.id: change.type for change in changes if isinstance(change, UpsertAsset)}
    wrong: list[str] = []
    counts: Counter[tuple[str, str, End]] = Counter()
    for change in changes:
        of = codecs.asset if isinstance(change, UpsertAsset) else codecs.relationship
        wrong += [str(problem) for problem in of(change.type).new(change.properties).problems]
        if not isinstance(change, UpsertAsset):
            rule = rules.links[change.type]
            wrong += [] if rule.fits(types[change.source], types[change.target]) else [f"ends of {change}"]
            ends = [(change.target, End.IN), (change.source, End.OUT)]
            if rule.type.symmetric:
                ends += [(change.source, End.IN), (change.target, End.OUT)]
            counts.update((asset, change.type, end) for asset, end in ends)
    wrong += [f"{asset} lacks {link}" for asset, kind in types.items() for link, end in rules.assets[kind].minima
              if counts[asset, link, end] < rules.links[link].limit(end).minimum]  # fmt: skip
    most = {(link, end): rules.links[link].limit(end).maximum for _, link, end in counts}
    wrong += [f"too many {spot}" for spot, count in counts.items() if count > (most[spot[1:]] or count)]
    return wrong


def test_every_type_has_an_example_that_holds(ontology: Ontology) -> None:
    for kind in ontology.asset_types.values():
        for link in {each.type.name: each.type for each in connections(ontology, kind) if not each.partial}.values():
            example = asset_example(ontology, kind, link)
            assert (example is None) is kind.abstract
            assert example is None or faults(ontology, example) == []


def test_every_relationship_type_has_an_example_that_holds(ontology: Ontology) -> None:
    for link in ontology.relationship_types.values():
        example = relationship_example(ontology, link)
        assert example is not None
        assert any(line["type"] == link.name for line in example.lines)
        assert faults(ontology, example) == []


def test_an_example_without_end_is_none() -> None:
    endless = parse_ontology("""
format: twin-ontology/1
name: endless
assetTypes: {Box: {}}
relationshipTypes: {HOLDS: {from: [Box], to: [Box], containment: true, multiplicity: {targets: 1..*}}}
""")
    assert asset_example(endless, endless.asset_types["Box"], None) is None
    assert relationship_example(endless, endless.relationship_types["HOLDS"]) is None


PATTERNS = [
    "[A-Z]{2}-[0-9]{4}",
    "a|b",
    "(?:x(?P<n>y)?)+",
    r"\d+\.\d{2}",
    "[^a-zA-Z]",
    "R-?[0-9]{2,4}[A-Z()]*",
    r"\w\s\S",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_texts_match_their_patterns(pattern: str) -> None:
    text = matching_text(pattern)
    assert text is not None
    assert re.fullmatch(pattern, text)


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=b)a", "x{999}"])
def test_patterns_beyond_it_do_no_harm(pattern: str) -> None:
    text = matching_text(pattern)
    assert text is None or not re.fullmatch(pattern, text)


@given(st.text(alphabet="ab1[](){}|?*+.^-\\\\dws", max_size=12))
def test_any_pattern_is_taken(pattern: str) -> None:
    text = matching_text(pattern)
    assert text is None or len(text) <= 12 * 64
