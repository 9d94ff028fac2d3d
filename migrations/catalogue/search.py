"""The index of the search: a script of data, so that it is found from a file as well as from a server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from graph.ontology.model import AssetType, ChannelDefinition, Ontology, PropertyDefinition, RelationshipType
from graph.ontology.supply import SUPPLY_PROPERTIES
from migrations.catalogue.addresses import Addresses
from migrations.catalogue.examples import title
from migrations.catalogue.words import datatype_words

_DESCRIPTION = 160
Entry = tuple[str, str, str, str]
"""Kind, name, address from the top, and more words to be found by."""


def index_script(ontology: Ontology, addresses: Addresses) -> str:
    """Return the script that holds every type, property, channel and enum."""
    entries = [*_types(ontology, addresses), *_relationships(ontology, addresses), *_enums(ontology, addresses)]
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    return f"window.CATALOGUE = [\n{lines}\n];\n"


def anchor(part: PropertyDefinition | ChannelDefinition) -> str:
    """Return the id of a property's or channel's row on a page."""
    return f"{'channel' if isinstance(part, ChannelDefinition) else 'property'}-{part.name}"


def _types(ontology: Ontology, addresses: Addresses) -> Iterator[Entry]:
    for kind in ontology.asset_types.values():
        address = addresses.type(kind.name)
        names = " ".join(dict.fromkeys((title(kind), *kind.display_name.values())))
        yield "asset type", kind.name, address, _more(names, kind.description)
        yield from _parts(kind, kind.properties, address)
        yield from _parts(kind, kind.channels, address)


def _relationships(ontology: Ontology, addresses: Addresses) -> Iterator[Entry]:
    for link in ontology.relationship_types.values():
        address = addresses.relationship(link.name)
        yield "relationship type", link.name, address, _more(link.inverse or "", link.description)
        yield from _parts(link, link.properties, address)


def _enums(ontology: Ontology, addresses: Addresses) -> Iterator[Entry]:
    for enum in ontology.enums.values():
        address = addresses.enum(enum.name) or ""
        yield "enum", enum.name, address, _more(" ".join(enum.values), enum.description)


def _parts(
    owner: AssetType | RelationshipType,
    parts: Mapping[str, PropertyDefinition] | Mapping[str, ChannelDefinition],
    address: str,
) -> Iterator[Entry]:
    """Yield the parts that the type declares itself, but not those that come with impact to all of them."""
    supply = isinstance(owner, RelationshipType) and owner.is_supply
    for part in parts.values():
        if part.declared_by != owner.name or (supply and part.name in SUPPLY_PROPERTIES):
            continue
        if isinstance(part, ChannelDefinition):
            yield "channel", f"{owner.name}.{part.name}", f"{address}#{anchor(part)}", _more("", part.description)
        else:
            what = " ".join(filter(None, (datatype_words(part), part.unit)))
            yield "property", f"{owner.name}.{part.name}", f"{address}#{anchor(part)}", _more(what, part.description)


def _more(words: str, description: str | None) -> str:
    text = " ".join((description or "").split())
    shown = text if len(text) <= _DESCRIPTION else f"{text[:_DESCRIPTION]}…"
    return " — ".join(filter(None, (words, shown)))
