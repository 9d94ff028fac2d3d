"""Every Cypher statement of the twin, one named file each, and the loader that makes typed queries of them."""

from queries.catalogue import Mode, Query, QueryFileInvalid, named, names

__all__ = ["Mode", "Query", "QueryFileInvalid", "named", "names"]
