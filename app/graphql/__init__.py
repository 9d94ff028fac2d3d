"""The GraphQL door: the contract's schema for an ontology, and what a request brings to it."""

from app.graphql.asset_types import NameClash
from app.graphql.ceilings import OperationLimits
from app.graphql.context import Context, Impacts, Ontologies
from app.graphql.ontologies import LedgerOntologies, UnknownRevision
from app.graphql.schema import TwinSchema, build_schema, printed

__all__ = [
    "Context",
    "Impacts",
    "LedgerOntologies",
    "NameClash",
    "Ontologies",
    "OperationLimits",
    "TwinSchema",
    "UnknownRevision",
    "build_schema",
    "printed",
]
