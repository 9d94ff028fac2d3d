"""Any two ontologies: what leads from one to the other gives exactly that, and takes nothing away before the end."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph.errors import OntologyInvalid
from graph.ontology import parse_ontology
from graph.ontology.model import Ontology
from migrations.effects import Reach, Rule, demands, replay
from migrations.files import history_of, read_migration, write_migration
from migrations.making import differing
from migrations.operations import Phase

_NAMES = ("A", "B", "C", "D")
_DEFINITIONS: tuple[dict[str, Any], ...] = (
    {"datatype": "string"},
    {"datatype": "string", "pattern": "[a-z]+"},
    {"datatype": "string", "unique": True},
    {"datatype": "float", "unit": "kW", "minimum": 0},
    {"datatype": "float", "unit": "kW", "minimum": 1, "maximum": 9},
    {"datatype": "int", "default": 3, "required": True},
    {"datatype": "enum", "enum": "Fuel"},
    {"datatype": "string", "indexed": True, "writable": False},
    {"datatype": "list", "items": {"datatype": "enum", "enum": "Fuel"}},
    {"datatype": "list", "items": {"datatype": "string"}, "default": ["x"], "required": True},
    {"datatype": "object", "fields": {"inner": {"datatype": "float", "minimum": 0}}},
    {"datatype": "decimal", "scale": 2, "minimum": 1.1},
)


_OF_EDGES = tuple(each for each in _DEFINITIONS if not {"unique", "indexed"} & set(each))


@st.composite
def ontologies(draw: st.DrawFn) -> Ontology:
    """An ontology of a few types in a row of supertypes, with some of a few properties."""
    names = draw(st.lists(st.sampled_from(_NAMES), unique=True, min_size=1))
    types: dict[str, Any] = {}
    for place, name in enumerate(names):
        supers = draw(st.lists(st.sampled_from(names[:place]), max_size=1)) if place else []
        properties = draw(st.dictionaries(st.sampled_from(("p", "q")), st.sampled_from(_DEFINITIONS)))
        types[name] = {"extends": supers, "abstract": draw(st.booleans()), "properties": properties}
    relations = {
        name: {
            "from": draw(st.lists(st.sampled_from(names), unique=True, min_size=1)),
            "to": [names[0]],
            "multiplicity": {"sources": draw(st.sampled_from(("0..*", "0..1", "1..2"))), "targets": "0..*"},
            "impact": {
                "direction": draw(st.sampled_from(("FORWARD", "REVERSE", "NONE"))),
                "kind": draw(st.sampled_from(("REQUIREMENT", "FLOW"))),
            },
            "properties": draw(st.dictionaries(st.sampled_from(("r", "s")), st.sampled_from(_OF_EDGES))),
        }
        for name in draw(st.lists(st.sampled_from(("FEEDS", "HOLDS")), unique=True))
    }
    values = draw(st.lists(st.sampled_from(("GAS", "OIL", "COAL")), unique=True, min_size=1))
    document = {
        "format": "twin-ontology/1",
        "name": "drawn",
        "enums": {"Fuel": {"values": values}},
        "assetTypes": types,
        "relationshipTypes": relations,
    }
    try:
        return parse_ontology(str(document).replace("True", "true").replace("False", "false"))
    except OntologyInvalid:  # a property in a supertype that says otherwise, or an end that nothing can be of
        return parse_ontology("format: twin-ontology/1\nname: drawn\nassetTypes: {A: {}}")


@given(ontologies(), ontologies())
@settings(max_examples=60)
def test_what_is_made_leads_from_any_ontology_to_any_other(before: Ontology, after: Ontology) -> None:
    texts = [_migration("0001_before", None, before, [])]
    texts.append(_migration("0002_after", before, after, ["0001_before"]))
    history = history_of(read_migration(text, file=f"{name}.yaml") for name, text in texts)

    middle = replay(history, history.order, {"0002_after": Reach.MIDDLE})

    assert replay(history, history.order).hash == after.hash
    assert replay(history, history.order, dict.fromkeys(history.order[1:], Reach.MIDDLE)).hash == middle.hash
    asked = [each for each in demands(before, middle) if each.rule is not Rule.SHORT]  # an index is worth a look
    assert asked == [], "what was right before is right until it is completed"
    assert demands(middle, middle) == ()


@given(ontologies())
@settings(max_examples=20)
def test_nothing_is_demanded_where_nothing_changes(ontology: Ontology) -> None:
    assert demands(ontology, ontology) == ()
    assert differing(ontology, ontology).operations == ()


def _migration(revision: str, before: Ontology | None, after: Ontology, parents: list[str]) -> tuple[str, str]:
    found = differing(before, after)
    # A property that moves along the hierarchy can't be in both places at once.
    assume(not any("clashes" in each.message for each in found.unexpressed))
    assert found.unexpressed == []
    steps = {Phase.EXPAND: found.expand, Phase.BACKFILL: found.backfill, Phase.CONTRACT: found.contract}
    header: dict[str, Any] = {
        "revision": revision,
        "parents": parents,
        "from": before.hash if before is not None else None,
        "to": after.hash,
        "message": "made",
    }
    return revision, write_migration(header, steps, comment="Made.")
