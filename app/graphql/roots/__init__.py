"""The roots of reads, writes and what is followed: each resolver calls one service."""

from app.graphql.roots.mutation import Mutation
from app.graphql.roots.query import Query
from app.graphql.roots.subscription import Subscription

__all__ = [
    "Mutation",
    "Query",
    "Subscription",
]
