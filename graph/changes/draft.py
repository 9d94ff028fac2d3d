"""A change set after normalising: types found, values as stored, everything that is wrong in itself already noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graph.changes.images import ExternalRef
from graph.changes.model import Presence
from graph.changes.request import Request
from graph.changes.rules import AssetRule, LinkRule
from graph.errors import LimitExceeded, Problem
from graph.ontology.codec import Stored


@dataclass(frozen=True, slots=True)
class AssetWrite:
    """An asset to create or change. A value None removes; `faulty` properties were given but can't be right."""

    index: int
    id: str
    rule: AssetRule | None
    name: str | None
    values: Mapping[str, Stored | None]
    faulty: frozenset[str]
    external_ids: tuple[ExternalRef, ...] | None
    source_of: tuple[str, ...] | None
    parents: tuple[str, ...] | None
    replace: bool
    presence: Presence = Presence.ANY
    retype: bool = False


@dataclass(frozen=True, slots=True)
class AssetDelete:
    """An asset to delete; not `sound` where its id can't be one. It must be of the `type`, where one is given."""

    index: int
    id: str
    cascade: bool
    sound: bool = True
    type: str | None = None


@dataclass(frozen=True, slots=True)
class LinkWrite:
    """A relationship to create or change; ends are sorted where the type is symmetric."""

    index: int
    rule: LinkRule | None
    source: str
    target: str
    key: str | None
    values: Mapping[str, Stored | None]
    faulty: frozenset[str]


@dataclass(frozen=True, slots=True)
class LinkDelete:
    """A relationship to delete; ends are sorted where the type is symmetric."""

    index: int
    rule: LinkRule | None
    source: str
    target: str
    key: str | None


Operation: TypeAlias = AssetWrite | AssetDelete | LinkWrite | LinkDelete


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A request with its operations and what is wrong with it in itself.

    `key` is the idempotency key that counts, `digest` what it stands for; `refusal` is set where the request is too
    large to be looked at.
    """

    request: Request
    operations: tuple[Operation, ...]
    problems: tuple[Problem, ...]
    digest: str | None
    key: str | None = None
    refusal: LimitExceeded | None = None
