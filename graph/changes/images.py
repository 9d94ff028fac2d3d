"""Images: an asset or relationship at one moment, its values as they are stored; None stands for "does not exist"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from graph.ontology.codec import Stored

Group: TypeAlias = tuple[str, str, str | None]
"""A supply group: dependant, what it is a group of (a FLOW type, or "" for requirements), name (None: a flow's own)."""


class End(StrEnum):
    """Which role an asset plays in a relationship: IN, it is the target; OUT, it is the source."""

    IN = "in"
    OUT = "out"


class Link(NamedTuple):
    """What makes a relationship one of its own: type, ends (sorted where the type is symmetric) and public key."""

    type: str
    source: str
    target: str
    key: str

    def __str__(self) -> str:
        return f"{self.type} {self.source} -> {self.target}" + (f" [{self.key}]" if self.key else "")


class ExternalRef(NamedTuple):
    """An id in another system."""

    system: str
    id: str


@dataclass(frozen=True, slots=True)
class AssetImage:
    """An asset. `external_ids` and `source_of` are sorted."""

    type: str
    name: str
    properties: Mapping[str, Stored]
    external_ids: tuple[ExternalRef, ...] = ()
    source_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkImage:
    """The values of a relationship; what it connects is its Link."""

    properties: Mapping[str, Stored]


@dataclass(frozen=True, slots=True)
class GroupTerms:
    """What the members of a supply group must agree on, as stored; defaults are filled in."""

    needs: Stored
    combine: Stored
    loss: Stored


class Member(NamedTuple):
    """A relationship that is a member of a supply group, with its terms."""

    link: Link
    terms: GroupTerms
