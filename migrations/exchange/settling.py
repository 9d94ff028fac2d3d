"""From what was gathered to an ontology document that holds together: names made legal, clashes taken apart.

Names keep their words; every other name is noted. What the rules of an ontology still refuse afterwards is taken out,
place by place, and noted too, so that the document that is written always passes its checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from graph.bulk.formats.spelling import camel, pascal
from graph.ontology import SUPPLY_PROPERTIES
from graph.ontology.document import FORMAT
from graph.ontology.names import (
    GRAPHQL_TYPES_TAKEN,
    GRAPHQL_WORDS_TAKEN,
    PROPERTY_NAMES_TAKEN,
    RELATIONSHIP_PROPERTY_NAMES_TAKEN,
    ROOT_FIELDS_TAKEN,
    camel_field,
    graphql_types_of,
    graphql_types_of_enum,
    graphql_types_of_field,
    plural_field,
)
from migrations.exchange.errors import ExchangeUnreadable
from migrations.exchange.gathered import ANY, Body, Gathered, GatheredLink, GatheredType
from migrations.exchange.pruning import valid
from migrations.exchange.spelling import LONGEST, NOT_WORD, spelled, unique, upper

_ID_LONGEST: Final = 200
_TAKEN: Final = PROPERTY_NAMES_TAKEN | GRAPHQL_WORDS_TAKEN
_TAKEN_OF_LINKS: Final = RELATIONSHIP_PROPERTY_NAMES_TAKEN | GRAPHQL_WORDS_TAKEN | SUPPLY_PROPERTIES.keys()


def settled(gathered: Gathered) -> tuple[Body, str]:
    """Return the document of what was gathered, and its text; what it had to change is in the notes.

    Raises ExchangeUnreadable where nothing is left.
    """
    if not gathered.types:
        raise ExchangeUnreadable("There is no type in it", expected="at least one type of asset")
    document = _Settling(gathered).document()
    return valid(document, gathered.notes)


class _Settling:
    """Gives names, in the order of the file; the same file gives the same names."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._notes = gathered.notes
        self._graphql: set[str] = set(GRAPHQL_TYPES_TAKEN)
        self._ids: set[str] = set()
        self._enums: dict[str, str] = {}
        self._values: dict[str, dict[str, str]] = {}
        self._types: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._plurals: set[str] = set(ROOT_FIELDS_TAKEN)
        self._inverses: set[str] = set()

    def document(self) -> Body:
        gathered = self._gathered
        enums = {self._enum_name(key): self._enum(key) for key in gathered.enums}
        for key, kind in gathered.types.items():
            self._types[key] = unique(spelled(kind.name, pascal, "T"), {*self._types.values(), "Asset"})
            self._notes.renamed("type", kind.name, self._types[key])
        for key, link in gathered.links.items():
            self._links[key] = unique(upper(link.name), set(self._links.values()))
            self._notes.renamed("relationship type", link.name, self._links[key])
        self._break_cycles()
        properties = self._properties()
        types = {self._types[key]: self._type(key, properties[key]) for key in gathered.types}
        taken = {name for each in properties.values() for name in each}
        links = {self._links[key]: self._link(key, link, taken) for key, link in gathered.links.items()}
        name = NOT_WORD.sub("-", gathered.name).strip("-")[:LONGEST] or "imported"
        return {
            "format": FORMAT,
            "name": name if name[0].isalpha() else f"o-{name}"[:LONGEST],
            **_given(description=gathered.description, compatibility=gathered.compatibility),
            **_given(enums=enums, assetTypes=types, relationshipTypes=links),
        }

    # ---- enums -------------------------------------------------------------------------------------------------------

    def _enum_name(self, key: str) -> str:
        wanted = self._gathered.enums[key].name
        name = unique(spelled(wanted, pascal, "E"), set(self._enums.values()))
        while not self._graphql.isdisjoint(graphql_types_of_enum(name)):
            name = f"{name[: LONGEST - 5]}Value"
        self._graphql.update(graphql_types_of_enum(name))
        self._notes.renamed("enum", wanted, name)
        self._enums[key] = name
        return name

    def _enum(self, key: str) -> Body:
        enum = self._gathered.enums[key]
        values: dict[str, str] = {}
        for value in enum.values:
            values[value] = unique(upper(value, "V_"), set(values.values()))
            self._notes.renamed(f"enum {enum.name}", value, values[value])
        self._values[key] = values
        name = self._enums[key]
        return {
            **self._identity(enum.id, f"enum:{name}"),
            "values": list(values.values()),
            **_given(description=enum.description),
        }

    # ---- asset types -------------------------------------------------------------------------------------------------

    def _break_cycles(self) -> None:
        """Take out supertypes that are unknown, there twice, or below the type itself."""
        for key, kind in self._gathered.types.items():
            kept: list[str] = []
            for above in kind.extends:
                if above not in self._types:
                    self._notes.left_out(f"type {kind.name}", f"its supertype {above}, which is not in the file")
                elif above == key or key in self._above(above):
                    self._notes.left_out(f"type {kind.name}", f"its supertype {above}, for it is below itself")
                elif above not in kept:
                    kept.append(above)
            kind.extends = kept

    def _above(self, key: str) -> list[str]:
        """Return all supertypes, the nearest first."""
        found: dict[str, None] = {}
        waiting = list(self._gathered.types[key].extends)
        while waiting:
            above = waiting.pop(0)
            if above not in found and above in self._gathered.types:
                found[above] = None
                waiting += self._gathered.types[above].extends
        return list(found)

    def _properties(self) -> dict[str, dict[str, Body]]:
        """Return the properties that each type adds, by the names that they get: a name is one along all supertypes."""
        owners: dict[str, dict[str, Body]] = {}
        order = sorted(self._gathered.types, key=lambda key: len(self._above(key)))
        for key in order:
            kind = self._gathered.types[key]
            inherited = {name: each for above in self._above(key) for name, each in owners[above].items()}
            self._part(key, owners)
            owners[key] = {}
            for wanted, body in kind.properties.items():
                name = self._property_name(wanted, kind.name)
                linked = self._values_in(body, f"{kind.name}.{wanted}")
                if name in inherited:
                    if not _alike(inherited[name], linked):
                        self._notes.left_out(
                            f"{kind.name}.{wanted}", "what it says other than the supertype's property"
                        )
                    continue
                owners[key][unique(name, set(owners[key]))] = linked
        return owners

    def _part(self, key: str, owners: dict[str, dict[str, Body]]) -> None:
        """Rename properties of supertypes that reach a type from two of them under one name."""
        seen: dict[str, str] = {}
        for above in reversed(self._above(key)):
            for name in list(owners[above]):
                if name in seen:
                    other = unique(camel(f"{self._types[above]}{name[:1].upper()}{name[1:]}"), {*seen, *owners[above]})
                    owners[above][other] = owners[above].pop(name)
                    self._notes.renamed(f"type {self._types[above]}", name, other)
                    name = other  # noqa: PLW2901 - it is called so from here on
                seen[name] = above

    def _property_name(self, wanted: str, owner: str) -> str:
        name = spelled(wanted, camel, "p")
        if name in _TAKEN:
            name = f"{name}Value"
        self._notes.renamed(f"property of {owner}", wanted, name)
        return name

    def _values_in(self, body: Body, place: str) -> Body:
        """Return a property with its enums by the names that they got, its own items and fields among them."""
        linked = dict(body)
        if (key := body.get("enum")) is not None:
            linked["enum"] = self._enums[key]
            default = body.get("default")
            if isinstance(default, str):
                linked["default"] = self._values[key].get(default, default)
        if "items" in body:
            linked["items"] = self._values_in(body["items"], place)
        if "fields" in body:
            fields: dict[str, Body] = {}
            for wanted, field in body["fields"].items():
                name = unique(spelled(wanted, camel, "f"), set(fields))
                self._notes.renamed(f"field of {place}", wanted, name)
                fields[name] = self._values_in(field, f"{place}.{wanted}")
            linked["fields"] = fields
        if (identity := body.get("id")) is not None:
            linked.pop("id")
            linked = {**self._identity(identity, None), **linked}
        return linked

    def _type(self, key: str, properties: dict[str, Body]) -> Body:
        kind, name = self._gathered.types[key], self._types[key]
        body = dict(kind.body)
        graphql = body.pop("graphql", name)
        wanted = graphql
        while not self._graphql.isdisjoint(graphql_types_of(graphql)):
            graphql = f"{graphql[: LONGEST - 4]}Type"
        if graphql != wanted:
            self._notes.changed(f"type {name}", "its name in GraphQL", graphql)
        self._graphql.update(graphql_types_of(graphql))
        return {
            **self._identity(kind.id, f"type:{name}"),
            **_given(extends=[self._types[above] for above in kind.extends]),
            **body,
            **({"graphql": graphql} if graphql != name else {}),
            **self._plural(name, body.get("plural")),
            **_given(sourceOf=[self._links[each] for each in kind.sources if each in self._links]),
            **_given(properties=properties, channels=self._channels(kind)),
        }

    def _channels(self, kind: GatheredType) -> dict[str, Body]:
        channels: dict[str, Body] = {}
        for wanted, body in kind.channels.items():
            name = unique(spelled(wanted, camel, "c"), set(channels))
            self._notes.renamed(f"channel of {kind.name}", wanted, name)
            channels[name] = self._values_in(body, f"{kind.name}#{wanted}")
        return channels

    def _plural(self, name: str, given: str | None) -> Body:
        plural = wanted = given or plural_field(name)
        while plural in self._plurals:
            plural = f"{plural[: LONGEST - 4]}List"
        self._plurals.add(plural)
        if plural != wanted:
            self._notes.changed(f"type {name}", "the name of its list", plural)
        return {} if plural == plural_field(name) else {"plural": plural}

    # ---- relationship types ------------------------------------------------------------------------------------------

    def _link(self, key: str, link: GatheredLink, taken: set[str]) -> Body:
        name, body = self._links[key], dict(link.body)
        inverse = self._inverse(name, body.pop("inverse", None))
        fields = self._fields(name, inverse, taken, body.pop("graphql", None) or {})
        properties: dict[str, Body] = {}
        for wanted, each in link.properties.items():
            made = spelled(wanted, camel, "p")
            made = unique(f"{made}Value" if made in _TAKEN_OF_LINKS else made, properties)
            self._notes.renamed(f"property of {name}", wanted, made)
            properties[made] = self._values_in(each, f"{name}.{wanted}")
        return {
            **self._identity(link.id, f"relationship:{name}"),
            **_given(inverse=inverse),
            "from": self._ends(link.sources, name),
            "to": self._ends(link.targets, name),
            **body,
            **_given(graphql=fields, properties=properties),
        }

    def _inverse(self, name: str, wanted: str | None) -> str | None:
        """Return the name of a relationship type read from its target, where it is no other's."""
        if wanted is None:
            return None
        made = upper(wanted)
        if made in self._links.values() or made in self._inverses:
            self._notes.left_out(f"relationship type {name}", f"its inverse {wanted}, which names another")
            return None
        self._notes.renamed(f"inverse of {name}", wanted, made)
        self._inverses.add(made)
        return made

    def _fields(self, name: str, inverse: str | None, taken: set[str], given: Mapping[str, Any]) -> Body:
        fields: Body = {}
        for end, of in (("name", name), ("inverse", inverse)):
            if of is None:
                continue
            field = wanted = given.get(end) or camel_field(of)
            reserved = _TAKEN | taken
            while field in reserved or not self._graphql.isdisjoint(graphql_types_of_field(field)):
                field = f"{field[: LONGEST - 4]}Link"
            if field != wanted:
                self._notes.changed(f"relationship type {name}", f"its field {wanted} in GraphQL", field)
            self._graphql.update(graphql_types_of_field(field))
            if field != camel_field(of):
                fields[end] = field
        return fields

    def _ends(self, keys: Iterable[str], name: str) -> list[str]:
        """Return the types of an end: those named, or all at the top where it may be any."""
        found: list[str] = []
        for key in keys:
            if key in self._types:
                found.append(self._types[key])
            elif key == ANY:
                tops = [self._types[each] for each, kind in self._gathered.types.items() if not kind.extends]
                found += tops
            else:
                self._notes.left_out(f"relationship type {name}", f"its end {key}, which is not in the file")
        return list(dict.fromkeys(found)) or [next(iter(self._types.values()))]

    # ---- names and ids -----------------------------------------------------------------------------------------------

    def _identity(self, identity: str | None, default: str | None) -> Body:
        if identity is None or identity == default:
            return {}
        if len(identity) > _ID_LONGEST or identity in self._ids:
            self._notes.left_out(identity[:80], "it as an id, for it is too long or there twice")
            return {}
        self._ids.add(identity)
        return {"id": identity}


def _given(**parts: Any) -> Body:
    return {name: value for name, value in parts.items() if value not in (None, [], {})}


def _alike(one: Body, other: Body) -> bool:
    ignored = ("id", "description", "deprecation")
    return {k: v for k, v in one.items() if k not in ignored} == {k: v for k, v in other.items() if k not in ignored}
