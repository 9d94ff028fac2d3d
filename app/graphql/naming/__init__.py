"""Names of the ontology that operations pass as texts: where they stand, which an operation passes, who knows them."""

from app.graphql.naming.knowing import Known
from app.graphql.naming.naming import Naming, Open, Passed
from app.graphql.naming.places import PLACES, Named, Role, role_at

__all__ = ["PLACES", "Known", "Named", "Naming", "Open", "Passed", "Role", "role_at"]
