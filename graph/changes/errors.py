"""Why writing could not even be judged; what a change set did wrong is `graph.errors.ChangesRefused`.

Unavailable
├── OntologyChanged    the database holds another ontology than the one checked against
├── TooManyWaiting     more change sets wait for the tenant than we let wait
└── WritingStopped     the service is shutting down
"""

from __future__ import annotations

from graph.errors import Unavailable


class OntologyChanged(Unavailable):
    """The database holds another ontology than the one the change set was checked against."""

    code = "ONTOLOGY_CHANGED"


class TooManyWaiting(Unavailable):
    """More change sets wait for one tenant than we let wait."""

    code = "TOO_MANY_WAITING"


class WritingStopped(Unavailable):
    """The service is shutting down and takes no more change sets."""

    code = "WRITING_STOPPED"
