"""What lint finds, and what a project lets pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.errors import Problem
from migrations.files import Migration
from migrations.governance import LintSettings
from migrations.lint.rules import RULES, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that lint found. `code` is a rule's, or that of a problem that keeps the project from being applied.

    `element` is what of the ontology it is about, `revision` the version.
    """

    code: str
    level: Level
    message: str
    place: str | None
    element: str | None = None
    revision: str | None = None
    expected: str | None = None
    actual: str | None = None
    hint: str | None = None


def found(
    code: str, message: str, *, place: str | None, element: str | None = None, revision: str | None = None
) -> Finding:
    """Return what breaks a rule, on the rule's own level."""
    rule = RULES[code]
    return Finding(
        code=code, level=rule.level, message=message, place=place, element=element, revision=revision, hint=rule.mend
    )


def of_problem(problem: Problem) -> Finding:
    """Return a problem that no rule is needed for as a finding: the project can't be applied."""
    return Finding(
        code=problem.code,
        level=Level.ERROR,
        message=problem.message,
        place=problem.place,
        expected=problem.expected,
        actual=problem.actual,
        hint=problem.hint,
    )


def judged(findings: Iterable[Finding], migrations: Iterable[Migration], settings: LintSettings) -> Iterator[Finding]:
    """Yield what remains of `findings` by the levels and exemptions of the project; and exemptions for nothing."""
    exempt = {
        (migration.revision, each.rule, each.element): each for migration in migrations for each in migration.exemptions
    }
    used: set[tuple[str, str, str | None]] = set()
    for finding in findings:
        keys = {(finding.revision or "", finding.code, element) for element in (finding.element, None)}
        known = keys & exempt.keys()
        used |= known
        if not known:
            yield from _leveled(finding, settings)
    for key, exemption in exempt.items():
        if key not in used:
            where = f" of {exemption.element}" if exemption.element else ""
            message = f"{key[0]} is exempt from {exemption.rule}{where} for nothing"
            unused = found("EXEMPTION_UNUSED", message, place=exemption.place, revision=key[0])
            yield from _leveled(unused, settings)


def _leveled(finding: Finding, settings: LintSettings) -> Iterator[Finding]:
    level = settings.levels.get(finding.code) if finding.code in RULES else None
    if level is None:
        yield finding
    elif level != Level.OFF:
        yield Finding(
            code=finding.code,
            level=Level(level),
            message=finding.message,
            place=finding.place,
            element=finding.element,
            revision=finding.revision,
            expected=finding.expected,
            actual=finding.actual,
            hint=finding.hint,
        )
