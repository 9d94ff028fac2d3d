"""Builds the GraphiQL page that the service serves; nothing here runs in the service."""
