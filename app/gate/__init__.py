"""What GraphQL says of a migration: how its schema changes, and which operations would break."""

from app.gate.interface import GraphqlInterface

__all__ = ["GraphqlInterface"]
