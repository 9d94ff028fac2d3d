"""Reads of a UI by the service and by @neo4j/graphql with Apollo Server, on the same data in the same Neo4j."""
