"""Submodels: what their elements say of the asset that they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.bulk.formats.cells import NUMERIC, parsed
from graph.bulk.formats.json_tree import Tree, at, text, tree, trees
from graph.bulk.formats.lines import LineMaker, RowFault, value_fault
from graph.bulk.formats.references import Places, Way, keys
from graph.errors import Problem, ValueInvalid
from graph.ontology.model import AssetType, Datatype, Json, PropertyDefinition, RelationshipType

_GROUPS = ("SubmodelElementCollection", "SubmodelElementList")
_LINKS = ("RelationshipElement", "AnnotatedRelationshipElement")
_TRUTH = {"1": "true", "0": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A relationship as a submodel tells it, by the ids of assets; `notes` are its annotations."""

    name: str
    source: str
    target: str
    notes: tuple[Tree, ...] = ()


class Links:
    """Gathers the entities and the relationship elements of all submodels.

    Entities are walked first, all of them, because a relationship element may point at any of them.
    """

    def __init__(self, places: Places, left_out: Counter[str]) -> None:
        self._places = places
        self._left_out = left_out
        self._parts: list[Told] = []
        self._elements: list[tuple[Tree, str]] = []

    def walk(self, submodel: Tree, owner: str) -> None:
        """Note what is in `submodel`, which is about the asset `owner`."""
        identifier = text(submodel.get("id"))
        self._walk(trees(submodel.get("submodelElements")), (identifier or "",), owner)

    def found(self) -> list[Told]:
        """Return the relationships of all submodels walked, those first that may have annotations."""
        told: list[Told] = []
        for element, name in self._elements:
            source, target = self._places.asset(element.get("first")), self._places.asset(element.get("second"))
            if source is None or target is None:
                self._left_out[f"relationships {name} of things that are no assets"] += 1
                continue
            notes = tuple(trees(element.get("annotations")))
            told.append(Told(name=name, source=source, target=target, notes=notes))
        return [*told, *self._parts]

    def _walk(self, elements: Iterable[Tree], way: Way, owner: str, group: str = "") -> None:
        for index, element in enumerate(elements):
            name = text(element.get("idShort"))
            here = (*way, name or str(index))
            match element.get("modelType"):
                case "Entity":
                    self._entity(element, here, owner)
                case kind if kind in _LINKS:
                    self._elements.append((element, (name or group).rstrip("_0123456789") or name or group))
                case kind if kind in _GROUPS:
                    self._walk(trees(element.get("value")), here, owner, name or group)
                case _:
                    pass

    def _entity(self, element: Tree, way: Way, owner: str) -> None:
        asset = text(element.get("globalAssetId"))
        if asset is None:
            self._left_out["entities without an asset of their own"] += 1
        else:
            self._places.note_entity(way, asset)
            if asset != owner:
                self._parts.append(Told(name="hasPart", source=owner, target=asset))
        self._walk(trees(element.get("statements")), way, asset or owner)


class Values:
    """Reads the properties of submodels; `units` are those of concept descriptions by their id."""

    def __init__(self, maker: LineMaker, units: Mapping[str, str]) -> None:
        self._maker = maker
        self._units = units

    def of(
        self, elements: Iterable[Tree], source_type: str, owner: AssetType | RelationshipType | None
    ) -> dict[str, Json]:
        """Return the properties that the elements tell, by idShort. Raises RowFault with all that is wrong."""
        found: dict[str, Json] = {}
        problems: list[Problem] = []
        for name, element, definition in self._flat(elements, source_type, owner):
            if name in found:
                problems.append(_repeated(name))
                continue
            try:
                found[name] = self._value(element, definition)
            except ValueInvalid as error:
                problems.append(value_fault(error, name, name))
        if problems:
            raise RowFault(*problems)
        return found

    def _flat(
        self, elements: Iterable[Tree], source_type: str, owner: AssetType | RelationshipType | None
    ) -> Iterable[tuple[str, Tree, PropertyDefinition | None]]:
        """Yield the elements that are properties; those of a collection that is none count as the submodel's own."""
        for element in elements:
            name, kind = text(element.get("idShort")), element.get("modelType")
            target = self._maker.property_name(name, source_type, owner) if name is not None else None
            definition = owner.properties.get(target or "") if owner is not None else None
            if name is None or (kind in _GROUPS and target is None and self._maker.names.skips(name)):
                self._maker.left_out[f"elements {name or kind} left out"] += 1
            elif kind in ("Property", "MultiLanguageProperty", "Range") or (kind in _GROUPS and definition is not None):
                if at(element, "value") is not None or kind == "Range":
                    yield name, element, definition
            elif kind == "SubmodelElementCollection":
                yield from self._flat(trees(element.get("value")), source_type, owner)
            elif kind != "Entity" and kind not in _LINKS:
                self._maker.left_out[f"elements of kind {kind}"] += 1

    def _value(self, element: Tree, definition: PropertyDefinition | None) -> Json:
        value = element.get("value")
        match element.get("modelType"):
            case "MultiLanguageProperty":
                return _in_a_language(trees(value))
            case "Range":
                return {end: element[end] for end in ("min", "max") if end in element}
            case "SubmodelElementCollection":
                return self._object(trees(value), definition)
            case "SubmodelElementList":
                items = definition.items if definition is not None else None
                return [self._value(each, items) for each in trees(value)]
            case _:
                return self._plain(element, definition)

    def _object(self, elements: Iterable[Tree], definition: PropertyDefinition | None) -> dict[str, Json]:
        fields = {each.name: each for each in definition.fields} if definition is not None else {}
        items = definition.items if definition is not None and definition.datatype is Datatype.MAP else None
        named = ((name, each) for each in elements if (name := text(each.get("idShort"))) is not None)
        return {
            name: self._value(each, items or fields.get(name) or fields.get(name[:1].lower() + name[1:]))
            for name, each in named
        }

    def _plain(self, element: Tree, definition: PropertyDefinition | None) -> Json:
        value = element.get("value")
        if not isinstance(value, str) or definition is None:
            return value
        if definition.datatype is Datatype.BOOLEAN and element.get("valueType") == "xs:boolean":
            return parsed(_TRUTH.get(value, value), definition)
        measured = definition.datatype in NUMERIC and definition.unit is not None
        return parsed(value, definition, self._unit(element) if measured else None)

    def _unit(self, element: Tree) -> str | None:
        """Return the unit that the element or its concept description names (IEC 61360)."""
        return unit_of(element) or next(
            (self._units[key] for key in keys(element.get("semanticId")) if key in self._units), None
        )


def unit_of(element: Tree) -> str | None:
    """Return the unit in the data specification of an element or concept description."""
    for specification in trees(element.get("embeddedDataSpecifications")):
        if (unit := text(tree(specification.get("dataSpecificationContent")).get("unit"))) is not None:
            return unit
    return None


def _in_a_language(texts: list[Tree]) -> Json:
    """Return the English text where there is one, else the first."""
    ranked = sorted(texts, key=lambda each: not str(each.get("language")).startswith("en"))
    return ranked[0].get("text") if ranked else None


def _repeated(name: str) -> Problem:
    return Problem(
        code="LINE_INVALID",
        message=f"{name} is there twice",
        place=name,
        expected="each property once over all submodels of a shell",
        hint="Name the collection or property to leave out under `skip` in the mapping file",
    )
