"""The change log as it grows: who follows a tenant gets each change once, in order, from any revision on."""

from graph.feed.changes import ChangeFeed
from graph.feed.errors import ChangesGone, OntologySuperseded
from graph.feed.heads import Head, Heads
from graph.feed.impacts import ImpactFeed

__all__ = ["ChangeFeed", "ChangesGone", "Head", "Heads", "ImpactFeed", "OntologySuperseded"]
