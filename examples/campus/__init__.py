"""The example `campus`."""
