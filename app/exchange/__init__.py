"""Exchange at the doors: the standards of `migrations.exchange`, and GraphQL SDL, which only doors know."""

from app.exchange.standards import Form, export_ontology, import_ontology, joined

__all__ = ["Form", "export_ontology", "import_ontology", "joined"]
