"""The HTTP door: routes, admission, problems, health, metrics and what GraphQL over HTTP needs."""
