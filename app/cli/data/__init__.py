"""Data in and out on the command line: loads, exports, comparisons with a source of truth."""
