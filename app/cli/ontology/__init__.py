"""`twin ontology`: versions of the ontology on the command line."""
