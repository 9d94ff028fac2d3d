"""Rules on versions as files: what their heads say, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migrations.files import Migration
from migrations.governance import LintSettings
from migrations.lint.findings import Finding, found


def headers(migrations: Sequence[Migration], settings: LintSettings) -> Iterator[Finding]:
    """Yield what is to be said of the heads of versions, and of two that have one number."""
    numbers: dict[int, str] = {}
    for migration in migrations:
        revision = migration.revision
        number = int(revision.partition("_")[0])
        other = numbers.setdefault(number, revision)
        place = f"{migration.file}:1:1"
        if other != revision:
            message = f"{revision} has the number of {other}"
            yield found("NUMBER_TWICE", message, place=place, revision=revision)
        if migration.standpoint.status == "draft":
            yield found("VERSION_DRAFT", f"{revision} is a draft", place=place, revision=revision)
        for name, value in _wanted(migration).items():
            if name in settings.require and not value:
                code = f"{name.upper()}_MISSING"
                yield found(code, f"{revision} has no {name}", place=place, revision=revision)


def _wanted(migration: Migration) -> dict[str, str | None]:
    said = migration.standpoint
    return {"author": migration.author, "owner": said.owner, "reason": said.reason, "ticket": said.ticket}
