"""Files that were changed under others: seen by `check`, and known once somebody said why."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrations import Project, ProjectInvalid, changelog, check, make
from migrations.files import Standpoint
from migrations.governance import load_governance
from migrations.governance.corrections import (
    Correction,
    append_corrections,
    first_checksums,
    load_corrections,
)


def correction(was: str, now: str, revision: str = "0001_start") -> Correction:
    return Correction(revision=revision, was=was, now=now, reason="A comment: why", by="Ada", at="2026-11-26")


@pytest.fixture
def grown(project: Project) -> Project:
    """The project with a second version built on the first."""
    document = project.path / "ontology.yaml"
    document.write_text(document.read_text().replace("  Reservoir:", "  Tank: {extends: [Equipment]}\n  Reservoir:"))
    said = Standpoint(owner="Team Model", proposed="2026-11-26", reason="Tanks are needed.", ticket="TM-12")
    assert make(Project.load(project.path), "Add tanks", author="Ada", standpoint=said) is not None
    return Project.load(project.path)


def codes(project: Project) -> list[tuple[str, str | None]]:
    return [(each.code, each.place) for each in check(Project.load(project.path))]


def test_a_file_changed_under_another_is_seen_at_the_one_built_on_it(grown: Project) -> None:
    assert check(grown) == ()
    first, second = sorted(grown.versions.iterdir())
    line = 1 + [each.startswith("chain:") for each in second.read_text().splitlines()].index(True)

    first.write_text(first.read_text() + "# another word\n")

    assert codes(grown) == [("CHAIN_BROKEN", f"{second}:{line}:8")]


def test_a_correction_makes_it_known_and_a_further_change_is_seen_again(grown: Project) -> None:
    first, _ = sorted(grown.versions.iterdir())
    was = grown.history["0001_start"].checksum
    first.write_text(first.read_text() + "# another word\n")
    now = Project.load(grown.path).history["0001_start"].checksum

    append_corrections(grown.path, [correction(was, now)])
    append_corrections(grown.path, [correction(was, now)])

    assert check(Project.load(grown.path)) == ()
    assert load_corrections(grown.path) == (correction(was, now),)
    first.write_text(first.read_text() + "# and one more\n")
    assert [code for code, _ in codes(grown)] == ["CHAIN_BROKEN"]
    last = Project.load(grown.path).history["0001_start"].checksum
    append_corrections(grown.path, [correction(now, last)])
    assert check(Project.load(grown.path)) == ()


def test_only_corrections_that_lead_to_the_file_count() -> None:
    steps = [correction("a", "b"), correction("b", "c"), correction("x", "y")]

    assert first_checksums(steps, {"0001_start": "c"}) == {"0001_start": "a"}
    assert first_checksums(steps, {"0001_start": "b"}) == {}
    assert first_checksums(steps, {}) == {}


def test_corrections_that_can_t_be_read_are_placed(grown: Project) -> None:
    (grown.path / "corrections.yaml").write_text("format: twin-corrections/1\ncorrections:\n  - {revision: a}\n")

    with pytest.raises(ProjectInvalid) as caught:
        Project.load(grown.path)

    assert {each.place for each in caught.value.problems} == {f"{grown.path}/corrections.yaml:3:5"}


def test_what_a_project_asks_for_is_read(tmp_path: Path) -> None:
    assert load_governance(tmp_path).approvals == 0
    (tmp_path / "governance.yaml").write_text("format: twin-governance/1\napprovals: 2\nlint: {warnDays: 60}\n")

    found = load_governance(tmp_path)

    assert (found.approvals, found.lint.warn_days) == (2, 60)


def test_the_changelog_is_made_from_the_versions(grown: Project) -> None:
    text = changelog(grown)

    assert text.startswith("# Changes of the ontology pumping\n\n## 0002_add_tanks\n\nAdd tanks.\n\n")
    told = "Proposed 2026-11-26 by Ada; owner Team Model; ticket TM-12; because Tanks are needed."
    assert told in text
    assert "### Added\n\n- `Tank`\n\n## 0001_start" in text
    assert text.endswith("\n")
