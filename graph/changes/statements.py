"""Statements that need a checked name in a pattern: the file names `CONTAINS` (or `Asset`, `name`) in its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from graph.database import quoted
from queries import Query, named


@lru_cache(maxsize=4096)
def of_type(name: str, type_name: str) -> Query:
    """Return the query with `type_name` for the relationship type `CONTAINS`."""
    return _with(name, "`CONTAINS`", quoted(type_name), type_name)


@lru_cache(maxsize=256)
def of_types(name: str, types: tuple[str, ...]) -> Query:
    """Return the query with any of `types` for the relationship type `CONTAINS`."""
    return _with(name, "`CONTAINS`", "|".join(quoted(each) for each in types), "|".join(types))


@lru_cache(maxsize=4096)
def of_label(name: str, label: str) -> Query:
    """Return the query with a label for `Asset`."""
    return _with(name, "`Asset`", quoted(label), label)


@lru_cache(maxsize=4096)
def of_end(name: str, type_name: str, label: str) -> Query:
    """Return the query with a relationship type for `CONTAINS`, and a label for `Asset`."""
    return _put(of_label(name, label), "`CONTAINS`", type_name)


@lru_cache(maxsize=4096)
def of_edge_end(name: str, type_name: str, label: str, property_name: str) -> Query:
    """Return the query with a relationship type for `CONTAINS`, a label for `Asset`, and a property for `name`."""
    return _put(of_end(name, type_name, label), "`name`", property_name)


@lru_cache(maxsize=4096)
def of_edge_property(name: str, type_name: str, property_name: str) -> Query:
    """Return the query with a relationship type for `CONTAINS`, and a property for `name`."""
    return _put(of_type(name, type_name), "`name`", property_name)


@lru_cache(maxsize=4096)
def of_property(name: str, label: str, property_name: str) -> Query:
    """Return the query with a label for `Asset` and a property for `name`."""
    return _put(of_label(name, label), "`name`", property_name)


@lru_cache(maxsize=4096)
def of_pair(name: str, label: str, first: str, second: str) -> Query:
    """Return the query with a label for `Asset`, and two properties for `name` and `code`."""
    return _put(of_property(name, label, first), "`code`", second)


@lru_cache(maxsize=4096)
def of_edge_pair(name: str, type_name: str, first: str, second: str) -> Query:
    """Return the query with a relationship type for `CONTAINS`, and two properties for `name` and `code`."""
    return _put(of_edge_property(name, type_name, first), "`code`", second)


def sorted_types(types: Iterable[str]) -> tuple[str, ...]:
    """Return the types in the order that makes one text of one set."""
    return tuple(sorted(types))


def _with(name: str, stand_in: str, quoted_name: str, shown: str) -> Query:
    query = named(name)
    if stand_in not in query.text:
        raise AssertionError(f"{name} has no {stand_in} to put {shown} in place of")
    return replace(query, name=f"{name}({shown})", text=query.text.replace(stand_in, quoted_name))


def _put(query: Query, stand_in: str, name: str) -> Query:
    """A further name in its place; the statement is called by the first alone, so that there are not too many."""
    return replace(query, text=query.text.replace(stand_in, quoted(name)))
