"""The graphs that the pages show: what extends what, and what can be related to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.ontology.model import AssetType, Ontology, RelationshipType
from migrations.catalogue.addresses import Addresses
from migrations.catalogue.ends import Connection, Role
from migrations.catalogue.layout import Arrow, Box, Drawing, placed

MOST_SUBTYPES = 14
MOST_CONNECTIONS = 24
MOST_PARTNERS = 6
MOST_OVERVIEW = 80
"""An ontology with more types has no drawing of all of them."""


@dataclass(slots=True)
class _Canvas:
    """Boxes and arrows as they are put together, each once."""

    addresses: Addresses
    boxes: dict[str, Box]
    arrows: dict[Arrow, None]

    def type(self, kind: AssetType, key: str, *, current: bool = False) -> str:
        words = ("type", *(("abstract",) if kind.abstract else ()), *(("current",) if current else ()))
        link = None if current else self.addresses.type(kind.name)
        self.boxes.setdefault(key, Box(key=key, label=kind.name, kind=" ".join(words), link=link))
        return key

    def relationship(self, link: RelationshipType, key: str, *, current: bool = False) -> str:
        style = "relationship current" if current else "relationship"
        address = None if current else self.addresses.relationship(link.name)
        self.boxes.setdefault(key, Box(key=key, label=link.name, kind=style, link=address))
        return key

    def more(self, count: int, key: str) -> str:
        self.boxes.setdefault(key, Box(key=key, label=f"and {count} more", kind="more"))
        return key

    def arrow(self, source: str, target: str, kind: str) -> None:
        self.arrows.setdefault(Arrow(source=source, target=target, kind=kind))

    def drawing(self) -> Drawing:
        return placed(tuple(self.boxes.values()), self.arrows)


def inheritance(ontology: Ontology, kind: AssetType, addresses: Addresses) -> Drawing | None:
    """Return what `kind` extends, all the way up, and what extends it directly; None where it stands alone."""
    below = [name for name in kind.subtypes if kind.name in ontology.asset_types[name].extends]
    if not kind.supertypes and not below:
        return None
    canvas = _canvas(addresses)
    line = (*sorted(kind.supertypes), kind.name)
    for name in line:
        canvas.type(ontology.asset_types[name], name, current=name == kind.name)
    for name in line:
        for parent in ontology.asset_types[name].extends:
            canvas.arrow(parent, name, "extends")
    for name in below[:MOST_SUBTYPES]:
        canvas.arrow(kind.name, canvas.type(ontology.asset_types[name], name), "extends")
    if len(below) > MOST_SUBTYPES:
        canvas.arrow(kind.name, canvas.more(len(below) - MOST_SUBTYPES, "+"), "extends")
    return canvas.drawing()


def overview(ontology: Ontology, addresses: Addresses) -> Drawing | None:
    """Return what extends what in the whole ontology; None where that would be too much to look at, or nothing."""
    types = ontology.asset_types.values()
    if len(types) > MOST_OVERVIEW or not any(kind.extends for kind in types):
        return None
    canvas = _canvas(addresses)
    for kind in types:
        canvas.type(kind, kind.name)
    for kind in types:
        for parent in kind.extends:
            canvas.arrow(parent, kind.name, "extends")
    return canvas.drawing()


def neighbourhood(
    ontology: Ontology, kind: AssetType, found: Sequence[Connection], addresses: Addresses
) -> Drawing | None:
    """Return `kind` between what can be related to it: what ends here on its left, what starts here on its right."""
    whole = [each for each in found if not each.partial]
    if not whole:
        return None
    canvas = _canvas(addresses)
    centre = canvas.type(kind, "*", current=True)
    for each in whole[:MOST_CONNECTIONS]:
        _connect(canvas, ontology, centre, each)
    left = len(whole) - MOST_CONNECTIONS
    if left > 0:
        canvas.arrow(centre, canvas.more(left, "+"), "joins")
    return canvas.drawing()


def between(ontology: Ontology, link: RelationshipType, addresses: Addresses) -> Drawing:
    """Return a relationship type between the types that may stand at its ends, as declared."""
    canvas = _canvas(addresses)
    pill = canvas.relationship(link, "*", current=True)
    ends = "joins" if link.symmetric else "from", "joins" if link.symmetric else "to"
    for source in _ends(canvas, ontology, link.from_types, "<"):
        canvas.arrow(source, pill, ends[0])
    if not link.symmetric:
        for target in _ends(canvas, ontology, link.to_types, ">"):
            canvas.arrow(pill, target, ends[1])
    return canvas.drawing()


def _connect(canvas: _Canvas, ontology: Ontology, centre: str, found: Connection) -> None:
    side = "<" if found.role is Role.TARGET else ">"
    pill = canvas.relationship(found.type, f"{side}{found.type.name}")
    partners = _ends(canvas, ontology, found.partners, side)
    match found.role:
        case Role.TARGET:
            canvas.arrow(pill, centre, "to")
            for partner in partners:
                canvas.arrow(partner, pill, "from")
        case Role.SOURCE:
            canvas.arrow(centre, pill, "from")
            for partner in partners:
                canvas.arrow(pill, partner, "to")
        case Role.EITHER:
            canvas.arrow(centre, pill, "joins")
            for partner in partners:
                canvas.arrow(pill, partner, "joins")


def _ends(canvas: _Canvas, ontology: Ontology, names: Sequence[str], side: str) -> list[str]:
    keys = [canvas.type(ontology.asset_types[name], f"{side}{side}{name}") for name in names[:MOST_PARTNERS]]
    more = len(names) - MOST_PARTNERS
    return [*keys, canvas.more(more, f"{side}+{names[0]}")] if more > 0 else keys


def _canvas(addresses: Addresses) -> _Canvas:
    return _Canvas(addresses=addresses, boxes={}, arrows={})
