"""Each rule of ontology documents: broken once, with the code and the place that must be told."""

from __future__ import annotations

import pytest

from graph.errors import OntologyInvalid, Problem
from graph.ontology import (
    ONTOLOGY_CODES,
    Datatype,
    ImpactDirection,
    ImpactKind,
    Multiplicity,
    parse_documents,
    parse_ontology,
)

HEAD = "format: twin-ontology/1\nname: test\n"
ENDS = "assetTypes: {A: {}}\nrelationshipTypes: "


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(OntologyInvalid) as caught:
        parse_ontology(text, name="o.yaml")
    return caught.value.problems


def with_property(body: str) -> str:
    return f"{HEAD}assetTypes: {{A: {{properties: {{p: {body}}}}}}}"


def with_channel(body: str) -> str:
    return f"{HEAD}assetTypes: {{A: {{channels: {{c: {body}}}}}}}"


# Each case: the code, and the document with ¦ before the place that must be told.
BROKEN: dict[str, tuple[str, str]] = {
    "syntax": ("YAML_INVALID", HEAD + "assetTypes: [¦}"),
    "tab": ("YAML_INVALID", HEAD + "assetTypes:\n¦\tPump: {}"),
    "tag": ("YAML_INVALID", HEAD + "enums: ¦!!python/none {}"),
    "not finite": ("YAML_INVALID", with_property("{datatype: float, maximum: ¦.inf}")),
    "alias to nothing": ("YAML_INVALID", HEAD + "assetTypes: ¦*nothing"),
    "alias to itself": ("YAML_INVALID", HEAD + "assetTypes: &all [¦*all]"),
    "surrogate": ("YAML_INVALID", HEAD + 'description: ¦"\\ud800"'),
    "key that is a list": ("YAML_INVALID", HEAD + "¦[a]: 1"),
    "two documents": ("YAML_INVALID", HEAD + "¦---\nformat: twin-ontology/1"),
    "too deep": ("YAML_INVALID", HEAD + "enums: " + "[" * 48 + "¦[" + "]" * 49),
    "duplicate key": ("DUPLICATE_NAME", HEAD + "assetTypes:\n  Pump: {}\n  ¦Pump: {}"),
    "empty": ("FIELD_INVALID", "¦"),
    "a list": ("FIELD_INVALID", "¦- a"),
    "other format": ("FORMAT_UNKNOWN", "format: ¦twin-ontology/9\nname: test\n"),
    "no name": ("FIELD_MISSING", "¦format: twin-ontology/1\n"),
    "name with blanks": ("FIELD_INVALID", "format: twin-ontology/1\nname: ¦a b\n"),
    "unknown field": ("FIELD_UNKNOWN", HEAD + "assetTypes: {Pump: {¦extend: [A]}}"),
    "unknown level": ("FIELD_UNKNOWN", with_channel("{datatype: float, levels: {¦BAD: {above: 1}}}")),
    "missing datatype": ("FIELD_MISSING", with_property("¦{unit: kW}")),
    "unknown datatype": ("FIELD_INVALID", with_property("{datatype: ¦text}")),
    "text for truth": ("FIELD_INVALID", HEAD + "assetTypes: {Pump: {abstract: ¦yes}}"),
    "body left empty": ("FIELD_INVALID", HEAD + "assetTypes:\n  ¦Pump:\n  Site: {}"),
    "type in camel case": ("NAME_INVALID", HEAD + "assetTypes: {¦pump: {}}"),
    "type too long": ("NAME_INVALID", HEAD + f"assetTypes: {{¦{'P' * 64}: {{}}}}"),
    "property in snake case": ("NAME_INVALID", HEAD + "assetTypes: {P: {properties: {¦rated_flow: {datatype: int}}}}"),
    "property with underscore": ("NAME_INVALID", HEAD + "assetTypes: {P: {properties: {¦_tenant: {datatype: int}}}}"),
    "relationship in lower case": ("NAME_INVALID", HEAD + ENDS + "{¦feeds: {from: [A], to: [A]}}"),
    "inverse in lower case": ("NAME_INVALID", HEAD + ENDS + "{R: {¦inverse: fedBy, from: [A], to: [A]}}"),
    "enum value in lower case": ("NAME_INVALID", HEAD + "enums: {Fuel: {values: [¦diesel]}}"),
    "language": ("NAME_INVALID", HEAD + "assetTypes: {Pump: {displayName: {¦English: Pump}}}"),
    "enum value twice": ("DUPLICATE_NAME", HEAD + "enums: {Fuel: {values: [GAS, ¦GAS]}}"),
    "supertype twice": ("DUPLICATE_NAME", HEAD + "assetTypes: {A: {}, B: {extends: [A, ¦A]}}"),
    "reserved property": ("NAME_RESERVED", HEAD + "assetTypes: {A: {properties: {¦state: {datatype: int}}}}"),
    "reserved type": ("NAME_RESERVED", HEAD + "assetTypes: {¦Asset: {graphql: Thing}}"),
    "type of GraphQL": ("NAME_RESERVED", HEAD + "assetTypes: {¦Health: {}}"),
    "enum of GraphQL": ("NAME_RESERVED", HEAD + "enums: {¦Level: {values: [A]}}"),
    "made type of GraphQL": ("NAME_RESERVED", HEAD + "assetTypes: {¦Property: {}}"),
    "reserved plural": ("NAME_RESERVED", HEAD + "assetTypes: {Thing: {¦plural: assets}}"),
    "relationship property": (
        "NAME_RESERVED",
        HEAD + ENDS + "{R: {from: [A], to: [A], properties: {¦key: {datatype: int}}}}",
    ),
    "supply property": (
        "NAME_RESERVED",
        HEAD + ENDS + "{R: {from: [A], to: [A], impact: {direction: FORWARD}, properties: {¦needs: {datatype: int}}}}",
    ),
    "reserved field": ("NAME_RESERVED", HEAD + ENDS + "{¦CHILDREN: {from: [A], to: [A]}}"),
    "plurals": ("NAME_CLASH", HEAD + "assetTypes: {Bus: {}, Coach: {¦plural: buses}}"),
    "filter of another": ("NAME_CLASH", HEAD + "assetTypes: {Pump: {}, ¦PumpFilter: {}}"),
    "word of filters": ("NAME_RESERVED", HEAD + "assetTypes: {Pump: {properties: {¦within: {datatype: string}}}}"),
    "filter of an enum": ("NAME_CLASH", HEAD + "enums: {Pump: {values: [A]}}\nassetTypes: {¦PumpFilter: {}}"),
    "page of relationships": (
        "NAME_CLASH",
        HEAD + "assetTypes: {A: {}, RRelationshipEdge: {}}\nrelationshipTypes: {¦R: {from: [A], to: [A]}}",
    ),
    "one field for two": (
        "NAME_CLASH",
        HEAD + ENDS + "{R: {from: [A], to: [A]}, S: {from: [A], to: [A], graphql: {¦name: r}}}",
    ),
    "operator of a filter": (
        "NAME_RESERVED",
        HEAD + ENDS + "{R: {from: [A], to: [A], properties: {¦and: {datatype: int}}}}",
    ),
    "enum and type": ("NAME_CLASH", HEAD + "enums: {Pump: {values: [A]}}\nassetTypes: {¦Pump: {}}"),
    "field and property": (
        "NAME_CLASH",
        HEAD + "assetTypes: {A: {properties: {f: {datatype: int}}}}\nrelationshipTypes: {¦F: {from: [A], to: [A]}}",
    ),
    "own inverse": ("NAME_CLASH", HEAD + ENDS + "{R: {from: [A], inverse: ¦R, to: [A]}}"),
    "inverse of another": (
        "NAME_CLASH",
        HEAD + ENDS + "{R: {from: [A], to: [A]}, S: {inverse: ¦R, from: [A], to: [A]}}",
    ),
    "same id": ("DUPLICATE_ID", HEAD + "assetTypes: {A: {id: x}, B: {¦id: x}}"),
    "id of a field": (
        "DUPLICATE_ID",
        with_property("{datatype: object, fields: {a: {id: x, datatype: int}, b: {¦id: x, datatype: int}}}"),
    ),
    "id of an item's field": (
        "DUPLICATE_ID",
        with_property("{id: x, datatype: list, items: {datatype: object, fields: {a: {¦id: x, datatype: int}}}}"),
    ),
    "id of items": (
        "DUPLICATE_ID",
        with_property("{datatype: list, items: {datatype: int}}")[:-1]
        + ", B: {properties: {q: {¦id: 'type:A/p[]', datatype: int}}}}",
    ),
    "id of a renamed one": ("DUPLICATE_ID", HEAD + "assetTypes: {A: {id: 'type:B'}, ¦B: {}}"),
    "unknown supertype": ("UNKNOWN_TYPE", HEAD + "assetTypes: {A: {extends: [¦Equipment]}}"),
    "unknown end": ("UNKNOWN_TYPE", HEAD + ENDS + "{R: {from: [¦B], to: [A]}}"),
    "unknown flow": ("UNKNOWN_TYPE", HEAD + "assetTypes: {A: {sourceOf: [¦PIPE]}}"),
    "unknown enum": ("UNKNOWN_ENUM", with_property("{datatype: enum, enum: ¦Fuel}")),
    "loop": ("EXTENDS_LOOP", HEAD + "assetTypes: {A: {extends: [B]}, B: {extends: [¦A]}}"),
    "loop of one": ("EXTENDS_LOOP", HEAD + "assetTypes: {A: {extends: [¦A]}}"),
    "redeclared": (
        "PROPERTY_CONFLICT",
        with_property("{datatype: int}")[:-1] + ", B: {extends: [A], properties: {¦p: {datatype: int}}}}",
    ),
    "inherited twice": (
        "PROPERTY_CONFLICT",
        with_property("{datatype: int}")[:-1] + ", B: {properties: {p: {datatype: int}}}, ¦C: {extends: [A, B]}}",
    ),
    "two lifecycles": (
        "PROPERTY_CONFLICT",
        HEAD + "assetTypes: {A: {lifecycle: {states: [X]}}, B: {lifecycle: {states: [Y]}}, ¦C: {extends: [A, B]}}",
    ),
    "unit of a text": ("DATATYPE_INVALID", with_property("{datatype: string, ¦unit: kW}")),
    "enum without one": ("DATATYPE_INVALID", with_property("¦{datatype: enum}")),
    "list of lists": (
        "DATATYPE_INVALID",
        with_property("{datatype: list, items: {datatype: ¦list, items: {datatype: int}}}"),
    ),
    "channel of lists": ("DATATYPE_INVALID", with_channel("{datatype: ¦list}")),
    "unknown unit": ("UNIT_INVALID", with_property("{datatype: float, unit: ¦kWx}")),
    "unit of another kind": ("UNIT_INVALID", with_property("{datatype: float, unit: kW, quantity: ¦pressure}")),
    "unknown quantity": ("UNIT_INVALID", with_property("{datatype: float, unit: kW, quantity: ¦pwer}")),
    "unit of a channel": ("UNIT_INVALID", with_channel("{datatype: float, unit: ¦kWx}")),
    "empty range": ("RANGE_INVALID", with_property("{datatype: float, minimum: 2, maximum: ¦1}")),
    "pattern": ("PATTERN_INVALID", with_property("{datatype: string, pattern: ¦'['}")),
    "unique list": ("INDEX_INVALID", with_property("{datatype: list, items: {datatype: int}, unique: ¦true}")),
    "indexed relationship": (
        "INDEX_INVALID",
        HEAD + ENDS + "{R: {from: [A], to: [A], properties: {p: {datatype: int, indexed: ¦true}}}}",
    ),
    "default out of range": ("DEFAULT_INVALID", with_property("{datatype: int, minimum: 2, default: ¦1}")),
    "default of another unit": (
        "DEFAULT_INVALID",
        with_property("{datatype: float, unit: kW, default: ¦{value: 1, unit: m}}"),
    ),
    "unique default": ("DEFAULT_INVALID", with_property("{datatype: int, unique: true, default: ¦1}")),
    "nobody can give it": ("DEFAULT_MISSING", with_property("{datatype: int, required: true, writable: ¦false}")),
    "nobody can give it to a relationship": (
        "DEFAULT_MISSING",
        HEAD + ENDS + "{R: {from: [A], to: [A], properties: {p: {datatype: int, required: true, writable: ¦false}}}}",
    ),
    "multiplicity": (
        "MULTIPLICITY_INVALID",
        HEAD + ENDS + "{R: {from: [A], to: [A], multiplicity: {sources: ¦2..1}}}",
    ),
    "multiplicity of none": (
        "MULTIPLICITY_INVALID",
        HEAD + ENDS + "{R: {from: [A], to: [A], multiplicity: {targets: ¦0}}}",
    ),
    "no concrete end": (
        "ENDS_INVALID",
        HEAD + "assetTypes: {A: {abstract: true}, B: {}}\nrelationshipTypes: {R: {from: ¦[A], to: [B]}}",
    ),
    "flow to nowhere": (
        "IMPACT_INVALID",
        HEAD + ENDS + "{R: {from: [A], to: [A], impact: {direction: NONE, kind: ¦FLOW}}}",
    ),
    "symmetric forward": (
        "SYMMETRY_INVALID",
        HEAD + ENDS + "{R: {from: [A], to: [A], symmetric: true, impact: ¦{direction: FORWARD}}}",
    ),
    "symmetric containment": (
        "SYMMETRY_INVALID",
        HEAD + ENDS + "{R: {from: [A], to: [A], symmetric: true, containment: ¦true}}",
    ),
    "source of no flow": (
        "SOURCE_INVALID",
        HEAD + "assetTypes: {A: {sourceOf: [¦R]}}\nrelationshipTypes: {R: {from: [A], to: [A]}}",
    ),
    "level begins nowhere": ("CHANNEL_INVALID", with_channel("{datatype: float, levels: {DOWN: ¦{}}}")),
    "down is not half": (
        "CHANNEL_INVALID",
        with_channel("{datatype: float, levels: {DOWN: {above: 1, operability: ¦0.5}}}"),
    ),
    "down before degraded": (
        "CHANNEL_INVALID",
        with_channel("{datatype: float, levels: {DEGRADED: {above: 2}, DOWN: {above: ¦1}}}"),
    ),
    "never equal": ("CHANNEL_INVALID", with_channel("{datatype: boolean, levels: {DOWN: {equals: ¦3}}}")),
    "sets nothing": ("CHANNEL_INVALID", with_channel("{datatype: boolean, setsOperability: ¦true}")),
    "held without levels": ("CHANNEL_INVALID", with_channel("{datatype: float, ¦holdDown: PT1M}")),
    "held for nothing": (
        "CHANNEL_INVALID",
        with_channel("{datatype: float, levels: {DOWN: {above: 1}}, holdDown: ¦PT0S}"),
    ),
    "hysteresis of truths": (
        "CHANNEL_INVALID",
        with_channel("{datatype: boolean, levels: {DOWN: {equals: true}}, ¦hysteresis: 1}"),
    ),
    "stale after months": ("CHANNEL_INVALID", with_channel("{datatype: float, staleAfter: ¦P1M}")),
    "follows nothing": (
        "FOLLOWS_INVALID",
        HEAD + "assetTypes: {A: {properties: {b: {datatype: int, follows: ¦{property: a}}}}}",
    ),
    "follows a follower": (
        "FOLLOWS_INVALID",
        HEAD + "assetTypes: {A: {properties: {a: {datatype: int}, b: {datatype: int, follows: {property: a}}, "
        "c: {datatype: int, follows: ¦{property: b}}}}}",
    ),
    "required follower": (
        "FOLLOWS_INVALID",
        HEAD + "assetTypes: {A: {properties: {a: {datatype: int}, "
        "b: {datatype: int, required: true, follows: ¦{property: a}}}}}",
    ),
    "follows another dimension": (
        "FOLLOWS_INVALID",
        HEAD + "assetTypes: {A: {properties: {a: {datatype: float, unit: kW}, "
        "b: {datatype: float, unit: m, follows: ¦{property: a}}}}}",
    ),
    "follows by values it lacks": (
        "FOLLOWS_INVALID",
        HEAD + "assetTypes: {A: {properties: {a: {datatype: string}, "
        "b: {datatype: boolean, follows: ¦{property: a, values: {on: 'yes'}}}}}}",
    ),
    "transition to nowhere": (
        "LIFECYCLE_INVALID",
        HEAD + "assetTypes: {A: {lifecycle: {states: [X], transitions: {¦X: [Y]}}}}",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_is_told_with_code_and_place(case: str) -> None:
    code, marked = BROKEN[case]
    before = marked.split("¦")[0]
    place = f"o.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    found = problems_of(marked.replace("¦", ""))
    assert [(problem.code, problem.place) for problem in found] == [(code, place)]


def test_every_code_of_documents_is_broken_in_some_test() -> None:
    elsewhere = {"ONTOLOGY_NOT_FOUND", "ENCODING_INVALID", "DOCUMENT_TOO_LARGE"}  # test_project
    assert {code for code, _ in BROKEN.values()} | elsewhere == set(ONTOLOGY_CODES)


def test_all_problems_are_told_at_once_whatever_their_kind() -> None:
    text = (
        HEAD
        + """\
enums:
  Fuel: {values: []}
assetTypes:
  Pump:
    extends: [Equipmnt]
    properties:
      flow: {datatype: float, unit: L/sx, minimun: 0}
      fuel: {datatype: enum, enum: Fuel, default: GAS}
  Equipment:
relationshipTypes:
  FEEDS: {from: [Pump]}
"""
    )
    found = [(problem.code, (problem.place or "").split(":", 1)[1]) for problem in problems_of(text)]
    assert found == [
        ("FIELD_INVALID", "4:18"),
        ("UNKNOWN_TYPE", "7:15"),
        ("UNIT_INVALID", "9:37"),
        ("FIELD_UNKNOWN", "9:43"),
        ("FIELD_INVALID", "11:3"),
        ("FIELD_MISSING", "13:10"),
    ]


def test_problems_say_what_was_expected_and_what_to_do() -> None:
    (problem,) = problems_of(HEAD + "assetTypes: {Equipment: {}, Pump: {extends: [Equipmnt]}}")
    assert problem.actual == "Equipmnt"
    assert problem.hint == "Did you mean Equipment?"
    (problem,) = problems_of(HEAD + "assetTypes: {Pump: {propertys: {}}}")
    assert problem.hint == "Did you mean properties?"


def test_a_bomb_of_aliases_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (problem,) = problems_of("\n".join(lines))
    assert problem.code == "YAML_INVALID"
    assert "aliases" in problem.message


def test_aliases_are_allowed() -> None:
    text = HEAD + "assetTypes:\n  A: {properties: {p: &power {datatype: float, unit: kW}, q: *power}}"
    assert parse_ontology(text).asset_types["A"].properties["q"].unit == "kW"


def test_files_are_merged_and_a_name_in_two_is_told_with_both_places() -> None:
    merged = parse_documents(
        {"a.yaml": HEAD + "assetTypes: {A: {}}", "b.yaml": HEAD + "assetTypes: {B: {extends: [A]}}"}
    )
    assert merged.asset_types["B"].supertypes == ("A",)
    with pytest.raises(OntologyInvalid) as caught:
        parse_documents({"a.yaml": HEAD + "assetTypes: {A: {}}", "b.yaml": HEAD + "\nassetTypes: {A: {}}"})
    (problem,) = caught.value.problems
    assert (problem.code, problem.place) == ("DUPLICATE_NAME", "b.yaml:4:14")
    assert "a.yaml:3:14" in (problem.actual or "")


def test_files_that_disagree_about_the_name_are_refused() -> None:
    with pytest.raises(OntologyInvalid) as caught:
        parse_documents({"a.yaml": HEAD, "b.yaml": HEAD.replace("test", "other")})
    (problem,) = caught.value.problems
    assert (problem.code, problem.place) == ("DUPLICATE_NAME", "b.yaml:2:7")


EXAMPLE = (
    HEAD
    + """\
assetTypes:
  Thing: {abstract: true, properties: {mass: {datatype: float, unit: kg}}}
  Wet: {abstract: true, extends: [Thing]}
  Driven: {abstract: true, extends: [Thing]}
  Well: {extends: [Wet], sourceOf: [PIPE]}
  Pump: {extends: [Wet, Driven], displayName: {de: Pumpe, en: Pump}}
  FirePump: {extends: [Pump]}
relationshipTypes:
  PIPE:
    inverse: PIPED_FROM
    from: [Wet]
    to: [Pump]
    impact: {direction: BOTH, kind: FLOW}
    multiplicity: {sources: 0..2, targets: 1}
  NEAR: {from: [Thing], to: [Thing], symmetric: true}
"""
)


def test_types_are_linked() -> None:
    ontology = parse_ontology(EXAMPLE)
    pump = ontology.asset_types["FirePump"]
    assert pump.labels == ("FirePump", "Pump", "Wet", "Driven", "Thing")
    assert ontology.asset_types["Thing"].subtypes == ("Driven", "FirePump", "Pump", "Well", "Wet")
    assert pump.properties["mass"].declared_by == "Thing"
    assert pump.plural == "firePumps"
    assert ontology.asset_types["Well"].sources == ("PIPE",)
    assert ontology.type_of(["Asset", "Thing", "Pump", "Driven", "Wet"]).name == "Pump"
    assert ontology.concrete("Wet") == {"Well", "Pump", "FirePump"}


def test_relationship_types_are_linked() -> None:
    ontology = parse_ontology(EXAMPLE)
    pipe, near = ontology.relationship_types["PIPE"], ontology.relationship_types["NEAR"]
    assert pipe.targets_allowed == {"Pump", "FirePump"}
    assert (pipe.sources, pipe.targets) == (Multiplicity(maximum=2), Multiplicity(minimum=1, maximum=1))
    assert (pipe.impact, pipe.kind) == (ImpactDirection.BOTH, ImpactKind.FLOW)
    assert (pipe.field, pipe.inverse_field) == ("pipe", "pipedFrom")
    assert set(pipe.properties) == {"group", "needs", "combine", "capacity", "loss", "delay", "open"}
    assert pipe.properties["delay"].datatype is Datatype.DURATION
    assert not near.is_supply
    assert not near.properties
    assert ontology.flow_types == (pipe,)


def test_ids_default_to_kind_and_name_and_an_author_may_keep_an_old_one() -> None:
    ontology = parse_ontology(EXAMPLE.replace("FirePump: {", "FirePump: {id: 'type:ExtinguishingPump', "))
    assert ontology.asset_types["Pump"].id == "type:Pump"
    assert ontology.asset_types["FirePump"].id == "type:ExtinguishingPump"
    assert ontology.asset_types["Pump"].properties["mass"].id == "type:Thing/mass"
    assert ontology.relationship_types["PIPE"].id == "relationship:PIPE"


def test_a_graphql_name_settles_a_clash() -> None:
    ontology = parse_ontology(HEAD + "assetTypes: {Path: {graphql: Footpath}}")
    assert (ontology.asset_types["Path"].graphql, ontology.asset_types["Path"].plural) == ("Footpath", "footpaths")
    settled = parse_ontology(HEAD + ENDS + "{CHILDREN: {from: [A], to: [A], graphql: {name: offspring}}}")
    assert settled.relationship_types["CHILDREN"].field == "offspring"


def test_depth_of_the_hierarchy_is_not_limited() -> None:
    types = "\n".join(f"  T{n}: {{extends: [T{n - 1}]}}" for n in range(1, 600))
    ontology = parse_ontology(f"{HEAD}assetTypes:\n  T0: {{properties: {{p: {{datatype: int}}}}}}\n{types}")
    assert len(ontology.asset_types["T599"].supertypes) == 599
    assert "p" in ontology.asset_types["T599"].properties
