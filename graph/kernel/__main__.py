"""`python -m graph.kernel` compiles the kernel and keeps it on disk: part of setting up."""

from __future__ import annotations

from graph.kernel.warming import warm

if __name__ == "__main__":
    warm()
