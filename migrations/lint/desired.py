"""Rules on the ontology as it is written: descriptions, and deprecations with the days on which they end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graph.ontology.model import Deprecation, Ontology
from graph.ontology.source import Path, Places
from migrations.governance import LintSettings
from migrations.lint.findings import Finding, found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    name: str
    path: Path
    description: str | None
    deprecation: Deprecation | None = None


def desired(ontology: Ontology, places: Places, settings: LintSettings, today: date) -> Iterator[Finding]:
    """Yield what is to be said of the ontology as it is written, at its places in the document."""
    for element in _elements(ontology):
        if "description" in settings.require and not element.description:
            message = f"{element.name} has no description"
            yield found("DESCRIPTION_MISSING", message, place=places.of_key(element.path), element=element.name)
        if element.deprecation is not None:
            yield from _deprecated(element, element.deprecation, places, settings.warn_days, today=today)


def _deprecated(
    element: _Element, deprecation: Deprecation, places: Places, warn_days: int, *, today: date
) -> Iterator[Finding]:
    path = (*element.path, "deprecation")
    if deprecation.until is None:
        message = f"{element.name} is deprecated, but has no day on which it goes"
        yield found("DEPRECATION_UNDATED", message, place=places.of_key(path), element=element.name)
        return
    left = (date.fromisoformat(deprecation.until) - today).days
    place = places.of((*path, "until"))
    if left <= 0:
        since = f"since {deprecation.until}, {_days(-left)}" if left else "today"
        message = f"{element.name} should be gone {since}"
        yield found("DEPRECATION_OVERDUE", message, place=place, element=element.name)
    elif left <= warn_days:
        message = f"{element.name} goes on {deprecation.until}, in {_days(left)}"
        yield found("DEPRECATION_DUE", message, place=place, element=element.name)


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _elements(ontology: Ontology) -> Iterator[_Element]:
    for name, enum in ontology.enums.items():
        yield _Element(name=name, path=("enums", name), description=enum.description)
    sections = (("assetTypes", ontology.asset_types), ("relationshipTypes", ontology.relationship_types))
    for section, kinds in sections:
        for name, kind in kinds.items():
            path: Path = (section, name)
            yield _Element(name=name, path=path, description=kind.description, deprecation=kind.deprecation)
            members = [("properties", each) for each in kind.properties.values()]
            for collection, each in [*members, *(("channels", one) for one in getattr(kind, "channels", {}).values())]:
                if each.declared_by == name:
                    yield _Element(
                        name=f"{name}.{each.name}",
                        path=(*path, collection, each.name),
                        description=each.description,
                        deprecation=each.deprecation,
                    )
