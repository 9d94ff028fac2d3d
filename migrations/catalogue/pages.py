"""Pages out of an ontology: what each shows is gathered here, how it looks is up to the templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Final, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from graph.ontology.model import AssetType, EnumType, PropertyDefinition, RelationshipType
from graph.ontology.supply import SUPPLY_PROPERTIES
from migrations.catalogue import words
from migrations.catalogue.addresses import HISTORY, INDEX, Addresses, addresses
from migrations.catalogue.chronicle import Chronicle, Event, chronicle
from migrations.catalogue.diagrams import between, inheritance, neighbourhood, overview
from migrations.catalogue.ends import Connection, Role, connections
from migrations.catalogue.examples import MUTATION, asset_example, relationship_example, title
from migrations.catalogue.links import Links
from migrations.catalogue.search import anchor, index_script
from migrations.project import Project

STATIC: Final = ("catalogue.css", "search.js")
SEARCH_INDEX: Final = "search-index.js"


@dataclass(frozen=True)
class Catalogue:
    """The pages of one project, made one after the other."""

    project: Project

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file of the site: its path, with slashes, and its bytes. The same project gives the same bytes.

        Raises:
            ProjectInvalid: the versions don't fit each other.
        """
        ontology, above = self.project.desired, self._addresses
        yield INDEX, self._page("index", above, **self._index())
        yield HISTORY, self._page("history", above, chronicle=self._chronicle, names=self._names)
        below = above.below()
        for kind in ontology.asset_types.values():
            yield above.type(kind.name), self._page("asset_type", below, **self._asset_type(kind, below))
        for link in ontology.relationship_types.values():
            yield above.relationship(link.name), self._page("relationship_type", below, **self._link(link, below))
        for enum in ontology.enums.values():
            address = above.enum(enum.name)
            assert address is not None, "an enum of the ontology has a page"
            yield address, self._page("enum", below, **self._enum(enum))
        yield SEARCH_INDEX, index_script(ontology, above).encode()
        static = files("migrations.catalogue").joinpath("static")
        for name in STATIC:
            yield name, static.joinpath(name).read_bytes()

    @cached_property
    def _addresses(self) -> Addresses:
        return addresses(self.project.desired)

    @cached_property
    def _chronicle(self) -> Chronicle:
        return chronicle(self.project.desired, self.project.history)

    @cached_property
    def _events(self) -> Mapping[str, tuple[Event, ...]]:
        return self._chronicle.by_identity()

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, str]]:
        """Section and present name of every element that is there, by its id."""
        ontology = self.project.desired
        sections = (
            ("type", ontology.asset_types),
            ("relationship", ontology.relationship_types),
            ("enum", ontology.enums),
        )
        return {each.id: (section, each.name) for section, named in sections for each in named.values()}

    @cached_property
    def _users(self) -> Mapping[str, Sequence[tuple[AssetType | RelationshipType, str, str]]]:
        """Who uses each enum: owner, member, the member's anchor."""
        found: defaultdict[str, list[tuple[AssetType | RelationshipType, str, str]]] = defaultdict(list)
        ontology = self.project.desired
        for owner in (*ontology.asset_types.values(), *ontology.relationship_types.values()):
            channels = owner.channels.values() if isinstance(owner, AssetType) else ()
            for part in (*owner.properties.values(), *channels):
                if part.declared_by == owner.name:
                    for enum in sorted(_enums_of(part) if isinstance(part, PropertyDefinition) else _named(part.enum)):
                        found[enum].append((owner, part.name, anchor(part)))
        return found

    @cached_property
    def _links(self) -> dict[str, Links]:
        return {}

    @cached_property
    def _rows(self) -> dict[tuple[str, bool, bool], Markup]:
        return {}

    @cached_property
    def _templates(self) -> Environment:
        made = Environment(
            loader=PackageLoader("migrations.catalogue"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        # Jinja names no types of these two.
        filters, names = cast("dict[str, object]", made.filters), cast("dict[str, object]", made.globals)
        filters["code"] = _with_code
        names.update(words=words, anchor=anchor, title=title, Role=Role, ontology=self.project.desired)
        names.update(head=self.project.history.heads, mutation=MUTATION, property_row=self._row)
        return made

    def _page(self, template: str, at: Addresses, **shown: object) -> bytes:
        return self._text(template, at, **shown).encode()

    def _text(self, template: str, at: Addresses, **shown: object) -> str:
        links = self._links.setdefault(at.root, Links(at))
        return self._templates.get_template(f"{template}.html.jinja").render(at=at, links=links, root=at.root, **shown)

    def _row(self, each: PropertyDefinition, owner: str | None) -> Markup:
        """Return the row of a property in a table of `owner` (None: a table without what is inherited).

        All who inherit it show the same row, so each is made once: that is what most of the pages consist of.
        """
        key = (each.id, owner == each.declared_by, owner is None)
        row = self._rows.get(key)
        if row is None:
            shown = {"each": each, "own": owner == each.declared_by, "inherits": owner is not None}
            row = self._rows[key] = Markup(self._text("property", self._addresses.below(), **shown))  # noqa: S704 - escaped
        return row

    def _index(self) -> dict[str, object]:
        ontology = self.project.desired
        kinds = (*ontology.asset_types.values(), *ontology.relationship_types.values())
        deprecated = [(each, None) for each in kinds if each.deprecation]
        for each in kinds:
            channels = each.channels.values() if isinstance(each, AssetType) else ()
            parts = (*each.properties.values(), *channels)
            deprecated += [(each, part) for part in parts if part.deprecation and part.declared_by == each.name]
        return {"drawing": overview(ontology, self._addresses), "deprecated": deprecated}

    def _asset_type(self, kind: AssetType, at: Addresses) -> dict[str, object]:
        ontology = self.project.desired
        found = connections(ontology, kind)
        link = _telling(found)
        return {
            "kind": kind,
            "properties": _own_first(kind.properties, kind.name),
            "channels": _own_first(kind.channels, kind.name),
            "below": [name for name in kind.subtypes if kind.name in ontology.asset_types[name].extends],
            "inheritance": inheritance(ontology, kind, at),
            "connections": [each for each in found if not each.partial],
            "partial": [each for each in found if each.partial],
            "neighbourhood": neighbourhood(ontology, kind, found, at),
            "example": asset_example(ontology, kind, link.type if link else None),
            "events": self._events.get(kind.id, ()),
        }

    def _link(self, link: RelationshipType, at: Addresses) -> dict[str, object]:
        supply = link.is_supply
        own = [each for each in link.properties.values() if not (supply and each.name in SUPPLY_PROPERTIES)]
        return {
            "link": link,
            "own": own,
            "supply": list(SUPPLY_PROPERTIES.values()) if supply else [],
            "drawing": between(self.project.desired, link, at),
            "example": relationship_example(self.project.desired, link),
            "events": self._events.get(link.id, ()),
        }

    def _enum(self, enum: EnumType) -> dict[str, object]:
        return {"enum": enum, "users": self._users.get(enum.name, ()), "events": self._events.get(enum.id, ())}


def _with_code(text: str) -> Markup:
    """Return text with what stands between backticks marked as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def _own_first(parts: Mapping[str, object], owner: str) -> list[object]:
    return sorted(parts.values(), key=lambda part: getattr(part, "declared_by", "") != owner)


def _telling(found: Sequence[Connection]) -> Connection | None:
    """Return the connection that an example shows best: one that impact travels along, else a containment, else any."""
    whole = [each for each in found if not each.partial]
    return min(whole, key=lambda each: (not each.type.is_supply, not each.type.containment), default=None)


def _enums_of(definition: PropertyDefinition) -> set[str]:
    parts = (*definition.fields, *((definition.items,) if definition.items else ()))
    return _named(definition.enum).union(*map(_enums_of, parts))


def _named(enum: EnumType | None) -> set[str]:
    return set() if enum is None else {enum.name}
