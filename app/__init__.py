"""The doors: GraphQL, HTTP and the command line, and the one place that puts the service together."""
