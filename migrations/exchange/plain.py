"""An ontology as its author could have written it: without defaults, and without ids that follow from names."""

from __future__ import annotations

from typing import Any, cast

from graph.ontology.model import Ontology
from graph.ontology.names import camel_field, plural_field
from migrations.exchange.gathered import Body
from migrations.making import sparse


def plain(ontology: Ontology) -> Body:
    """Return the document of an ontology with nothing in it that goes without saying."""
    document = cast("Body", sparse(ontology))
    for name, enum in document.get("enums", {}).items():
        _drop_id(enum, f"enum:{name}")
    for name, kind in document.get("assetTypes", {}).items():
        _drop_id(kind, f"type:{name}")
        _drop(kind, "plural", plural_field(name))
        _drop(kind, "graphql", name)
        for prop, each in kind.get("properties", {}).items():
            _plain_property(each, f"type:{name}/{prop}")
        for channel, each in kind.get("channels", {}).items():
            _drop_id(each, f"type:{name}#{channel}")
    for name, link in document.get("relationshipTypes", {}).items():
        _drop_id(link, f"relationship:{name}")
        _plain_link(name, link)
        for prop, each in link.get("properties", {}).items():
            _plain_property(each, f"relationship:{name}/{prop}")
    return document


def _plain_link(name: str, link: Body) -> None:
    fields = link.get("graphql", {})
    _drop(fields, "name", camel_field(name))
    _drop(fields, "inverse", camel_field(link["inverse"]) if link.get("inverse") else None)
    if not fields:
        link.pop("graphql", None)
    if link.get("impact", {}).get("direction") == "NONE":
        link.pop("impact")
    bounds = {end: bound for end, bound in link.pop("multiplicity", {}).items() if bound != "0..*"}
    if bounds:
        link["multiplicity"] = bounds


def _plain_property(body: Body, identity: str) -> None:
    own = body.get("id", identity)
    _drop_id(body, identity)
    _drop(body, "scale", 0)
    for name, field in body.get("fields", {}).items():
        _plain_property(field, f"{own}.{name}")
    if "items" in body:
        _plain_property(body["items"], f"{own}[]")


def _drop_id(body: Body, identity: str) -> None:
    _drop(body, "id", identity)


def _drop(body: Body, name: str, value: Any) -> None:
    if body.get(name) == value:
        body.pop(name, None)
