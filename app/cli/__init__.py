"""The command line: `twin` and its verbs."""
