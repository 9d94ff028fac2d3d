"""The properties of one asset or relationship against its type: unknown, missing, invalid, defaults; all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.errors import Problem, UnitInvalid, ValueInvalid
from graph.ontology.advice import nearest
from graph.ontology.codec import Codec, Stored
from graph.ontology.model import AssetType, Json, Ontology, RelationshipType
from graph.ontology.supply import SUPPLY_PROPERTIES
from graph.ontology.values import codec


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedProperties:
    """Properties ready to store (None: to be removed), and what was wrong with the rest."""

    values: dict[str, Stored | None]
    problems: tuple[Problem, ...] = ()


class TypeCodec:
    """All properties of one asset type or relationship type, compiled."""

    def __init__(self, owner: AssetType | RelationshipType) -> None:
        self.owner = owner
        self.codecs: Mapping[str, Codec] = {name: codec(one) for name, one in owner.properties.items()}
        self._store = {name: codec.store for name, codec in self.codecs.items()}
        self._required = frozenset(name for name, one in owner.properties.items() if one.required)
        self._defaults = {
            name: codec.store(codec.definition.default)
            for name, codec in self.codecs.items()
            if codec.definition.default is not None and not _is_supply(owner, name)
        }

    def new(self, properties: Mapping[str, Json]) -> CheckedProperties:
        """Check all properties of a new or wholly replaced one: required ones must be there, defaults are filled in.

        Supply properties get no default: unset, they count as their default wherever impact is computed.
        """
        checked = self._read(properties)
        for name, value in self._defaults.items():
            if name not in properties:
                checked.values[name] = value
        missing = [name for name in self._required if checked.values.get(name) is None and not _refused(checked, name)]
        return self._without(checked, missing) if missing else checked

    def change(self, properties: Mapping[str, Json]) -> CheckedProperties:
        """Check the properties that change, the others staying as they are; null removes what is not required."""
        checked = self._read(properties)
        missing = [name for name, value in checked.values.items() if value is None and name in self._required]
        return self._without(checked, missing) if missing else checked

    def show(self, stored: Mapping[str, Stored]) -> dict[str, Json]:
        """Return stored properties as JSON, sorted by name; what the ontology does not know is left out."""
        codecs = self.codecs
        return {name: codecs[name].show(value) for name, value in sorted(stored.items()) if name in codecs}

    def _read(self, properties: Mapping[str, Json]) -> CheckedProperties:
        values: dict[str, Stored | None] = {}
        problems: list[Problem] = []
        stores = self._store
        for name, value in properties.items():
            store = stores.get(name)
            if store is None:
                problems.append(self._unknown(name))
            elif value is None:
                values[name] = None
            else:
                try:
                    values[name] = store(value)
                except (ValueInvalid, UnitInvalid) as error:
                    problems.append(_problem(error, name))
        return CheckedProperties(values=values, problems=tuple(problems))

    def _without(self, checked: CheckedProperties, missing: list[str]) -> CheckedProperties:
        problems = [
            Problem(
                code="REQUIRED_MISSING",
                message=f"{self.owner.name} needs {name}",
                property=name,
                expected=self.codecs[name].expected,
                actual="nothing",
            )
            for name in sorted(missing)
        ]
        return CheckedProperties(values=checked.values, problems=(*checked.problems, *problems))

    def _unknown(self, name: str) -> Problem:
        return Problem(
            code="UNKNOWN_PROPERTY",
            message=f"{self.owner.name} has no property {name[:63]!r}",
            property=name[:63],
            expected=f"a property of {self.owner.name}",
            actual=name[:63],
            hint=nearest(name[:63], self.codecs),
        )


class Codecs:
    """The compiled types of one ontology, each made when first asked for."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self._assets: dict[str, TypeCodec] = {}
        self._relationships: dict[str, TypeCodec] = {}

    def asset(self, name: str) -> TypeCodec:
        """Return the compiled asset type called `name`, or raise UnknownType."""
        found = self._assets.get(name)
        if found is None:
            found = self._assets[name] = TypeCodec(self.ontology.asset_type(name))
        return found

    def relationship(self, name: str) -> TypeCodec:
        """Return the compiled relationship type called `name`, or raise UnknownType."""
        found = self._relationships.get(name)
        if found is None:
            found = self._relationships[name] = TypeCodec(self.ontology.relationship_type(name))
        return found


def _is_supply(owner: AssetType | RelationshipType, name: str) -> bool:
    return isinstance(owner, RelationshipType) and owner.is_supply and name in SUPPLY_PROPERTIES


def _refused(checked: CheckedProperties, name: str) -> bool:
    return any(problem.property == name for problem in checked.problems)


def _problem(error: ValueInvalid | UnitInvalid, name: str) -> Problem:
    return Problem(
        code=error.code,
        message=error.message,
        property=name,
        expected=error.expected,
        actual=error.actual,
        hint=error.hint,
    )
