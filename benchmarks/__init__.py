"""Measurements beside their floors. `python -m benchmarks` runs them; none is a test, for machines differ."""
