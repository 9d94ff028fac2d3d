"""Links to types and enums as pages have them; made in Python, for a page of a large ontology has hundreds."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from migrations.catalogue.addresses import Addresses

_LINK = Markup('<a class="name" href="{}">{}</a>')
_NAME = Markup('<span class="name">{}</span>')


class Links:
    """Links of pages at one depth, each made once."""

    def __init__(self, at: Addresses) -> None:
        self._at = at
        self._made: dict[tuple[str, str], Markup] = {}
        self._lists: dict[tuple[str, ...], Markup] = {}

    def type(self, name: str) -> Markup:
        """Return the link to an asset type."""
        found = self._made.get(("type", name))
        if found is None:
            found = self._made["type", name] = _LINK.format(self._at.type(name), name)
        return found

    def types(self, names: Iterable[str]) -> Markup:
        """Return the links to several asset types, with commas between them."""
        key = tuple(names)
        found = self._lists.get(key)
        if found is None:
            found = self._lists[key] = Markup(", ").join(map(self.type, key))
        return found

    def relationship(self, name: str, mark: str = "") -> Markup:
        """Return the link to a relationship type, or to the part of its page called `mark`."""
        found = self._made.get((f"relationship{mark}", name))
        if found is None:
            address = self._at.relationship(name) + (f"#{mark}" if mark else "")
            found = self._made[f"relationship{mark}", name] = _LINK.format(address, name)
        return found

    def enum(self, name: str) -> Markup:
        """Return the link to an enum, its name alone where it has no page."""
        address = self._at.enum(name)
        return _NAME.format(name) if address is None else _LINK.format(address, name)
