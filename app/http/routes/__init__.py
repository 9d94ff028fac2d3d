"""The REST operations: each says its path, scope, models and codes, and OpenAPI and admission follow from that."""

from app.http.routes.operation import Handler, Operation, Parameter

__all__ = ["Handler", "Operation", "Parameter"]
