"""Examples: topologies to look at, and converters of networks that others published."""
