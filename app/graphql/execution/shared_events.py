"""Events that many follow by the same document are executed once: followers at one place are handed the same row."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from graphql import ExecutionResult as CoreResult
from graphql import (
    execute_subscription_event,  # pyright: ignore[reportUnknownVariableType] - its executor is an open generic
)

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT: Final = 64
"""Results that are remembered; whoever follows is woken within moments of the others."""


class SharedEvents:
    """Executes events. `decided` gives what decides what is selected, where variables do.

    A result is told by the operation and the row, for a row holds what one selection of one tenant asked for: who
    selects something else, or is of another tenant, is handed another row.
    """

    def __init__(self, decided: Callable[[Any], tuple[bool, ...]]) -> None:
        self._decided = decided
        self._kept: OrderedDict[object, tuple[object, object, CoreResult]] = OrderedDict()

    def execute(self, executor: Any) -> Any:
        """Return the result of the event that is the executor's root value, or what it is awaited from."""
        operation, row = executor.operation, executor.root_value
        key = (id(operation), id(row), self._decided(executor))
        known = self._kept.get(key)
        if known is not None:
            return known[2]
        result = execute_subscription_event(executor)
        if isinstance(result, CoreResult) and not result.errors:
            # Both last as long as they are known here, so their identities are nobody else's.
            self._kept[key] = (operation, row, result)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return result
