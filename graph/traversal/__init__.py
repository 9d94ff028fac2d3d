"""Traversal: subgraphs around assets and paths between them, bounded and pruned."""

from graph.traversal.model import AssetPath, Reach, Subgraph, Truncation
from graph.traversal.service import TraversalService

__all__ = ["AssetPath", "Reach", "Subgraph", "TraversalService", "Truncation"]
