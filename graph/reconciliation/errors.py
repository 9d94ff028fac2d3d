"""What keeps a twin from being compared with a source of truth, or from being repaired by it.

Refused
└── ReconcileRefused        a repair would take away too much, or leans on a source that can't be read whole
Unavailable
└── ReconcileUnsettled   the hierarchy kept changing while its part was compared
"""

from __future__ import annotations

from graph.errors import Refused, Unavailable


class ReconcileRefused(Refused):
    """A repair would take away too much, or leans on a source that can't be read whole."""

    code = "RECONCILE_REFUSED"


class ReconcileUnsettled(Unavailable):
    """The hierarchy kept changing while a part of it was compared."""

    code = "RECONCILE_UNSETTLED"
