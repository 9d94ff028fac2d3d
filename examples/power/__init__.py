"""The example `power`."""
