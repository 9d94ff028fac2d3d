"""`python -m app.cli` is `twin`."""

from __future__ import annotations

from app.cli.main import main

main()
