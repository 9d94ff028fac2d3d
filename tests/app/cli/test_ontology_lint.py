"""`twin ontology lint` on the command line: no database, exit codes, JSON."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import CommandLine


def test_lint_says_what_is_wrong_and_where(bare: CommandLine, tmp_path: Path) -> None:
    site = tmp_path / "site"
    bare.ok("init", str(site))
    assert bare.ok("ontology", "lint", "--project", str(site)) == f"Clean: no rule is broken, in {site}\n"
    document = site / "ontology.yaml"
    document.write_text(document.read_text().replace("unit: kW, minimum: 0", "unit: kW, maximum: 9"))
    bare.ok("ontology", "make", "-m", "Another bound", "--project", str(site))

    ran = bare("ontology", "lint", "--project", str(site))
    told = bare("ontology", "lint", "--project", str(site), "--json")

    assert (ran.code, told.code) == (2, 2)
    assert "[BACKWARD_BROKEN]" in ran.out
    assert "0002_another_bound.yaml" in ran.out
    assert ran.out.endswith(f"1 error, 1 warning, in {site}\n")
    assert [(each["level"], each["element"]) for each in told.json] == [
        ("error", "Equipment.ratedPower"),
        ("warning", "Equipment.ratedPower"),
    ]
    assert all(each["place"].rpartition("/")[2].startswith("0002_another_bound.yaml:") for each in told.json)


def test_warnings_count_where_that_is_asked_for(bare: CommandLine, tmp_path: Path) -> None:
    site = tmp_path / "site"
    bare.ok("init", str(site))
    (site / "governance.yaml").write_text("format: twin-governance/1\nlint: {require: [owner]}\n")

    assert bare("ontology", "lint", "--project", str(site)).code == 0
    strict = bare("ontology", "lint", "--project", str(site), "--strict")

    assert (strict.code, "[OWNER_MISSING]" in strict.out) == (2, True)
