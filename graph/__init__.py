"""The twin itself: ontology, database, changes, reading, impact. Its rooms say what they offer."""
