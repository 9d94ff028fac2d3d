"""The changelog of an ontology, made from its versions: what each did, who proposed it, and why."""

from __future__ import annotations

from collections.abc import Iterator

from migrations.catalogue.chronicle import Deed, Event, Version, chronicle
from migrations.files import Migration
from migrations.project import Project

_HEADINGS = {
    Deed.ADDED: "Added",
    Deed.CHANGED: "Changed",
    Deed.RENAMED: "Renamed",
    Deed.REMOVED: "Removed",
}


def changelog(project: Project) -> str:
    """Return the changelog as Markdown, the newest version first. Raises MigrationInvalid where versions don't fit."""
    found = chronicle(project.desired, project.history)
    parts = [f"# Changes of the ontology {project.desired.name}"]
    for version in found.versions:
        migration = project.history[version.revision] if version.revision is not None else None
        parts.append("\n\n".join(_version(version, migration)))
    return "\n\n".join(parts) + "\n"


def _version(version: Version, migration: Migration | None) -> Iterator[str]:
    yield f"## {version.revision or 'Unreleased'}"
    yield _sentence(version.message)
    if migration is not None and (facts := "; ".join(_facts(migration))):
        yield f"{facts}."
    for deed, heading in _HEADINGS.items():
        lines = [_line(event) for event in version.events if event.deed is deed]
        if lines:
            yield f"### {heading}"
            yield "\n".join(f"- {line}" for line in lines)


def _facts(migration: Migration) -> Iterator[str]:
    said = migration.standpoint
    told = (
        ("Proposed", " ".join(filter(None, [said.proposed, f"by {migration.author}" if migration.author else None]))),
        ("owner", said.owner),
        ("ticket", said.ticket),
        ("because", said.reason),
    )
    for name, value in told:
        if value:
            yield f"{name} {value.rstrip('.')}"


def _line(event: Event) -> str:
    name = f"{event.name}.{event.member}" if event.member else event.name
    details = f": {'; '.join(event.details)}" if event.details and event.deed is not Deed.ADDED else ""
    return f"`{name}`{f' ({event.noun})' if event.noun else ''}{details}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
