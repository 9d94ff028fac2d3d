"""Rules on consumers: what they were built against, and whether they can go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from graph.ontology.model import Ontology
from migrations.lint.breaking import PHRASES, Break, BreakKind, breaks
from migrations.lint.findings import Finding, found
from migrations.lint.versions import Versions

_TRANSITIVE = "_TRANSITIVE"


def compatibility(versions: Versions, revision: str, today: date) -> Iterator[Finding]:
    """Yield how a version breaks consumers of those before it, or its own at those before.

    What is deprecated may be removed, but under a transitive rule; what is not, breaks a rule of its own.
    """
    before, after = versions.before(revision), versions.after(revision)
    if before is None:
        return
    rule = after.compatibility
    lost = breaks(before, after)
    removed = tuple(each for each in lost if each.kind is BreakKind.GONE)
    yield from _removals(versions, revision, removed, today)
    if rule.startswith(("BACKWARD", "FULL")):
        kept = tuple(each for each in lost if each.kind is not BreakKind.GONE)
        yield from _broken("BACKWARD_BROKEN", versions, revision, kept, "the version before")
    if rule.startswith(("FORWARD", "FULL")):
        yield from _broken("FORWARD_BROKEN", versions, revision, breaks(after, before), "the version before")
    if rule.endswith(_TRANSITIVE):
        yield from _transitive(versions, revision, lost)


def _transitive(versions: Versions, revision: str, lost: Sequence[Break]) -> Iterator[Finding]:
    """Yield what breaks consumers of a version further back, each once and of the latest such version."""
    rule = versions.after(revision).compatibility
    told = {(each.kind, each.path) for each in lost if each.kind is not BreakKind.GONE}
    gained = {(each.kind, each.path) for each in breaks(versions.after(revision), _before(versions, revision))}
    for ancestor in reversed(versions.history.ancestors(revision)):
        there = versions.after(ancestor)
        if not rule.startswith("FORWARD"):
            old = [each for each in breaks(there, versions.after(revision)) if (each.kind, each.path) not in told]
            told |= {(each.kind, each.path) for each in old}
            yield from _broken("BACKWARD_BROKEN", versions, revision, old, ancestor)
        if not rule.startswith("BACKWARD"):
            new = [each for each in breaks(versions.after(revision), there) if (each.kind, each.path) not in gained]
            gained |= {(each.kind, each.path) for each in new}
            yield from _broken("FORWARD_BROKEN", versions, revision, new, ancestor)


def _broken(code: str, versions: Versions, revision: str, found_breaks: Sequence[Break], who: str) -> Iterator[Finding]:
    places = versions.place(revision, [each.path for each in found_breaks]) if found_breaks else {}
    forward = code == "FORWARD_BROKEN"
    for each in found_breaks:
        message = f"{each.element} {said(each, forward=forward)}: consumers of {who} can't go on"
        if forward:
            message = f"{each.element} {said(each, forward=True)}: consumers of {revision} can't go on with {who}"
        yield found(code, message, place=places[each.path], element=each.element, revision=revision)


def said(each: Break, *, forward: bool = False) -> str:
    """Return a break in words, what was and what is in brackets."""
    phrase = PHRASES[each.kind][forward]
    if not (each.had or each.has):
        return phrase
    was, now = (each.has, each.had) if forward else (each.had, each.has)
    return f"{phrase} ({was} -> {now})"


def _removals(versions: Versions, revision: str, removed: Sequence[Break], today: date) -> Iterator[Finding]:
    places = versions.place(revision, [each.path for each in removed]) if removed else {}
    for each in removed:
        code, message = _removal(each, today)
        if code is not None:
            yield found(code, message, place=places[each.path], element=each.element, revision=revision)


def _removal(each: Break, today: date) -> tuple[str | None, str]:
    if each.deprecation is None:
        return "REMOVED_UNDEPRECATED", f"{each.element} is removed, and was not deprecated before"
    until = each.deprecation.until
    if until is not None and date.fromisoformat(until) > today:
        left = (date.fromisoformat(until) - today).days
        return "REMOVED_EARLY", f"{each.element} is removed, and may be used until {until}, for {left} more days"
    return None, ""


def _before(versions: Versions, revision: str) -> Ontology:
    before = versions.before(revision)
    assert before is not None, "there is one before it"
    return before
