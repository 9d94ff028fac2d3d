"""Asset Administration Shells, version 3: shells become assets, submodels say their properties and relationships.

A JSON environment makes no sense before its end, so the whole of it is in memory, about ten times its size.
https://industrialdigitaltwin.org/en/content-hub/aasspecifications
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from pydantic_core import from_json, to_json

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.conversion import Item, whole
from graph.bulk.formats.json_tree import Tree, at, text, trees
from graph.bulk.formats.lines import AssetSource, Body, LineMaker, LinkSource, RowFault, fault
from graph.bulk.formats.naming import RelationshipName
from graph.bulk.formats.packages import environment_of
from graph.bulk.formats.references import Places, asset_of_shell, keys
from graph.bulk.formats.spelling import camel, last_segment
from graph.bulk.formats.submodels import Links, Told, Values, unit_of
from graph.bulk.inputs import Input
from graph.ontology.model import Json

_PACKAGE = b"PK\x03\x04"
_INSTANCES = ("Instance", "NotApplicable", None)
_INVERSES = {"isPartOf": RelationshipName(type="hasPart", reverse=True)}


class Environment:
    """A JSON environment or an AASX package. Lines are numbered: shells in their order, relationships after them."""

    def __init__(self, source: Input, maker: LineMaker) -> None:
        self._source = source
        self._maker = maker
        self._count = 0

    @property
    def left_out(self) -> Mapping[str, int]:
        """What was skipped so far."""
        return self._maker.left_out

    def items(self) -> Iterator[Item]:
        """Yield an item for each shell and each relationship. Raises BulkInputBroken and FormatNeedsExtra."""
        document = self._document()
        shells = trees(document.get("assetAdministrationShells"))
        submodels = {str(each.get("id")): each for each in trees(document.get("submodels"))}
        places = Places()
        for shell in shells:
            places.note_shell(shell)
        links = Links(places, self._maker.left_out)
        values = Values(self._maker, _units(trees(document.get("conceptDescriptions"))))
        unseen = set(submodels)
        for shell in shells:
            own = [submodels[key] for key in _submodel_ids(shell) if key in submodels]
            unseen.difference_update(str(each.get("id")) for each in own)
            yield from self._shell(shell, own, values, links)
        if unseen:
            self._maker.left_out["submodels of no shell"] += len(unseen)
        yield from self._relationships(links.found(), values)

    def _document(self) -> Tree:
        data = whole(self._source)
        if data.startswith(_PACKAGE):
            data = environment_of(data, self._source.name)
        try:
            found = cast("Json", from_json(data.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False))
        except ValueError as error:
            raise self._broken("JSON in UTF-8", str(error)) from error
        if not isinstance(found, dict) or not found.keys() & {"assetAdministrationShells", "submodels"}:
            raise self._broken("an object with assetAdministrationShells and submodels", "another document")
        if "assets" in found:
            raise self._broken("version 3 of the metamodel", "version 1 or 2, which lists assets apart")
        return found

    def _broken(self, expected: str, actual: str) -> BulkInputBroken:
        return BulkInputBroken(
            f"{self._source.name} is no environment of Asset Administration Shells",
            expected=expected,
            actual=actual[:300],
            hint="Export it as a JSON environment or AASX package of version 3",
        )

    # ---- shells ------------------------------------------------------------------------------------------------------

    def _shell(self, shell: Tree, own: Sequence[Tree], values: Values, links: Links) -> Iterator[Item]:
        if at(shell, "assetInformation", "assetKind") not in _INSTANCES:
            self._maker.left_out["shells of types"] += 1
            return
        thing = f"shell {text(shell.get('idShort')) or text(shell.get('id')) or 'without a name'}"
        try:
            body = self._asset(shell, own, values)
        except RowFault as broken:
            self._count += 1
            yield Item(number=self._count, thing=thing, raw=to_json(shell)[:2_000], problems=broken.problems)
            return
        asset = asset_of_shell(shell)
        for submodel in own:
            links.walk(submodel, asset or "")
        if body is not None:
            self._count += 1
            yield Item(number=self._count, thing=thing, body=body)

    def _asset(self, shell: Tree, own: Sequence[Tree], values: Values) -> Body | None:
        asset = asset_of_shell(shell)
        if asset is None:
            raise fault("The shell has no id", place="id", expected="an IRI or another text")
        kind = self._type(shell, own)
        owner = self._maker.ontology.asset_types.get(self._maker.asset_type(kind) or "")
        elements = [element for submodel in own for element in trees(submodel.get("submodelElements"))]
        return self._maker.asset(
            AssetSource(
                id=asset,
                type=kind,
                name=text(shell.get("idShort")),
                properties=values.of(elements, kind, owner),
                extra={},
            )
        )

    def _type(self, shell: Tree, own: Sequence[Tree]) -> str:
        """Return the asset type's name: said outright, derived from, or the first submodel's meaning that fits one."""
        said = text(at(shell, "assetInformation", "assetType")) or next(reversed(keys(shell.get("derivedFrom"))), None)
        if said is not None:
            return said if said in self._maker.names.types else last_segment(said)
        for submodel in own:
            for key in keys(submodel.get("semanticId")):
                name = key if key in self._maker.names.types else last_segment(key)
                if self._maker.asset_type(name) in self._maker.ontology.asset_types:
                    return name
        raise fault(
            "The shell does not say what type of asset it is about",
            place="assetInformation.assetType",
            expected="an assetType, a shell that it is derivedFrom, or a submodel whose semanticId names a type",
            hint="Set assetType, or map the semanticId of one of its submodels to a type",
        )

    # ---- relationships -----------------------------------------------------------------------------------------------

    def _relationships(self, told: Sequence[Told], values: Values) -> Iterator[Item]:
        """Yield each relationship once: nesting and relationship elements often tell the same."""
        seen: set[tuple[object, ...]] = set()
        for each in told:
            thing = f"relationship {each.name} from {each.source} to {each.target}"
            raw = to_json([each.name, each.source, each.target])
            name = each.name if each.name in self._maker.names.relationships else camel(each.name)
            try:
                body = self._relationship(each, name, values)
            except RowFault as broken:
                self._count += 1
                yield Item(number=self._count, thing=thing, raw=raw, problems=broken.problems)
                continue
            if body is None or (edge := (body["type"], body["from"], body["to"])) in seen:
                continue
            seen.add(edge)
            self._count += 1
            yield Item(number=self._count, thing=thing, body=body)

    def _relationship(self, told: Told, name: str, values: Values) -> Body | None:
        to = self._maker.relationship_type(name, _INVERSES.get(name))
        owner = None if to is None else self._maker.ontology.relationship_types.get(to.type)
        return self._maker.relationship(
            LinkSource(
                name=name,
                canonical=_INVERSES.get(name),
                source=told.source,
                target=told.target,
                properties=values.of(told.notes, name, owner),
            )
        )


def _submodel_ids(shell: Tree) -> list[str]:
    ways = [keys(reference) for reference in trees(shell.get("submodels"))]
    return list(dict.fromkeys(way[-1] for way in ways if way))


def _units(concepts: Sequence[Tree]) -> dict[str, str]:
    found = ((text(each.get("id")), unit_of(each)) for each in concepts)
    return {identifier: unit for identifier, unit in found if identifier is not None and unit is not None}
