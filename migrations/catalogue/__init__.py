"""The catalogue of an ontology: a site of static pages for people, the same bytes for the same project."""

from migrations.catalogue.pages import Catalogue
from migrations.catalogue.writing import MANIFEST, Written, write_site

__all__ = ["MANIFEST", "Catalogue", "Written", "write_site"]
