"""The example `water`."""
