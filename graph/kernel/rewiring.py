"""A network with some relationships changed: what a question takes away or puts in, and what a write changed.

The groups of the dependants concerned are written anew at the end of the pools; everything else stays where it is, so
that positions of assets and of untouched groups hold for both networks.
"""

from __future__ import annotations
