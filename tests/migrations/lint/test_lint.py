"""Every rule is broken once, where it says, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from migrations import Project
from migrations.lint import RULES, Level, lint
from tests.migrations.lint.conftest import TODAY, Site


def text_of(site: Site, start: str) -> str:
    """The text that begins so in the document, as `make` has written an id into it, up to its bracket."""
    text = site.document.read_text()
    at = text.index(start)
    return text[at : text.index("}", at) + 1]


def old(site: Site, start: str, until: str = "2027-06-30") -> tuple[str, str]:
    """The edit that deprecates an element."""
    text = text_of(site, start)
    return text, f"{text[:-1]}, deprecation: {{since: 2026-11-26, until: {until}}}}}"


def test_a_project_that_only_adds_is_clean(site: Site) -> None:
    site.change(("  Valve:", "  Gate: {extends: [Equipment]}\n  Valve:"))

    assert site.lint() == []


def test_the_bundled_project_is_clean() -> None:
    assert lint(Project.bundled().path, today=TODAY) == ()


def test_what_is_removed_must_have_been_deprecated_before(site: Site, line: Callable[[Path, str], int]) -> None:
    file = site.change((text_of(site, "      speed:"), ""), ("    channels:\n", ""))

    (finding,) = site.lint()

    assert (finding.code, finding.level, finding.element) == ("REMOVED_UNDEPRECATED", Level.ERROR, "Pump.speed")
    assert finding.place == f"{file}:{line(file, 'remove_channel')}:5"
    assert finding.hint == RULES["REMOVED_UNDEPRECATED"].mend


def test_what_was_deprecated_may_be_removed_once_its_day_has_come(site: Site) -> None:
    site.change(old(site, "      speed:"), name="old")
    site.change((text_of(site, "      speed:") + "}", ""), ("    channels:\n", ""), name="gone")

    assert site.codes(date(2027, 7, 1)) == []
    assert site.codes(date(2027, 6, 29)) == [("REMOVED_EARLY", "Pump.speed")]


def test_under_a_transitive_rule_nothing_is_ever_removed(site: Site) -> None:
    site.change(
        old(site, "      speed:"), ("compatibility: BACKWARD", "compatibility: BACKWARD_TRANSITIVE"), name="old"
    )
    site.change((text_of(site, "      speed:") + "}", ""), ("    channels:\n", ""), name="gone")

    (finding,) = site.lint(date(2027, 7, 1))

    assert (finding.code, finding.element, finding.revision) == ("BACKWARD_BROKEN", "Pump.speed", "0003_gone")
    assert "consumers of 0002_old" in finding.message


def test_a_transitive_rule_sees_what_went_and_came_back_otherwise(site: Site) -> None:
    flow = text_of(site, "      flow:")
    site.change((flow, ""), ("compatibility: BACKWARD", "compatibility: NONE"), name="gone")
    site.govern("lint: {since: 0002_gone}")
    again = "\n      flow: {id: new, datatype: string}\n"
    site.change(("    properties:\n\n", f"    properties:{again}"), ("NONE", "BACKWARD"), name="again")
    assert site.codes() == []

    site.change(("compatibility: BACKWARD", "compatibility: BACKWARD_TRANSITIVE"), name="strict")

    (finding,) = site.lint()
    assert (finding.code, finding.element, finding.revision) == ("BACKWARD_BROKEN", "Pump.flow", "0004_strict")
    assert "float in L/s -> string" in finding.message


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("NONE", []),
        ("BACKWARD", ["BACKWARD_BROKEN"]),
        ("FORWARD", []),
        ("FULL", ["BACKWARD_BROKEN"]),
        ("BACKWARD_TRANSITIVE", ["BACKWARD_BROKEN"]),
        ("FORWARD_TRANSITIVE", []),
        ("FULL_TRANSITIVE", ["BACKWARD_BROKEN"]),
    ],
)
def test_what_narrows_breaks_backward(site: Site, rule: str, codes: list[str]) -> None:
    site.change(("maximum: 100", "maximum: 50"), ("compatibility: BACKWARD", f"compatibility: {rule}"))

    found = [each for each in site.lint() if each.code != "NARROWED_UNCHECKED"]

    assert [each.code for each in found] == codes
    assert {each.element for each in found} <= {"Pump.flow"}


@pytest.mark.parametrize(
    ("rule", "codes"),
    [("NONE", []), ("BACKWARD", []), ("FORWARD", ["FORWARD_BROKEN"]), ("FULL_TRANSITIVE", ["FORWARD_BROKEN"])],
)
def test_what_is_new_breaks_forward(site: Site, rule: str, codes: list[str]) -> None:
    site.change(
        ("      flow:", "      head: {datatype: float}\n      flow:"),
        ("compatibility: BACKWARD", f"compatibility: {rule}"),
    )

    assert [each.code for each in site.lint()] == codes


def test_a_rename_breaks_backward_where_it_stands(site: Site, line: Callable[[Path, str], int]) -> None:
    file = site.change(("      flow:", "      rate:"))

    (finding,) = site.lint()

    assert (finding.code, finding.element) == ("BACKWARD_BROKEN", "Pump.flow")
    assert "has another name (flow -> rate)" in finding.message
    assert finding.place == f"{file}:{line(file, 'rename_property')}:5"


def test_a_required_property_must_be_filled(site: Site, line: Callable[[Path, str], int]) -> None:
    site.govern("lint: {levels: {BACKWARD_BROKEN: 'off'}}")
    file = site.change(("      serial:", "      tag: {datatype: string, required: true}\n      serial:"), name="tag")

    (finding,) = site.lint()

    assert (finding.code, finding.element) == ("REQUIRED_UNFILLED", "Equipment.tag")
    assert finding.place == f"{file}:{line(file, 'change_property')}:5"


def test_a_default_fills_what_is_required(site: Site) -> None:
    site.govern("lint: {levels: {BACKWARD_BROKEN: 'off'}}")
    site.change(("      serial:", "      tag: {datatype: string, required: true, default: none}\n      serial:"))

    assert site.lint() == []


def test_what_narrows_should_say_what_it_needs(site: Site) -> None:
    site.govern("lint: {levels: {BACKWARD_BROKEN: 'off', NARROWED_UNCHECKED: error}}")
    file = site.change(("maximum: 100", "maximum: 50"))
    assert [(each.code, each.level) for each in site.lint()] == [("NARROWED_UNCHECKED", Level.ERROR)]

    demand = 'requires:\n  - assert: "MATCH (p:Pump) WHERE p.flow > 50 RETURN count(p) = 0"\nexpand'
    file.write_text(file.read_text().replace("expand", demand))

    assert site.lint() == []


@pytest.mark.parametrize(
    ("today", "code", "message"),
    [
        (date(2027, 5, 30), None, ""),
        (date(2027, 5, 31), "DEPRECATION_DUE", "Valve goes on 2027-06-30, in 30 days"),
        (date(2027, 6, 29), "DEPRECATION_DUE", "Valve goes on 2027-06-30, in 1 day"),
        (date(2027, 6, 30), "DEPRECATION_OVERDUE", "Valve should be gone today"),
        (date(2027, 7, 2), "DEPRECATION_OVERDUE", "Valve should be gone since 2027-06-30, 2 days"),
    ],
)
def test_deprecations_are_counted_down(site: Site, today: date, code: str | None, message: str) -> None:
    site.change(old(site, "  Valve:"), name="old")

    found = site.lint(today)

    assert [each.code for each in found] == ([code] if code else [])
    assert [each.message for each in found] == ([message] if code else [])
    line = 1 + site.document.read_text()[: site.document.read_text().index("until")].count("\n")
    assert all((each.place or "").startswith(f"{site.document}:{line}:") for each in found)


def test_a_deprecation_needs_a_day(site: Site) -> None:
    text = text_of(site, "  Valve:")
    site.change((text, f"{text[:-1]}, deprecation: {{since: 2026-11-26}}}}"))

    assert site.codes() == [("DEPRECATION_UNDATED", "Valve")]


def test_what_a_project_asks_of_versions_and_elements(site: Site) -> None:
    site.govern("lint: {require: [description, owner, author, reason, ticket]}")

    found = site.lint()

    assert [each.code for each in found if each.element is None] == [
        "AUTHOR_MISSING",
        "OWNER_MISSING",
        "REASON_MISSING",
        "TICKET_MISSING",
    ]
    undescribed = {each.element for each in found if each.code == "DESCRIPTION_MISSING"}
    assert {"Fuel", "Pump", "Pump.flow", "Pump.speed", "Equipment.serial", "PIPE"} <= undescribed


def test_versions_before_the_rules_are_not_judged(site: Site) -> None:
    site.change(("maximum: 100", "maximum: 50"), name="narrow")
    site.govern("lint: {since: 0002_narrow, require: [owner]}")
    assert site.lint() == []

    site.govern("lint: {since: 0009_none}")

    assert ("SINCE_UNKNOWN", None) in site.codes()


def test_a_version_may_be_exempt_where_it_says_why(site: Site) -> None:
    file = site.change(("maximum: 100", "maximum: 50"))
    text = file.read_text()
    exempt = "exempt:\n  - {rule: BACKWARD_BROKEN, element: Pump.flow, reason: nobody has more}\n"
    exempt += "  - {rule: NARROWED_UNCHECKED, reason: seen to by hand}\nexpand"

    file.write_text(text.replace("expand", exempt))
    assert site.lint() == []

    file.write_text(text.replace("expand", exempt.replace("Pump.flow", "Pump.fluw")))
    assert [each.code for each in site.lint()] == ["BACKWARD_BROKEN", "EXEMPTION_UNUSED"]


def test_drafts_and_numbers_that_are_there_twice(site: Site) -> None:
    file = site.change(("  Valve:", "  Gate: {extends: [Equipment]}\n  Valve:"), name="gate")
    file.write_text(file.read_text().replace("message:", "status: draft\nmessage:"))
    twin = file.with_name("0002_other.yaml")
    twin.write_text(file.read_text().replace("0002_gate", "0002_other").replace("Gate", "Lock"))

    codes = [code for code, _ in site.codes()]

    assert sorted(codes) == ["HASH_WRONG", "NUMBER_TWICE", "SEVERAL_HEADS", "VERSION_DRAFT", "VERSION_DRAFT"]


def test_a_project_that_can_t_be_read_has_its_problems_for_findings(site: Site) -> None:
    (file,) = (site.path / "versions").iterdir()
    file.write_text(file.read_text().replace("parents: []", "parents: [0000_none]"))
    (finding,) = site.lint()
    assert (finding.code, finding.level) == ("PARENT_MISSING", Level.ERROR)

    file.write_text("a: [")
    assert [each.code for each in site.lint()] == ["YAML_INVALID"]

    site.govern("aprovals: 1")
    file.write_text("a: [")
    assert [each.code for each in site.lint()] == ["YAML_INVALID"]


def test_governance_that_can_t_be_read_is_placed(site: Site) -> None:
    site.govern("aprovals: 1\nlint: {warnDays: soon}")

    found = site.lint()

    assert [(each.code, each.place) for each in found] == [
        ("GOVERNANCE_INVALID", f"{site.path}/governance.yaml:3:18"),
        ("GOVERNANCE_INVALID", f"{site.path}/governance.yaml:2:1"),
    ]


def test_every_rule_is_told_of_whole() -> None:
    for code, rule in RULES.items():
        assert rule.title, code
        assert rule.why, code
        assert rule.mend, code
        assert rule.level is not Level.OFF
