"""From document to ontology: everything is judged, and all that is wrong is told at once."""

from __future__ import annotations

from pathlib import Path as FilePath

from graph.errors import OntologyInvalid, Problem
from graph.ontology.asset_types import asset_types
from graph.ontology.canonical import canonical_text, filled, ontology_hash
from graph.ontology.clashes import check_clashes
from graph.ontology.composites import read_canonical
from graph.ontology.definitions import Linking, enum_type
from graph.ontology.document import OntologyDocument
from graph.ontology.hierarchy import hierarchy
from graph.ontology.model import AssetType, EnumType, Json, Ontology, RelationshipType
from graph.ontology.problems import Problems
from graph.ontology.project import merged, ontology_files, read_files
from graph.ontology.relationship_types import relationship_type
from graph.ontology.shape import shaped
from graph.ontology.source import Places, Source, read_source


def load_ontology(path: FilePath) -> Ontology:
    """Return the ontology at `path`: a document, a folder of documents, or a project that holds one of these.

    Raises:
        OntologyInvalid: it can't be read or doesn't hold together; `problems` has all of it, each with its place.
    """
    return ontology_of(read_files(ontology_files(path)))


def parse_ontology(text: str, *, name: str = "ontology.yaml") -> Ontology:
    """Return the ontology written in `text` (YAML); `name` is what places call it.

    Raises:
        OntologyInvalid: as `load_ontology`.
    """
    return ontology_of(read_source(text, file=name))


def parse_documents(texts: dict[str, str]) -> Ontology:
    """Return the ontology of several documents, by the names that places call them.

    Raises:
        OntologyInvalid: as `load_ontology`.
    """
    return ontology_of(merged([read_source(text, file=name) for name, text in texts.items()]))


def ontology_from_canonical(text: str) -> Ontology:
    """Return the ontology whose `canonical` is `text`.

    Raises:
        OntologyInvalid: it is not one; problems have no line, for nobody wrote it by hand.
    """
    try:
        value = read_canonical(text)
    except ValueError as error:
        problem = Problem(code="FIELD_INVALID", message=f"Not JSON: {error}", expected="a canonical ontology")
        raise OntologyInvalid("The stored ontology can't be read", (problem,)) from error
    return _ontology_of(Source(value=value, places=Places()), units_judged=True)


def document_of(ontology: Ontology) -> OntologyDocument:
    """Return the document of `ontology`, with all defaults written out."""
    return OntologyDocument.model_validate_json(ontology.canonical)


def ontology_of(source: Source) -> Ontology:
    """Return what a source that was read means, or raise OntologyInvalid with all that is wrong with it."""
    return _ontology_of(source, units_judged=False)


def _ontology_of(source: Source, *, units_judged: bool) -> Ontology:
    problems = Problems(places=source.places, found=list(source.problems))
    unread = bool(source.problems) and source.value is None
    document = None if unread else shaped(source.value, problems)
    if document is None:
        raise _invalid(problems)
    enums, types, relationships = _linked(document, source.value, problems, units_judged=units_judged)
    if problems.found:
        raise _invalid(problems)
    canonical = canonical_text(filled(document, enums, types, relationships))
    return Ontology(
        name=document.name,
        compatibility=document.compatibility,
        description=document.description,
        enums=enums,
        asset_types=types,
        relationship_types=relationships,
        hash=ontology_hash(canonical),
        canonical=canonical,
        types_by_labels={frozenset(kind.labels): name for name, kind in types.items() if not kind.abstract},
    )


def _linked(
    document: OntologyDocument, value: Json, problems: Problems, *, units_judged: bool
) -> tuple[dict[str, EnumType], dict[str, AssetType], dict[str, RelationshipType]]:
    enums = {name: enum_type(name, part, problems) for name, part in sorted(document.enums.items())}
    linking = Linking(problems=problems, enums=enums, written_enums=_written(value, "enums"), units_judged=units_judged)
    tree = hierarchy(document.asset_types, problems)
    types = asset_types(
        document.asset_types,
        tree,
        linking,
        relationships=document.relationship_types,
        written_relationships=_written(value, "relationshipTypes"),
    )
    relationships = {
        name: relationship_type(name, part, tree, document.asset_types, linking)
        for name, part in sorted(document.relationship_types.items())
    }
    check_clashes(enums, types, relationships, problems)
    return enums, types, relationships


def _written(value: Json, section: str) -> frozenset[str]:
    """Return all names written in a section, those of parts that were left out for their shape included."""
    part = value.get(section) if isinstance(value, dict) else None
    return frozenset(part) if isinstance(part, dict) else frozenset()


def _invalid(problems: Problems) -> OntologyInvalid:
    found = problems.sorted()
    count = "one problem" if len(found) == 1 else f"{len(found)} problems"
    return OntologyInvalid(f"The ontology has {count}", found)
