"""The GraphQL door: the contract's schema for an ontology, and what a request brings to it."""

from app.graphql.asset_types import NameClash
from app.graphql.context import Context, CutSetFinder, Impacts, Ontologies
from app.graphql.cut_set_rows import finite
from app.graphql.ontologies import LedgerOntologies, UnknownRevision
from app.graphql.schema import TwinSchema, build_schema, printed

__all__ = [
    "Context",
    "CutSetFinder",
    "Impacts",
    "LedgerOntologies",
    "NameClash",
    "Ontologies",
    "TwinSchema",
    "UnknownRevision",
    "build_schema",
    "finite",
    "printed",
]
