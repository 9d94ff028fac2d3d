"""The garbage collector of a process that serves.

Schema, compiled code and libraries are some hundred thousand objects that stay until the process ends. A whole
collection looks at each of them and stops everything meanwhile: 0.2 s, every few thousand answers.
"""

from __future__ import annotations

import gc


def settle() -> None:
    """Free what nobody needs, and keep what is left out of the sight of later collections.

    Takes as long as a whole collection. What an earlier call kept is looked at again.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
