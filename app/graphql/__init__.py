"""The GraphQL door: the contract's schema for an ontology, and what a request brings to it."""

from app.graphql.context import Comparisons, Context, CutSetFinder, Impacts, Ontologies
from app.graphql.execution import OperationLimits
from app.graphql.ontologies import LedgerOntologies, UnknownRevision
from app.graphql.rows import finite
from app.graphql.schema import TwinSchema, build_schema, printed
from app.graphql.typed import NameClash

__all__ = [
    "Comparisons",
    "Context",
    "CutSetFinder",
    "Impacts",
    "LedgerOntologies",
    "NameClash",
    "Ontologies",
    "OperationLimits",
    "TwinSchema",
    "UnknownRevision",
    "build_schema",
    "finite",
    "printed",
]
