"""A small plant whose health is followed."""

from __future__ import annotations

from tests.graph.health.conftest import followed, plant

__all__ = ["followed", "plant"]
