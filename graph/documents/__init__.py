"""What consumers of the interface registered, and what they use: documents by id, uses by operation and field."""

from graph.documents.errors import DocumentClash, DocumentsInvalid, UnknownConsumer
from graph.documents.manifest import HASH_PREFIX, Manifest, parse_manifest
from graph.documents.store import Consumer, DocumentStore
from graph.documents.usage import NAMES, Usage, UsageLog, Used

__all__ = [
    "HASH_PREFIX",
    "NAMES",
    "Consumer",
    "DocumentClash",
    "DocumentStore",
    "DocumentsInvalid",
    "Manifest",
    "UnknownConsumer",
    "Usage",
    "UsageLog",
    "Used",
    "parse_manifest",
]
