"""The ontology: what types, properties, relationships and channels mean.

`load_ontology` and its kin read, check and link a document; `Codecs` turn sent values into stored ones and back.
"""

from graph.ontology.advice import nearest
from graph.ontology.checking import (
    document_of,
    load_ontology,
    ontology_from_canonical,
    parse_documents,
    parse_ontology,
)
from graph.ontology.codec import Codec, GeoPoint, Stored
from graph.ontology.document import OntologyDocument
from graph.ontology.model import (
    AssetType,
    ChannelDefinition,
    Classification,
    Datatype,
    Deprecation,
    EnumType,
    ImpactDirection,
    ImpactKind,
    Json,
    Lifecycle,
    Multiplicity,
    Ontology,
    PropertyDefinition,
    RelationshipType,
    Threshold,
)
from graph.ontology.problems import ONTOLOGY_CODES
from graph.ontology.project import ontology_files
from graph.ontology.properties import CheckedProperties, Codecs, TypeCodec
from graph.ontology.schema import json_schema
from graph.ontology.supply import SUPPLY_PROPERTIES

__all__ = [
    "ONTOLOGY_CODES",
    "SUPPLY_PROPERTIES",
    "AssetType",
    "ChannelDefinition",
    "CheckedProperties",
    "Classification",
    "Codec",
    "Codecs",
    "Datatype",
    "Deprecation",
    "EnumType",
    "GeoPoint",
    "ImpactDirection",
    "ImpactKind",
    "Json",
    "Lifecycle",
    "Multiplicity",
    "Ontology",
    "OntologyDocument",
    "PropertyDefinition",
    "RelationshipType",
    "Stored",
    "Threshold",
    "TypeCodec",
    "document_of",
    "json_schema",
    "load_ontology",
    "nearest",
    "ontology_files",
    "ontology_from_canonical",
    "parse_documents",
    "parse_ontology",
]
