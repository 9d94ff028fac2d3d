"""Which fields an operation asks for, as `Type.field`: read off its document once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

from graph.documents import Used


def used_by(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Used:
    """Return what a valid operation uses; fields of an interface are named by it, as the document does."""
    source = operation.loc.source.body if operation.loc else ""
    found: set[str] = set()
    spread: set[str] = set()
    waiting: list[Node] = [operation]
    while waiting:
        info = TypeInfo(schema)
        collector = _Collector(info)
        visit(waiting.pop(), TypeInfoVisitor(info, collector))
        found |= collector.fields
        new = collector.spread - spread
        spread |= new
        waiting += [fragments[name] for name in sorted(new) if name in fragments]
    return Used(
        document=hashlib.sha256(source.encode()).hexdigest(),
        operation=operation.name.value if operation.name else operation.operation.value,
        fields=tuple(sorted(found)),
    )


class _Collector(Visitor):
    """Collects fields, and the fragments that are spread."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.fields: set[str] = set()
        self.spread: set[str] = set()

    def enter_field(self, node: FieldNode, *_args: object) -> None:
        parent = self._info.get_parent_type()
        if parent is not None and not node.name.value.startswith("__") and not parent.name.startswith("__"):
            self.fields.add(f"{parent.name}.{node.name.value}")

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_args: object) -> None:
        self.spread.add(node.name.value)
